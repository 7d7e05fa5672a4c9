//! What a server knows of a request before it reads the body.

use std::{borrow::Cow, net::IpAddr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What stays as it is when a path that was decoded is encoded again.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The headers that are looked at; a server whose headers have other names can ask for just these.
pub const HEADERS: &[&str] = &[
    "host",
    "content-length",
    "content-type",
    "x-twilio-signature",
    "x-twilio-webhooks-signature-settings",
    "i-twilio-idempotency-token",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
];

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A machine.
    Address(IpAddr),
    /// A program on the same machine, over a Unix socket.
    Unix,
    /// The server does not tell, so nothing that it forwards is believed.
    Unknown,
}

impl Peer {
    /// Reads what servers write: an address, or nothing for a Unix socket.
    pub fn read(text: Option<&str>) -> Self {
        match text {
            None | Some("") => Self::Unix,
            Some(text) => read_address(text).map_or(Self::Unknown, Self::Address),
        }
    }
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        Self::Address(address.to_canonical())
    }
}

/// An address as headers and servers write it, with or without a port, brackets or a zone.
pub(super) fn read_address(text: &str) -> Option<IpAddr> {
    let host = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        // one colon comes before a port, several are an address of IPv6
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => text,
        },
    };
    let host = host.split('%').next()?;
    host.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// The target of a request whose server keeps only the decoded path: encoded again, with its query.
///
/// What was encoded without need (`%7E`) or in small letters cannot be told any more, so the raw target is better.
pub fn encode_target(path: &[u8], query: &[u8]) -> Vec<u8> {
    let mut target: Vec<u8> = percent_encode(path, PATH).flat_map(str::bytes).collect();
    if !query.is_empty() {
        target.push(b'?');
        target.extend_from_slice(query);
    }
    target
}

/// A request as the server saw it, without its body.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    pub(super) method: &'a str,
    pub(super) scheme: &'a str,
    pub(super) target: Cow<'a, [u8]>,
    pub(super) authority: Option<&'a str>,
    pub(super) peer: Peer,
    pub(super) is_socket: bool,
    pub(super) headers: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Head<'a> {
    /// A request by its method, the scheme of its connection, and its target: raw path and query, byte for byte.
    ///
    /// The schemes `ws` and `wss` mean the handshake of a WebSocket.
    pub fn new(method: &'a str, scheme: &'a str, target: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            method,
            scheme,
            target: target.into(),
            authority: None,
            peer: Peer::Unknown,
            is_socket: ["ws", "wss"].iter().any(|socket| scheme.eq_ignore_ascii_case(socket)),
            headers: Vec::new(),
        }
    }

    /// The same with who is at the other end.
    #[must_use]
    pub fn with_peer(mut self, peer: Peer) -> Self {
        self.peer = peer;
        self
    }

    /// The same with its headers; names in any case.
    #[must_use]
    pub fn with_headers(mut self, headers: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// The same with the host that the target itself names, as HTTP/2 does; it beats the `Host` header.
    #[must_use]
    pub fn with_authority(mut self, authority: Option<&'a str>) -> Self {
        self.authority = authority;
        self
    }

    /// The same as the handshake of a WebSocket, or not.
    #[must_use]
    pub fn with_socket(mut self, is_socket: bool) -> Self {
        self.is_socket = is_socket;
        self
    }

    /// The values of a header, as often as it was sent.
    pub fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| *value)
    }

    /// The value of a header that was sent once, as text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut values = self.values(name);
        let value = values.next().filter(|_| values.next().is_none())?;
        std::str::from_utf8(value).ok().map(str::trim)
    }

    /// The method.
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// Path and query, byte for byte.
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// Who is at the other end.
    pub fn peer(&self) -> Peer {
        self.peer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_spelling() {
        for (text, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
        ] {
            assert_eq!(Peer::read(Some(text)), Peer::Address(address.parse().unwrap()), "{text}");
        }
        for text in ["testclient", "unknown", "_hidden", "1.2.3", "[", "[]", "1.2.3.4.5", "%", ":"] {
            assert_eq!(Peer::read(Some(text)), Peer::Unknown, "{text}");
        }
        assert_eq!(Peer::read(None), Peer::Unix);
        assert_eq!(Peer::read(Some("")), Peer::Unix);
    }

    #[test]
    fn a_decoded_path_is_encoded_as_it_usually_is() {
        let encoded = |path: &str, query: &str| String::from_utf8(encode_target(path.as_bytes(), query.as_bytes()));
        assert_eq!(encoded("/sms/é b", "a=%2f").unwrap(), "/sms/%C3%A9%20b?a=%2f");
        assert_eq!(encoded("/~user/a:b@c,d;e=f", "").unwrap(), "/~user/a:b@c,d;e=f");
        assert_eq!(encoded("/100%/#?", "").unwrap(), "/100%25/%23%3F");
    }
}
