//! Where a request came from: the peer, or what a proxy we were told to trust says.
//! `Forwarded`, `X-Real-IP` and `Host` decide nothing, so actix-web's `ConnectionInfo` is not used.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose `X-Forwarded-For` is believed, and whether an unknown one was seen.
pub struct Proxies {
    trusted: Vec<IpNet>,
    warned: AtomicBool,
}

impl Proxies {
    pub fn new(trusted: &[IpNet]) -> Self {
        Self { trusted: trusted.to_vec(), warned: AtomicBool::new(false) }
    }

    /// The client's address. A peer that is not known (a test's) is 0.0.0.0.
    ///
    /// From a trusted peer it is the right-most address in `X-Forwarded-For` that is not a trusted proxy; where an
    /// entry is no address, nothing to its left can be believed and the hop that reported it counts.
    pub fn client(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> IpAddr {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        if !self.trusts(peer) {
            if headers.contains_key(FORWARDED_FOR) {
                self.warn(peer);
            }
            return peer;
        }
        let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).map(|line| line.to_str().unwrap_or("?")).collect();
        let mut client = peer;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = parse(entry.trim()) else {
                break;
            };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }

    /// Behind a proxy nobody told us of, all visitors would share one network and its limits.
    fn warn(&self, peer: IpAddr) {
        metrics::counter!("vestibule_forwarded_from_untrusted_total").increment(1);
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "a request carried X-Forwarded-For, but its sender is not in trusted_proxies: it is ignored. If this is \
                 your proxy, add it, or every visitor counts as one network (said once; see /metrics for how many)"
            );
        }
    }
}

/// An entry of `X-Forwarded-For`: an address, or as some proxies write it, one with a port.
fn parse(entry: &str) -> Option<IpAddr> {
    entry
        .parse::<IpAddr>()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn client(trusted: &[&str], peer: &str, lines: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::from_static(FORWARDED_FOR), HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers.append(HeaderName::from_static("x-real-ip"), HeaderValue::from_static("6.6.6.6"));
        headers.append(HeaderName::from_static("forwarded"), HeaderValue::from_static("for=6.6.6.6"));
        Proxies::new(&trusted).client(Some(SocketAddr::new(peer.parse().unwrap(), 4711)), &headers).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(client(&[], "203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(client(&["10.0.0.0/8"], "203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_for_its_own_hop_alone() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(client(&trusted, "10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client(&trusted, "10.0.0.1", &["1.2.3.4, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(client(&trusted, "10.0.0.1", &["1.2.3.4", "203.0.113.9, 10.9.9.9"]), "203.0.113.9");
        assert_eq!(client(&trusted, "10.0.0.1", &["1.2.3.4,203.0.113.9", "10.9.9.9"]), "203.0.113.9");
    }

    #[test]
    fn without_a_header_or_with_proxies_alone_the_farthest_known_hop_counts() {
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn what_is_no_address_hides_everything_to_its_left() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(client(&trusted, "10.0.0.1", &["1.2.3.4, unknown"]), "10.0.0.1");
        assert_eq!(client(&trusted, "10.0.0.1", &["1.2.3.4, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client(&trusted, "10.0.0.1", &["1.2.3.4, "]), "10.0.0.1");
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_understood() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(client(&trusted, "10.0.0.1", &["203.0.113.9:5000"]), "203.0.113.9");
        assert_eq!(client(&trusted, "10.0.0.1", &["[2001:db8::1]:5000"]), "2001:db8::1");
        assert_eq!(client(&trusted, "10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(client(&trusted, "::ffff:10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
        assert_eq!(client(&["2001:db8::/32"], "2001:db8::5", &["198.51.100.7"]), "198.51.100.7");
    }

    proptest! {
        #[test]
        fn no_header_moves_the_address_of_an_untrusted_peer(line in "[ -~]{0,60}") {
            prop_assert_eq!(client(&["10.0.0.0/8"], "203.0.113.9", &[&line]), "203.0.113.9");
        }
    }
}
