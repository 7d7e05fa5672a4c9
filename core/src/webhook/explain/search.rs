//! The search for what was signed: each form of the URL with each form of the parameters, the likeliest first.

use super::{
    super::{
        check::Check,
        form,
        request::{Request, Sent},
    },
    Reason, ReasonKind, body,
    texts::{self, Text},
    urls::Urls,
};

/// How many forms are tried at most, and how many bytes are hashed for it, over all secrets.
const MOST_TRIES: usize = 4000;
const MOST_BYTES: usize = 16 << 20;

/// How many forms of a form of a URL are hashed, more or less.
const FORMS: usize = 4;

/// What is left of the work that may be done.
struct Budget {
    secrets: usize,
    tries: usize,
    bytes: usize,
}

impl Budget {
    fn signed(&mut self, check: &Check<'_>, url: &str, text: &[u8]) -> bool {
        let bytes = (url.len() + text.len()) * FORMS * self.secrets;
        if self.tries < self.secrets || self.bytes < bytes {
            self.tries = 0;
            return false;
        }
        self.tries -= self.secrets;
        self.bytes -= bytes;
        check.text(url, text)
    }
}

/// What was signed instead of what was handed on, as far as that is found; nothing if it is not.
pub(super) fn search(check: &Check<'_>, request: &Request<'_>, secrets: usize) -> Vec<Reason> {
    let mut budget = Budget { secrets, tries: MOST_TRIES, bytes: MOST_BYTES };
    let decoded;
    let params: Vec<(&str, &str)> = match request.sent {
        Sent::Params(params) => params.to_vec(),
        Sent::Body(body) => match form::decode(body) {
            Some(found) => {
                decoded = found;
                decoded.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
            }
            None => Vec::new(),
        },
    };
    let urls = Urls::of(request, &params);
    let texts = texts::of(request, &params);
    let mut pairs: Vec<(usize, usize)> =
        (0..urls.len()).flat_map(|url| (0..texts.len()).map(move |text| (url, text))).collect();
    // what needs the fewest changes explains most
    pairs.sort_by_key(|(url, text)| urls.changes(*url) + usize::from(texts[*text].reason.is_some()));
    for (url, text) in pairs {
        let Text { text, reason } = &texts[text];
        if budget.signed(check, &urls.url(url), text) {
            let mut reasons = urls.reasons(url);
            reasons.extend(reason.clone());
            reasons.extend(body::unproven(request, &urls.url(url), reason.as_ref()));
            return reasons;
        }
    }
    for Text { text, reason } in texts::of_each(&params) {
        if budget.signed(check, request.url, &text) {
            return reason.into_iter().collect();
        }
    }
    Vec::new()
}

/// Whether parameters were handed on that belong to no form.
pub(super) fn is_about_params(reason: Option<&Reason>) -> bool {
    reason.is_some_and(|reason| reason.kind() == ReasonKind::ParametersAdded)
}
