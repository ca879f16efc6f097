//! TLS towards the world: rustls with ring, the public roots that are built in, and the clinic's own where it has some.
//! No system store is read, so that what is trusted does not depend on the machine.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject},
};

use super::Unfit;

/// Makes ring the process's crypto provider. The program calls it first of all; calling it again changes nothing.
pub fn install() {
    // An error says that a provider is there already, which is what was asked for.
    let _ = ring::default_provider().install_default();
}

/// A client's TLS settings: TLS 1.2 and 1.3, public roots and those in `ca_file` (PEM).
///
/// # Errors
/// When `ca_file` cannot be read, holds no certificate, or one that does not parse; `setting` is named.
pub fn client(setting: &'static str, ca_file: Option<&Path>) -> Result<ClientConfig, Unfit> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in own_roots(setting, ca_file)? {
        roots.add(certificate).map_err(|e| Unfit::new(setting, &e))?;
    }
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Unfit::new(setting, &e))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// The certificates in `ca_file`; none where there is no such file set.
pub(super) fn own_roots(setting: &'static str, ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, Unfit> {
    let Some(path) = ca_file else {
        return Ok(Vec::new());
    };
    let unfit = |problem: String| Unfit::new(setting, &format!("{}: {problem}", path.display()));
    let pem = std::fs::read(path).map_err(|e| unfit(e.to_string()))?;
    let found: Vec<_> =
        CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|e| unfit(e.to_string()))?;
    if found.is_empty() { Err(unfit("holds no certificate (PEM is expected)".to_owned())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "not a certificate").unwrap();
        let unfit = client("email.ca_file", Some(&path)).unwrap_err();
        assert!(unfit.to_string().contains("email.ca_file") && unfit.to_string().contains("ca.pem"), "{unfit}");
        assert!(client("email.ca_file", Some(&folder.path().join("missing.pem"))).is_err());
        assert!(client("email.ca_file", None).is_ok());
    }
}
