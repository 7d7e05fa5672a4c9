//! The proxies whose word is taken.

use std::net::IpAddr;

use ipnet::IpNet;

use super::head::{Peer, read_address};
use crate::{Error, Result};

/// The proxies in front of a server, by their addresses.
#[derive(Clone, Debug)]
pub struct Proxies {
    networks: Vec<IpNet>,
    has_unix: bool,
}

impl Proxies {
    /// Reads a list of addresses (`127.0.0.1`), networks (`10.0.0.0/8`), and `unix` for who connects over a Unix socket.
    pub fn new<T: AsRef<str>>(proxies: impl IntoIterator<Item = T>) -> Result<Self> {
        let mut found = Self { networks: Vec::new(), has_unix: false };
        for proxy in proxies {
            let text = proxy.as_ref().trim();
            match (text, text.parse::<IpNet>(), text.parse::<IpAddr>()) {
                ("unix", ..) => found.has_unix = true,
                (_, Ok(network), _) => found.networks.push(network),
                (_, _, Ok(address)) => found.networks.push(IpNet::from(address.to_canonical())),
                _ => {
                    return Err(Error::configuration(
                        "trusted_proxies takes addresses such as 127.0.0.1, networks such as 10.0.0.0/8, and unix",
                    ));
                }
            }
        }
        if found.networks.is_empty() && !found.has_unix {
            return Err(Error::configuration("trusted_proxies is empty: name the proxy, or leave it out"));
        }
        Ok(found)
    }

    /// Whether a connection comes from one of them.
    pub(super) fn trust(&self, peer: Peer) -> bool {
        match peer {
            Peer::Address(address) => self.networks.iter().any(|network| network.contains(&address)),
            Peer::Unix => self.has_unix,
            Peer::Unknown => false,
        }
    }

    /// Whether a hop that a header names is one of them.
    pub(super) fn trust_hop(&self, hop: &str) -> bool {
        read_address(hop).is_some_and(|address| self.trust(Peer::Address(address)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_listed_is_trusted() {
        let proxies = Proxies::new(["10.0.0.0/8", "::1", "::ffff:192.0.2.7"]).unwrap();
        for trusted in ["10.255.0.1", "::1", "192.0.2.7", "::ffff:10.0.0.1"] {
            assert!(proxies.trust(Peer::read(Some(trusted))), "{trusted}");
        }
        for stranger in ["11.0.0.1", "::2", "192.0.2.8", "testclient"] {
            assert!(!proxies.trust(Peer::read(Some(stranger))), "{stranger}");
        }
        assert!(!proxies.trust(Peer::Unix) && !proxies.trust(Peer::Unknown));
        let unix = Proxies::new(["unix"]).unwrap();
        assert!(unix.trust(Peer::Unix) && !unix.trust(Peer::Unknown) && !unix.trust_hop(""));
        assert!(Proxies::new(["0.0.0.0/0"]).unwrap().trust(Peer::read(Some("203.0.113.9"))));
    }

    #[test]
    fn what_is_no_address_is_refused_at_once() {
        for wrong in ["", "*", "proxy.example.com", "10.0.0.0/33", "10.0.0"] {
            assert!(Proxies::new([wrong]).is_err(), "{wrong}");
        }
        assert!(Proxies::new([""; 0]).is_err());
    }
}
