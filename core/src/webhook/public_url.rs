//! The URL that Twilio was told, which it signs: what a server sees of it depends on what stands in front of the server.

use std::{borrow::Cow, fmt, sync::Arc};

use url::Url;

use super::{
    forwarded::{self, Outside},
    head::Head,
    proxies::Proxies,
};
use crate::{Error, Result};

/// How the URL that Twilio was told follows from a request.
///
/// The path and the query are always the request's own, byte for byte; scheme, host and port come from here.
#[derive(Clone, Default)]
pub struct PublicUrl(Way);

/// A function that gives the URL of a request; nothing refuses it.
type UrlOf = dyn Fn(&Head<'_>) -> Option<String> + Send + Sync;

#[derive(Clone, Default)]
enum Way {
    #[default]
    Request,
    Fixed(Base),
    Proxies(Proxies),
    Function(Arc<UrlOf>),
}

/// Where a server is from outside.
#[derive(Clone, Debug)]
struct Base {
    is_secure: bool,
    /// Host and port, then the part of the path that a proxy takes away.
    rest: String,
}

impl PublicUrl {
    /// The request's own `Host`, and the scheme of its connection: right where nothing stands in front of the server.
    ///
    /// Who sends a request chooses its `Host`, so a request that was signed for another host of the same account would
    /// be accepted too; [`fixed`](Self::fixed) refuses that.
    pub fn of_request() -> Self {
        Self(Way::Request)
    }

    /// One origin for all requests: `https://example.com`, also with the part of the path that a proxy takes away.
    ///
    /// Whatever the request and its proxies say is ignored, so this is the safest.
    pub fn fixed(url: &str) -> Result<Self> {
        let wrong = || Error::configuration("public_url takes an origin such as https://example.com, without a query");
        let parsed = Url::parse(url.trim()).map_err(|_| wrong())?;
        let is_secure = match parsed.scheme() {
            "https" | "wss" => true,
            "http" | "ws" => false,
            _ => return Err(wrong()),
        };
        // kept as it was given, since that is what Twilio was told
        let (_, rest) = url.trim().split_once("://").ok_or_else(wrong)?;
        let is_odd = |letter: char| letter.is_control() || letter.is_whitespace() || "@?#\\".contains(letter);
        if rest.starts_with('/') || rest.contains(is_odd) {
            return Err(wrong());
        }
        Ok(Self(Way::Fixed(Base { is_secure, rest: rest.trim_end_matches('/').to_owned() })))
    }

    /// What the listed proxies say in `X-Forwarded-Proto`, `-Host` and `-Port` or in `Forwarded` (RFC 7239).
    ///
    /// Anybody else is not believed: then it is as with [`of_request`](Self::of_request). The proxies must overwrite or
    /// extend what they forward. Where both kinds of header are there they must agree.
    pub fn behind(proxies: Proxies) -> Self {
        Self(Way::Proxies(proxies))
    }

    /// Whatever a function says of a request; a request of which it says nothing is refused.
    pub fn by(function: impl Fn(&Head<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Way::Function(Arc::new(function)))
    }

    /// What the settings `public_url` and `trusted_proxies` mean together.
    pub fn of_settings<T: AsRef<str>>(public_url: Option<&str>, trusted_proxies: Option<&[T]>) -> Result<Self> {
        match (public_url, trusted_proxies) {
            (None, None) => Ok(Self::of_request()),
            (Some(url), None) => Self::fixed(url),
            (None, Some(proxies)) => Ok(Self::behind(Proxies::new(proxies)?)),
            (Some(_), Some(_)) => Err(Error::configuration(
                "public_url and trusted_proxies exclude each other: with a public_url nothing forwarded is believed",
            )),
        }
    }

    /// The URL, or why there is none.
    pub(super) fn of(&self, head: &Head<'_>) -> Result<String, &'static str> {
        if let Way::Function(function) = &self.0 {
            return function(head).ok_or("public_url gives no URL for it");
        }
        let target = std::str::from_utf8(&head.target).map_err(|_| "its path is not text")?;
        if !target.starts_with('/') || target.contains('#') || head.method == "CONNECT" {
            return Err("its target is no path");
        }
        let (is_secure, rest) = match &self.0 {
            Way::Fixed(base) => (base.is_secure, Cow::Borrowed(base.rest.as_str())),
            Way::Proxies(proxies) if proxies.trust(head.peer) => forwarded(head, proxies)?,
            _ => Origin::of(head, Outside::default())?.parts(),
        };
        let scheme = match (head.is_socket, is_secure) {
            (false, false) => "http",
            (false, true) => "https",
            (true, false) => "ws",
            (true, true) => "wss",
        };
        Ok(format!("{scheme}://{rest}{target}"))
    }

    /// What a person should know of a request that was refused, if its proxy may be the reason.
    pub(super) fn hint(&self, head: &Head<'_>) -> Option<&'static str> {
        let is_forwarded = ["forwarded", "x-forwarded-proto", "x-forwarded-host"];
        let is_forwarded = is_forwarded.iter().any(|name| head.values(name).next().is_some());
        match &self.0 {
            Way::Request if is_forwarded => {
                Some("it came through a proxy: set public_url, or name the proxy in trusted_proxies")
            }
            Way::Proxies(proxies) if is_forwarded && !proxies.trust(head.peer) => Some(
                "its proxy is not in trusted_proxies, or the server hides the proxy's address, as uvicorn does unless \
                 proxy_headers is off and axum does without connect info",
            ),
            _ => None,
        }
    }
}

/// What trusted proxies say, in either kind of header.
fn forwarded<'a>(head: &Head<'a>, proxies: &Proxies) -> Result<(bool, Cow<'a, str>), &'static str> {
    let single = forwarded::by_single_headers(head, proxies)?;
    let standard = forwarded::by_standard_header(head, proxies)?;
    let is_alone = single.is_silent() || standard.is_silent();
    if is_alone {
        let told = if standard.is_silent() { single } else { standard };
        return Ok(Origin::of(head, told)?.parts());
    }
    // a proxy that writes one kind passes on what a stranger wrote in the other
    let (single, standard) = (Origin::of(head, single)?, Origin::of(head, standard)?);
    if single.is_same(&standard) {
        Ok(single.parts())
    } else {
        Err("Forwarded and X-Forwarded-* contradict each other")
    }
}

/// Scheme, host and port.
struct Origin<'a> {
    is_secure: bool,
    host: Cow<'a, str>,
    port: Option<Cow<'a, str>>,
}

impl<'a> Origin<'a> {
    /// What proxies say, completed by what the request itself says.
    fn of(head: &Head<'a>, outside: Outside<'a>) -> Result<Self, &'static str> {
        let scheme = outside.scheme.unwrap_or(Cow::Borrowed(head.scheme));
        let is = |names: [&str; 2]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
        let is_secure = is(["https", "wss"]);
        if !is_secure && !is(["http", "ws"]) {
            return Err("its scheme is neither http nor https");
        }
        let authority = match outside.host {
            Some(host) => host,
            None => Cow::Borrowed(own_host(head)?),
        };
        let (host, port) = split(&authority).ok_or("its host is not a valid host")?;
        let (host, port) = (host.to_owned(), port.map(str::to_owned));
        let port = match (port, outside.port) {
            (Some(port), _) => Some(Cow::Owned(port)),
            (None, Some(port)) if is_port(&port) => Some(port),
            (None, Some(_)) => return Err("the port that its proxy forwards is not a port"),
            (None, None) => None,
        };
        Ok(Self { is_secure, host: Cow::Owned(host), port })
    }

    /// The port, unless it is the one that the scheme means anyway.
    fn port(&self) -> Option<&str> {
        let usual = if self.is_secure { "443" } else { "80" };
        self.port.as_deref().filter(|port| *port != usual)
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.is_secure, self.port()) == (other.is_secure, other.port()) && self.host.eq_ignore_ascii_case(&other.host)
    }

    fn parts(self) -> (bool, Cow<'a, str>) {
        match self.port() {
            Some(port) => (self.is_secure, Cow::Owned(format!("{}:{port}", self.host))),
            None => (self.is_secure, self.host),
        }
    }
}

/// The host that the request names itself.
fn own_host<'a>(head: &Head<'a>) -> Result<&'a str, &'static str> {
    if let Some(authority) = head.authority {
        return Ok(authority);
    }
    let mut hosts = head.values("host");
    let host = hosts.next().ok_or("it names no host")?;
    if hosts.any(|other| other != host) {
        return Err("it names several hosts");
    }
    std::str::from_utf8(host).map(str::trim).map_err(|_| "its host is not a valid host")
}

/// Host and port, if they can be that.
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    let is_bracketed = authority.starts_with('[');
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !is_bracketed || host.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_valid = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(is_name),
    };
    (is_valid && port.is_none_or(is_port)).then_some((host, port))
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Way::Request => f.write_str("PublicUrl::of_request"),
            Way::Fixed(base) => f.debug_tuple("PublicUrl::fixed").field(&base.rest).finish(),
            Way::Proxies(proxies) => f.debug_tuple("PublicUrl::behind").field(proxies).finish(),
            Way::Function(_) => f.write_str("PublicUrl::by"),
        }
    }
}
