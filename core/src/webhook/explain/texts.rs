//! What frameworks do to parameters, undone: the texts that may have been signed instead.

use std::collections::HashSet;

use super::{
    super::{
        form::{self, SignedText},
        request::{Request, Sent},
    },
    Reason, ReasonKind, shown,
};

/// How long the parameters may be for more than the simplest to be tried, and how many for each to be tried alone.
const MOST_BYTES: usize = 64 << 10;
const MOST_EACH: usize = 64;

/// Parameters that Twilio sends empty where it knows nothing, and that some frameworks then drop.
const OFTEN_EMPTY: [&str; 9] =
    ["Body", "FromCity", "FromState", "FromZip", "FromCountry", "ToCity", "ToState", "ToZip", "ToCountry"];

/// A text that may have been signed behind the URL, and what it would mean; nothing if it is what was handed on.
pub(super) struct Text {
    pub(super) text: SignedText,
    pub(super) reason: Option<Reason>,
}

type Pairs<'a> = [(&'a str, &'a str)];

/// The texts that are tried with each form of the URL: first what was handed on.
pub(super) fn of(request: &Request<'_>, params: &Pairs<'_>) -> Vec<Text> {
    let hashed = !form::body_hashes(request.url).is_empty();
    let nothing = SignedText::new();
    let form = form::signed_text(params);
    let (is_form, body) = match request.sent {
        Sent::Params(_) => (true, None),
        Sent::Body(body) => (request.content_type.map_or(!hashed, form::is_form), Some(body)),
    };
    let mut texts = Texts { found: Vec::new(), known: HashSet::new() };
    if is_form {
        texts.add(form, None);
        let (problem, remedy) = match body {
            _ if hashed => (
                "the URL holds the hash of a body, but parameters were handed on",
                "hand on the raw body, as it was received",
            ),
            _ => (
                "only the URL was signed, but parameters were handed on besides",
                "hand on none for a GET: its parameters stand in the URL",
            ),
        };
        texts.add(nothing, Some(Reason::proven(ReasonKind::ParametersAdded, problem, remedy)));
    } else {
        texts.add(nothing, None);
        texts.add(
            form,
            Some(Reason::proven(
                ReasonKind::ContentType,
                "the parameters of a form were signed, but the content type is not that of a form",
                "hand on the Content-Type as it came",
            )),
        );
        return texts.found;
    }
    if params.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= MOST_BYTES {
        mended(request, params, &mut texts);
    }
    texts.found
}

/// Adds what undoes each usual change to all parameters.
fn mended(request: &Request<'_>, params: &Pairs<'_>, texts: &mut Texts) {
    let reason = |kind, problem: &str, remedy: &str| Some(Reason::proven(kind, problem, remedy));
    let changed = |what: &str| {
        reason(
            ReasonKind::ParametersChanged,
            what,
            "check the raw body, or take the values before anything changes them",
        )
    };
    let query = request.url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    let in_query: HashSet<_> = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
    texts.keep(
        params,
        |name, _| !in_query.contains(name),
        || {
            reason(
                ReasonKind::ParametersAdded,
                "the parameters of the query were handed on with those of the form",
                "hand on only those of the body; the URL holds the others",
            )
        },
    );
    texts.keep(
        params,
        |name, _| !name.starts_with(|first: char| !first.is_ascii_uppercase()),
        || {
            reason(
                ReasonKind::ParametersAdded,
                "parameters were handed on that Twilio did not send: names of its own begin with a capital",
                "hand on what the request brought, and nothing of the framework's",
            )
        },
    );
    texts.keep(
        params,
        |_, value| !value.is_empty(),
        || {
            reason(
                ReasonKind::ParametersAdded,
                "empty parameters were handed on that Twilio did not send",
                "hand on what the request brought, and no defaults",
            )
        },
    );
    let missing = OFTEN_EMPTY.iter().filter(|known| !params.iter().any(|(name, _)| name == *known));
    let with_empty: Vec<(&str, &str)> = params.iter().copied().chain(missing.map(|name| (*name, ""))).collect();
    texts.add(
        form::signed_text(&with_empty),
        reason(
            ReasonKind::ParametersMissing,
            "parameters without a value were dropped",
            "keep them: Twilio signs their names",
        ),
    );
    if !params.iter().any(|(name, _)| *name == "Body") {
        let with_body: Vec<(&str, &str)> = params.iter().copied().chain([("Body", "")]).collect();
        texts.add(
            form::signed_text(&with_body),
            reason(
                ReasonKind::ParametersMissing,
                "the parameter Body, which is empty, was dropped",
                "keep it: Twilio signs its name",
            ),
        );
    }
    let mut seen = HashSet::new();
    texts.keep(
        params,
        |name, _| seen.insert(name.to_owned()),
        || {
            reason(
                ReasonKind::ParametersAdded,
                "a parameter has more values than were signed",
                "hand on what the request brought, each value once",
            )
        },
    );
    texts.map(params, |value| value.trim().to_owned(), || changed("white space was added around values"));
    texts.map(params, |value| value.replace("\r\n", "\n"), || changed("the ends of lines in values were changed"));
    let windows = |value: &str| value.replace("\r\n", "\n").replace('\n', "\r\n");
    texts.map(params, windows, || changed("the ends of lines in values were changed"));
    let plus = |value: &str| value.strip_prefix(' ').map_or_else(|| value.to_owned(), |rest| format!("+{rest}"));
    texts.map(params, plus, || changed("the plus at the beginning of values became a space: they were decoded twice"));
    let decoded = |value: &str| {
        let spaced = value.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    texts.map(params, decoded, || changed("the values are still encoded"));
    texts.map(params, utf8, || changed("values of UTF-8 were read as Latin-1"));
}

/// What was UTF-8 before it was read as Latin-1.
fn utf8(value: &str) -> String {
    let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| value.to_owned())
}

/// The texts in which a single parameter is different; tried with the URL as it is.
pub(super) fn of_each(params: &Pairs<'_>) -> Vec<Text> {
    let length: usize = params.iter().map(|(name, value)| name.len() + value.len()).sum();
    if params.len() > MOST_EACH || length * params.len() > 16 * MOST_BYTES {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, (name, value)) in params.iter().enumerate() {
        let mut others = params.to_vec();
        others.remove(at);
        found.push(Text {
            text: form::signed_text(&others),
            reason: Some(Reason::proven(
                ReasonKind::ParametersAdded,
                format!("the parameter {} was handed on, but was not signed", shown(name)),
                "hand on what the request brought, and nothing besides",
            )),
        });
        for longer in [format!("{value} "), format!(" {value}"), format!("{value}\n"), format!("{value}\r\n")] {
            let mut others = params.to_vec();
            others[at] = (name, &longer);
            found.push(Text {
                text: form::signed_text(&others),
                reason: Some(Reason::proven(
                    ReasonKind::ParametersChanged,
                    format!("white space at an end of the parameter {} was trimmed", shown(name)),
                    "keep it: take the values before anything trims them",
                )),
            });
        }
    }
    found
}

/// Texts, each once.
struct Texts {
    found: Vec<Text>,
    known: HashSet<SignedText>,
}

impl Texts {
    fn add(&mut self, text: SignedText, reason: Option<Reason>) {
        if self.known.insert(text.clone()) {
            self.found.push(Text { text, reason });
        }
    }

    fn keep(
        &mut self,
        params: &Pairs<'_>,
        mut is_kept: impl FnMut(&str, &str) -> bool,
        reason: impl Fn() -> Option<Reason>,
    ) {
        let kept: Vec<_> = params.iter().copied().filter(|(name, value)| is_kept(name, value)).collect();
        self.add(form::signed_text(&kept), reason());
    }

    fn map(&mut self, params: &Pairs<'_>, change: impl Fn(&str) -> String, reason: impl Fn() -> Option<Reason>) {
        let changed: Vec<(&str, String)> = params.iter().map(|(name, value)| (*name, change(value))).collect();
        self.add(form::signed_text(&changed), reason());
    }
}
