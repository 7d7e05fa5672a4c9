//! The forms of a URL that Twilio, or a library that rewrites URLs, may have signed.
//!
//! Whether the port is signed depends on product and scheme, the user and password never are, and what a server sees may
//! be encoded in another way than what Twilio was told. A forger gains nothing: each form must still be signed.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What the legacy query of the Node library leaves as it is: what JavaScript's `encodeURIComponent` does.
const LEGACY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What WHATWG encodes in a path and in a query, as the Node library does.
///
/// Only the encoding is tried. WHATWG also turns the host into small letters and resolves dots; a server that was asked
/// for another host or path than the one that was signed must not accept.
const PATH: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}');
const QUERY: &AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\'');

/// Every form of one URL: each authority with each target.
pub(super) struct Candidates<'a> {
    /// With its `://`; empty if the URL has none.
    scheme: &'a str,
    authorities: Vec<Authority<'a>>,
    targets: Vec<Cow<'a, str>>,
}

/// User and password, host and port, as far as a form keeps them.
struct Authority<'a> {
    /// With its `@`.
    user: &'a str,
    host: Cow<'a, str>,
    /// With its colon.
    port: &'a str,
}

impl<'a> Candidates<'a> {
    pub(super) fn of(url: &'a str) -> Self {
        // the fragment never leaves the browser, nor Twilio
        let url = url.split('#').next().unwrap_or_default();
        let Some(end) = url.find("://").map(|at| at + 3) else {
            let nothing = Authority { user: "", host: Cow::Borrowed(""), port: "" };
            return Self { scheme: "", authorities: vec![nothing], targets: vec![Cow::Borrowed(url)] };
        };
        let (scheme, rest) = url.split_at(end);
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let is_socket = scheme.eq_ignore_ascii_case("ws://") || scheme.eq_ignore_ascii_case("wss://");
        Self { scheme, authorities: authorities(scheme, authority), targets: targets(target, is_socket) }
    }

    /// Whether some form is what is looked for, in pieces: scheme, user, host, port, target; the likeliest first.
    pub(super) fn any(&self, mut is_it: impl FnMut([&str; 5]) -> bool) -> bool {
        self.targets.iter().any(|target| {
            self.authorities.iter().any(|Authority { user, host, port }| is_it([self.scheme, user, host, port, target]))
        })
    }
}

fn authorities<'a>(scheme: &str, authority: &'a str) -> Vec<Authority<'a>> {
    let (user, place) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    let (host, port) = match place.rfind(':') {
        // the colons of an IPv6 address stand before the bracket
        Some(at) if !place[at..].contains(']') => place.split_at(at),
        _ => (place, ""),
    };
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let ports: &[&str] = match port {
        "" if is("https://") => &["", ":443"],
        // the official libraries add 80 here, which no client would ask for
        "" if is("wss://") => &["", ":443", ":80"],
        "" => &["", ":80"],
        given => &[given, ""],
    };
    let users: &[&str] = if user.is_empty() { &[""] } else { &[user, ""] };
    let mut found = Vec::with_capacity(ports.len() * users.len());
    for host in hosts(host) {
        for port in ports {
            found.extend(users.iter().map(|user| Authority { user, host: host.clone(), port }));
        }
    }
    found
}

/// The host as it is, and as DNS knows it if it holds other letters than ASCII.
fn hosts(host: &str) -> Vec<Cow<'_, str>> {
    let mut found = vec![Cow::Borrowed(host)];
    if !host.is_ascii()
        && let Ok(url::Host::Domain(ascii)) = url::Host::parse(host)
    {
        found.push(Cow::Owned(ascii));
    }
    found
}

/// The path and query as they are, and in the encodings that others give them.
fn targets(target: &str, is_socket: bool) -> Vec<Cow<'_, str>> {
    let mut found = vec![Cow::Borrowed(target)];
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let is_plain = !path.is_empty() && is_plain(path) && is_plain_query(query);
    if query == "?" {
        found.push(Cow::Borrowed(path)); // some frameworks leave it there when nothing follows
    }
    if is_plain && !is_socket {
        return found; // nearly every URL, with nothing to encode
    }
    if !is_plain {
        let rooted = if path.is_empty() { Cow::Borrowed("/") } else { Cow::from(utf8_percent_encode(path, PATH)) };
        found.push(Cow::Owned(format!("{rooted}{}", utf8_percent_encode(query, QUERY))));
        if let Some(query) = query.strip_prefix('?').filter(|query| !query.is_empty()) {
            found.push(Cow::Owned(format!("{path}?{}", query.replace('\'', "%27"))));
            found.push(Cow::Owned(format!("{path}?{}", query.replace("%27", "'"))));
            found.push(Cow::Owned(format!("{rooted}?{}", legacy(query))));
        }
    }
    if is_socket {
        // Twilio's documentation: when the signature of a handshake does not fit, try with a slash at the end
        for at in 0..found.len() {
            let (path, query) = found[at].split_at(found[at].find('?').unwrap_or(found[at].len()));
            let toggled = match path.strip_suffix('/') {
                Some(path) => format!("{path}{query}"),
                None => format!("{path}/{query}"),
            };
            found.push(Cow::Owned(toggled));
        }
    }
    let mut distinct: Vec<Cow<'_, str>> = Vec::with_capacity(found.len());
    for form in found {
        if !distinct.contains(&form) {
            distinct.push(form);
        }
    }
    distinct
}

/// Whether no encoding changes it.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~!*()".contains(&byte))
}

/// Whether no encoding changes a query, and no parameter of it would move: names with one value each.
fn is_plain_query(query: &str) -> bool {
    let Some(pairs) = query.strip_prefix('?').filter(|query| !query.is_empty()) else { return true };
    let mut names = HashSet::new();
    pairs.split('&').all(|pair| match pair.split_once('=') {
        Some((name, value)) if is_plain(name) && is_plain(value) && !pair.contains('/') => names.insert(name),
        _ => false,
    })
}

/// A query as Node's `querystring` reads and writes it: each name once in place of its first, with all its values.
fn legacy(query: &str) -> String {
    let mut grouped: Vec<(Cow<'_, str>, Vec<Cow<'_, str>>)> = Vec::new();
    // a stranger may send thousands of names
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match places.get(&name) {
            Some(place) => grouped[*place].1.push(value),
            None => {
                places.insert(name.clone(), grouped.len());
                grouped.push((name, vec![value]));
            }
        }
    }
    let mut out = String::with_capacity(query.len());
    for (name, values) in &grouped {
        for value in values {
            if !out.is_empty() {
                out.push('&');
            }
            out.extend(utf8_percent_encode(name, LEGACY));
            out.push('=');
            out.extend(utf8_percent_encode(value, LEGACY));
        }
    }
    out
}
