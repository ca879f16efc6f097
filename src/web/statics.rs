//! Static files: embedded, compressed by the build, named by their hash, so that browsers keep them for a year.
//! The stylesheet is finished with the clinic's accent at start, and compressed again where that changed it.

use std::{borrow::Cow, io::Write as _};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web::{self, Bytes, Data, ServiceConfig},
};
use sha2::{Digest as _, Sha256};

use crate::web::{App, Failure, headers, route};

/// A file as the build left it; a compressed form is empty where compressing did not pay.
struct Embedded {
    name: &'static str,
    raw: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/statics.rs"));

/// How hard the stylesheet is compressed at start: measured 2 ms for 9.5 kB in a release build, 8 % larger than the
/// hardest, which takes 20 ms.
const START_QUALITY: i32 = 5;
/// What a stylesheet declares its accent with.
const ACCENT: &str = "--accent:";
/// Characters of the hash in a name: 80 bits.
const HASH: usize = 20;

/// Every static file, ready to send.
pub struct Statics(Vec<File>);

struct File {
    name: &'static str,
    href: String,
    kind: &'static str,
    raw: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

impl Statics {
    /// `accent`: a CSS colour from the settings, checked there.
    pub fn new(accent: &str) -> Self {
        Self(FILES.iter().map(|file| File::new(file, accent)).collect())
    }

    /// Where the file of this name is; without its hash where there is none such.
    pub fn href(&self, name: &str) -> Cow<'_, str> {
        match self.0.iter().find(|file| file.name == name) {
            Some(file) => Cow::Borrowed(&file.href),
            None => Cow::Owned(format!("/static/{name}")),
        }
    }

    /// The file whose hashed name this is, and whether the hash is the current one.
    fn find(&self, hashed: &str) -> Option<(&File, bool)> {
        self.0
            .iter()
            .find_map(|file| (file.href.strip_prefix("/static/") == Some(hashed)).then_some((file, true)))
            .or_else(|| {
                let (stem, rest) = hashed.split_once('.')?;
                let extension = rest.rsplit_once('.').map_or(rest, |(_, extension)| extension);
                let name = format!("{stem}.{extension}");
                self.0.iter().find(|file| file.name == name).map(|file| (file, false))
            })
    }
}

impl File {
    fn new(file: &Embedded, accent: &str) -> Self {
        let (stem, extension) = file.name.rsplit_once('.').unwrap_or((file.name, ""));
        let finished = if extension == "css" { with_accent(file.raw, accent) } else { None };
        let (raw, brotli, gzip) = match finished {
            Some(css) => (Bytes::from(css.clone()), by_brotli(&css).into(), by_gzip(&css).into()),
            None => (Bytes::from_static(file.raw), Bytes::from_static(file.brotli), Bytes::from_static(file.gzip)),
        };
        let mut hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&raw));
        hash.truncate(HASH);
        Self {
            name: file.name,
            href: format!("/static/{stem}.{hash}.{extension}"),
            kind: kind(extension),
            raw,
            brotli,
            gzip,
        }
    }

    /// The smallest form the browser takes.
    fn form(&self, request: &HeaderMap) -> (&Bytes, Option<&'static str>) {
        if !self.brotli.is_empty() && accepts(request, "br") {
            (&self.brotli, Some("br"))
        } else if !self.gzip.is_empty() && accepts(request, "gzip") {
            (&self.gzip, Some("gzip"))
        } else {
            (&self.raw, None)
        }
    }
}

/// The stylesheet with this accent in place of the one it declares; `None` where nothing changes.
fn with_accent(css: &[u8], accent: &str) -> Option<Vec<u8>> {
    let css = std::str::from_utf8(css).ok()?;
    let (before, rest) = css.split_once(ACCENT)?;
    let end = rest.find([';', '}'])?;
    let (declared, after) = rest.split_at(end);
    let harmless = !accent.is_empty() && !accent.contains([';', '{', '}', '<', '/', '\\']);
    (harmless && declared.trim() != accent).then(|| format!("{before}{ACCENT}{accent}{after}").into_bytes())
}

fn by_brotli(raw: &[u8]) -> Vec<u8> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: START_QUALITY, size_hint: raw.len(), ..Default::default() };
    let mut packed = Vec::new();
    // Writing to memory cannot fail; were it to, the file goes out as it is.
    match brotli::BrotliCompress(&mut &raw[..], &mut packed, &params) {
        Ok(_) => packed,
        Err(_) => Vec::new(),
    }
}

fn by_gzip(raw: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(raw).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn kind(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether `Accept-Encoding` names this coding with a weight above zero.
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    request.get_all(header::ACCEPT_ENCODING).filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).any(
        |entry| {
            let mut parts = entry.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
            named
                && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)))
        },
    )
}

/// `GET /static/{file}`: for a year under its hash; under any other hash (a page of the release before or after, while
/// servers restart one by one) the current file, not kept.
async fn show(app: Data<App>, name: web::Path<String>, req: HttpRequest) -> Result<HttpResponse, Failure> {
    let (file, current) = app.statics.find(&name).ok_or(Failure::NotFound)?;
    let (body, coding) = file.form(req.headers());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, file.kind))
        .insert_header((header::CACHE_CONTROL, if current { headers::IMMUTABLE } else { "no-cache" }))
        .insert_header((header::VARY, "Accept-Encoding"));
    if let Some(coding) = coding {
        response.insert_header((header::CONTENT_ENCODING, coding));
    }
    Ok(response.body(body.clone()))
}

pub fn configure(routes: &mut ServiceConfig) {
    routes.service(route::page("/static/{file}", show));
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSS: Embedded =
        Embedded { name: "style.css", raw: b":root{--accent: #123456;--b:1}", brotli: b"b", gzip: b"g" };

    fn one(accent: &str) -> Statics {
        Statics(vec![File::new(&CSS, accent)])
    }

    #[test]
    fn the_stylesheet_carries_the_clinics_accent_and_a_name_of_its_own() {
        let (ours, theirs) = (one("#123456"), one("#005f73"));
        assert_eq!(ours.0[0].raw, CSS.raw);
        assert_eq!(ours.0[0].brotli, CSS.brotli);
        assert_eq!(theirs.0[0].raw, ":root{--accent:#005f73;--b:1}");
        assert_ne!(ours.href("style.css"), theirs.href("style.css"));
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &theirs.0[0].brotli[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, theirs.0[0].raw);
    }

    #[test]
    fn an_accent_cannot_break_out_of_its_declaration() {
        for accent in ["red;}body{display:none", "url(//x)", "</style>", ""] {
            assert_eq!(one(accent).0[0].raw, CSS.raw, "{accent}");
        }
    }

    #[test]
    fn an_unknown_hash_finds_the_current_file_and_an_unknown_name_none() {
        let statics = one("#123456");
        let href = statics.href("style.css").into_owned();
        let hashed = href.strip_prefix("/static/").unwrap();
        assert!(statics.find(hashed).unwrap().1);
        assert!(!statics.find("style.00000000000000000000.css").unwrap().1);
        assert!(!statics.find("style.css").unwrap().1);
        assert!(statics.find("other.css").is_none());
        assert!(statics.find("style").is_none());
    }

    #[test]
    fn the_smallest_form_the_browser_takes_is_sent() {
        let statics = one("#123456");
        let form = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static(line));
            statics.0[0].form(&headers).1
        };
        assert_eq!(form("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(form("gzip;q=1.0, br;q=0"), Some("gzip"));
        assert_eq!(form("identity"), None);
    }
}
