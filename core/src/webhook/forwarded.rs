//! What proxies say of the request that reached them: `X-Forwarded-*`, and `Forwarded` of RFC 7239.
//!
//! Each proxy adds its word at the end. The word of the outermost proxy that is trusted counts, which is found from the
//! end: what stands before it was sent by a stranger.

use std::borrow::Cow;

use super::{head::Head, proxies::Proxies};

/// How many bytes of such headers are looked at; proxies write a few hundred at most.
const LONGEST: usize = 8 * 1024;

/// What the outermost trusted proxy was asked, as far as it says so.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outside<'a> {
    pub(super) scheme: Option<Cow<'a, str>>,
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) port: Option<Cow<'a, str>>,
}

impl Outside<'_> {
    /// Whether it says nothing.
    pub(super) fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// The values of a header that is a list, in the order of the hops.
fn list<'a>(head: &Head<'a>, name: &str) -> Result<Vec<&'a str>, &'static str> {
    let mut values = Vec::new();
    let mut length = 0;
    for line in head.values(name) {
        length += line.len();
        if length > LONGEST {
            return Err("what proxies forward is too long");
        }
        let line = std::str::from_utf8(line).map_err(|_| "what a proxy forwards is not text")?;
        values.extend(line.split(',').map(str::trim).filter(|value| !value.is_empty()));
    }
    Ok(values)
}

/// What `X-Forwarded-Proto`, `-Host` and `-Port` say.
pub(super) fn by_single_headers<'a>(head: &Head<'a>, proxies: &Proxies) -> Result<Outside<'a>, &'static str> {
    let hops = list(head, "x-forwarded-for")?;
    let trusted = hops.iter().rev().take_while(|hop| proxies.trust_hop(hop)).count();
    // who is listed and yet added nobody was the client, and what it sent is no word of a proxy's
    let inner = trusted.min(hops.len().saturating_sub(1));
    let told = |name| {
        let values = list(head, name)?;
        // a proxy that overwrites leaves one value for all the hops
        let outermost = values.len().saturating_sub(inner + 1);
        Ok::<_, &'static str>(values.get(outermost).copied().map(Cow::Borrowed))
    };
    Ok(Outside { scheme: told("x-forwarded-proto")?, host: told("x-forwarded-host")?, port: told("x-forwarded-port")? })
}

/// What `Forwarded` says.
pub(super) fn by_standard_header<'a>(head: &Head<'a>, proxies: &Proxies) -> Result<Outside<'a>, &'static str> {
    let mut hops = Vec::new();
    let mut length = 0;
    for line in head.values("forwarded") {
        length += line.len();
        if length > LONGEST {
            return Err("what proxies forward is too long");
        }
        let line = std::str::from_utf8(line).map_err(|_| "what a proxy forwards is not text")?;
        read(line, &mut hops).ok_or("a proxy sends a Forwarded header that cannot be read")?;
    }
    let is_proxy = |hop: &&Hop<'_>| hop.client.as_ref().is_some_and(|client| proxies.trust_hop(client));
    let trusted = hops.iter().rev().take_while(is_proxy).count();
    let outermost = hops.len().saturating_sub(trusted + 1);
    let mut outside = Outside::default();
    for hop in hops.drain(outermost..) {
        outside.scheme = outside.scheme.or(hop.scheme);
        outside.host = outside.host.or(hop.host);
    }
    Ok(outside)
}

/// One hop of a `Forwarded` header.
#[derive(Debug, Default, PartialEq)]
struct Hop<'a> {
    client: Option<Cow<'a, str>>,
    scheme: Option<Cow<'a, str>>,
    host: Option<Cow<'a, str>>,
}

/// Reads a `Forwarded` header: `for=192.0.2.1;proto=https, for="[2001:db8::1]:80"`; nothing if it is malformed.
fn read<'a>(line: &'a str, hops: &mut Vec<Hop<'a>>) -> Option<()> {
    let mut rest = line.trim_start();
    let mut hop = Hop::default();
    let mut is_empty = true;
    while let Some(next) = rest.chars().next() {
        if matches!(next, ',' | ';') {
            rest = rest[1..].trim_start();
            if next == ',' && !is_empty {
                hops.push(std::mem::take(&mut hop));
                is_empty = true;
            }
            continue;
        }
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after)?;
        rest = after.trim_start();
        if !(rest.is_empty() || rest.starts_with([',', ';'])) {
            return None;
        }
        let place = match name {
            _ if name.eq_ignore_ascii_case("for") => Some(&mut hop.client),
            _ if name.eq_ignore_ascii_case("proto") => Some(&mut hop.scheme),
            _ if name.eq_ignore_ascii_case("host") => Some(&mut hop.host),
            _ if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) => {
                None
            }
            _ => return None,
        };
        if let Some(place) = place
            && place.replace(value).is_some()
        {
            return None; // which of two would be meant?
        }
        is_empty = false;
    }
    if !is_empty {
        hops.push(hop);
    }
    Some(())
}

/// Reads a value, quoted or not, and gives what follows it.
fn value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        // colons and brackets ought to be quoted, and often are not
        let end = text.find([',', ';', ' ', '\t', '"']).unwrap_or(text.len());
        return (end > 0).then(|| (Cow::Borrowed(&text[..end]), &text[end..]));
    };
    let mut unescaped: Option<String> = None;
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => {
                let value = unescaped.map_or(Cow::Borrowed(&quoted[..at]), Cow::Owned);
                return Some((value, &quoted[at + 1..]));
            }
            '\\' => unescaped.get_or_insert_with(|| quoted[..at].to_owned()).push(letters.next()?.1),
            other => unescaped.iter_mut().for_each(|value| value.push(other)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hops(line: &str) -> Option<Vec<(String, String, String)>> {
        let mut hops = Vec::new();
        read(line, &mut hops)?;
        let text = |part: Option<Cow<'_, str>>| part.unwrap_or_default().into_owned();
        Some(hops.into_iter().map(|hop| (text(hop.client), text(hop.scheme), text(hop.host))).collect())
    }

    #[test]
    fn hops_are_read_as_the_standard_writes_them() {
        let hop = |client: &str, scheme: &str, host: &str| (client.into(), scheme.into(), host.into());
        for (line, expected) in [
            ("", vec![]),
            (" , ,", vec![]),
            ("for=192.0.2.43", vec![hop("192.0.2.43", "", "")]),
            ("For=\"[2001:db8:cafe::17]:4711\"", vec![hop("[2001:db8:cafe::17]:4711", "", "")]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", vec![hop("192.0.2.60", "http", "")]),
            ("for=192.0.2.43, for=198.51.100.17", vec![hop("192.0.2.43", "", ""), hop("198.51.100.17", "", "")]),
            ("for=_hidden;host=a.com:8443 ; PROTO=https,", vec![hop("_hidden", "https", "a.com:8443")]),
            (r#"host="a\"b,c;d""#, vec![hop("", "", "a\"b,c;d")]),
        ] {
            assert_eq!(hops(line).as_ref(), Some(&expected), "{line}");
        }
    }

    #[test]
    fn what_is_malformed_is_not_guessed_at() {
        for line in
            ["for", "for=", "=x", "for=a b", "for=\"a", "for=\"a\\", "for=a;for=b", "for=\"a\"b", "f or=a", "é=a"]
        {
            assert_eq!(hops(line), None, "{line}");
        }
    }
}
