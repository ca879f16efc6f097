//! The network a request comes from, as far as limits are concerned.
//! Rule 9: one household or office is one IPv4 /24 or IPv6 /56.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// An IPv4 /24 or IPv6 /56.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Network {
    V4([u8; 3]),
    V6([u8; 7]),
}

impl Network {
    /// The network of an address. An IPv4 address written as IPv6 is the IPv4 one.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(v6) => {
                let [prefix @ .., _, _, _, _, _, _, _, _, _] = v6.octets();
                Self::V6(prefix)
            }
        }
    }

    /// The bytes to hash or compare; no two networks have the same.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::V4(prefix) => prefix,
            Self::V6(prefix) => prefix,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4([a, b, c]) => write!(f, "{}/24", Ipv4Addr::new(*a, *b, *c, 0)),
            Self::V6(prefix) => {
                let mut octets = [0; 16];
                octets[..7].copy_from_slice(prefix);
                write!(f, "{}/56", Ipv6Addr::from(octets))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(address: &str) -> String {
        Network::of(address.parse().unwrap()).to_string()
    }

    #[test]
    fn a_household_is_one_network() {
        assert_eq!(shown("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(shown("2001:db8:1:12ff:aaaa::1"), "2001:db8:1:1200::/56");
        assert_eq!(shown("2001:db8:1:1200::"), "2001:db8:1:1200::/56");
        assert_ne!(shown("2001:db8:1:1300::"), shown("2001:db8:1:1200::"));
    }

    #[test]
    fn an_ipv4_address_written_as_ipv6_is_the_same_network() {
        assert_eq!(shown("::ffff:192.0.2.77"), "192.0.2.0/24");
    }

    #[test]
    fn no_two_networks_have_the_same_bytes() {
        let v4 = Network::of("32.1.13.1".parse().unwrap());
        let v6 = Network::of("2001:d00::1".parse().unwrap());
        assert_ne!(v4.bytes(), v6.bytes());
        assert_eq!(v6.bytes().len(), 7);
    }
}
