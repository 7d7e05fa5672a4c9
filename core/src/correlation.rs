//! Ids in the URLs of status callbacks: what proves that a send was accepted although its answer was lost.

use std::{borrow::Cow, fmt::Write};

use jiff::Timestamp;

use crate::{Error, ErrorKind, Params, Result, Value, names, operation::Operation, tls};

/// The name under which the id stands in the query of the URL.
const PARAMETER: &str = "ringback_correlation_id";
const CALLBACK: &str = "StatusCallback";
/// The creates whose callbacks are correlated; they report every resource that was accepted.
const OPERATIONS: [&str; 2] = ["api.v2010.accounts.calls.create", "api.v2010.accounts.messages.create"];

/// What tells one call of the API from another: in errors, and in the callbacks that it brings.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// When it was begun, by the clock of this machine.
    pub(crate) begun_at: Timestamp,
    /// What its callbacks carry.
    pub(crate) correlation_id: Option<String>,
}

/// Reads the correlation id out of the URL that a callback was sent to, whole or from its path on.
///
/// With a `MessageSid` or `CallSid` beside it in the callback, the send whose error has this `correlation_id` was carried
/// out. Check the callback's signature first, as of every webhook.
pub fn correlation_id(url: &str) -> Option<String> {
    let (head, _) = split_fragment(url);
    let (_, query) = head.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, id)| name == PARAMETER && !id.is_empty()).map(|(_, id)| id.into_owned())
}

/// Puts an id into the status callback of a create that has one; gives the parameters then, and the id.
///
/// An id that is there already stays, so that a caller may choose it.
pub(crate) fn correlate<'a>(operation: &Operation, params: &'a Params) -> Result<(Cow<'a, Params>, Option<String>)> {
    let nothing = |params| Ok((Cow::Borrowed(params), None));
    if !OPERATIONS.contains(&operation.name) {
        return nothing(params);
    }
    let callback = params.iter().find(|(name, _)| *name == CALLBACK || names::is_parameter(CALLBACK, name));
    let Some((name, Value::Text(url))) = callback else { return nothing(params) };
    if !url.starts_with("http") {
        return nothing(params); // Twilio says what is wrong with it
    }
    if let Some(id) = correlation_id(url) {
        return Ok((Cow::Borrowed(params), Some(id)));
    }
    let id = random()?;
    let (name, url) = (name.to_owned(), with_id(url, &id));
    let mut correlated = params.clone();
    correlated.set(name, url);
    Ok((Cow::Owned(correlated), Some(id)))
}

/// The URL with the id at the end of its query; what it held before stays byte for byte, its fragment last.
///
/// The fragment holds Twilio's connection overrides, such as `#rc=2`.
fn with_id(url: &str, id: &str) -> String {
    let (head, fragment) = split_fragment(url);
    let separator = match head.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{head}{separator}{PARAMETER}={id}{fragment}")
}

fn split_fragment(url: &str) -> (&str, &str) {
    url.split_at(url.find('#').unwrap_or(url.len()))
}

/// An id that occurs once, also in the children of a process that was forked.
fn random() -> Result<String> {
    let mut bytes = [0; 16];
    tls::fill_random(&mut bytes).map_err(|()| Error::new(ErrorKind::Internal, "the system gave no random bytes"))?;
    let mut id = String::with_capacity(32);
    for byte in bytes {
        let _ = write!(id, "{byte:02x}"); // writing into a String never fails
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api, params};

    #[test]
    fn the_id_stands_at_the_end_of_the_query_and_before_the_fragment() {
        for (url, expected) in [
            ("https://a.example/s", "https://a.example/s?ringback_correlation_id=7"),
            ("https://a.example/s?", "https://a.example/s?ringback_correlation_id=7"),
            ("https://a.example/s?a=%2f+b&", "https://a.example/s?a=%2f+b&ringback_correlation_id=7"),
            ("https://a.example/s?a=b#rc=2&rp=all", "https://a.example/s?a=b&ringback_correlation_id=7#rc=2&rp=all"),
            ("https://a.example/s#rc=2?x", "https://a.example/s?ringback_correlation_id=7#rc=2?x"),
        ] {
            let made = with_id(url, "7");
            assert_eq!(made, expected);
            assert_eq!(correlation_id(&made).as_deref(), Some("7"), "{made}");
        }
    }

    #[test]
    fn an_id_is_read_where_it_stands_and_nowhere_else() {
        assert_eq!(correlation_id("/status?a=b&ringback_correlation_id=a%2Fb").as_deref(), Some("a/b"));
        for none in [
            "",
            "/status",
            "/status?a=ringback_correlation_id",
            "/status?ringback_correlation_id=",
            "/s#x?ringback_correlation_id=7",
        ] {
            assert_eq!(correlation_id(none), None, "{none}");
        }
    }

    #[test]
    fn every_create_with_a_callback_gets_an_id_of_its_own() {
        let create = api::find("messages.create").unwrap();
        let params = params! { "To" => "+15551234567", "status_callback" => "https://a.example/s" };
        let (changed, first) = correlate(create, &params).unwrap();
        let (_, second) = correlate(create, &params).unwrap();
        assert_ne!(first, second);
        let Some(Value::Text(url)) = changed.get("status_callback") else { panic!("{changed:?}") };
        assert_eq!((correlation_id(url), first.as_ref().map(String::len)), (first.clone(), Some(32)));
        // the caller's own
        let (same, id) = correlate(create, &changed).unwrap();
        assert_eq!((&*same, id), (&*changed, first));
    }

    #[test]
    fn what_has_no_callback_stays_as_it_is() {
        let with = params! { "StatusCallback" => "https://a.example/s" };
        let without = params! { "To" => "+15551234567" };
        let odd = params! { "StatusCallback" => "" };
        for (operation, params) in [
            ("messages.create", &without),
            ("messages.create", &odd),
            ("messages.update", &with),
            ("messages.list", &with),
        ] {
            let (same, id) = correlate(api::find(operation).unwrap(), params).unwrap();
            assert_eq!((&*same, id), (params, None), "{operation}");
        }
    }
}
