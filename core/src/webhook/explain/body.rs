//! What is wrong with a body: missing, changed, or not covered by the signature.

use super::{
    super::{
        form,
        request::{Request, Sent},
    },
    Reason, ReasonKind, search,
};

/// The longest body that is written anew to see whether its hash fits then.
const MOST_BYTES: usize = 1 << 20;

/// Why the body does not count although the URL is signed; `about` is what is said of the parameters already.
pub(super) fn unproven(request: &Request<'_>, url: &str, about: Option<&Reason>) -> Option<Reason> {
    let hashes = form::body_hashes(url);
    let body = match request.sent {
        Sent::Params([]) if !hashes.is_empty() => {
            return Some(Reason::proven(
                ReasonKind::BodyMissing,
                "the URL is signed and holds the hash of a body, but no body was handed on",
                "hand on the raw body, as it was received",
            ));
        }
        Sent::Params(_) => return None,
        Sent::Body(body) => body,
    };
    let is_form = request.content_type.map_or(hashes.is_empty(), form::is_form);
    if hashes.is_empty() {
        let is_open = !is_form && !body.is_empty() && about.is_none();
        return is_open.then(|| {
            Reason::proven(
                ReasonKind::BodyHashMissing,
                "the URL is signed, but without bodySHA256: the signature says nothing of the body",
                "refuse it, unless a proxy drops that parameter from the URL, or the Content-Type of a form was lost",
            )
        });
    }
    if form::holds(url, body) || search::is_about_params(about) && !body.is_empty() && is_form {
        return None;
    }
    Some(changed(&hashes, body))
}

fn changed(hashes: &[String], body: &[u8]) -> Reason {
    if hashes.iter().any(|hash| *hash != hashes[0]) {
        return Reason::proven(
            ReasonKind::BodyChanged,
            "the URL holds several hashes, bodySHA256, that differ",
            "refuse it, unless the address that Twilio was told holds one already: take it out there",
        );
    }
    if body.is_empty() {
        return Reason::proven(
            ReasonKind::BodyMissing,
            "the URL is signed, but the body is empty: something read it before, or it was not handed on",
            "keep the raw body before anything parses it, and hand that on",
        );
    }
    let fits = |body: &[u8]| form::body_sha256(body) == hashes[0];
    let trimmed = body.trim_ascii();
    let longer = |end: &[u8]| [trimmed, end].concat();
    if body.len() <= MOST_BYTES && (fits(trimmed) || fits(&longer(b"\n")) || fits(&longer(b"\r\n"))) {
        return Reason::proven(
            ReasonKind::BodyChanged,
            "white space at an end of the body was added or removed",
            "hand on the raw body, to the byte",
        );
    }
    let anew = (body.len() <= MOST_BYTES).then(|| serde_json::from_slice::<serde_json::Value>(body).ok()).flatten();
    if anew.is_some_and(|json| fits(json.to_string().as_bytes())) {
        return Reason::proven(
            ReasonKind::BodyChanged,
            "the body is the JSON that was signed, but parsed and written anew",
            "hand on the raw body, to the byte",
        );
    }
    Reason::proven(
        ReasonKind::BodyChanged,
        "the URL is signed, but the body is not the one whose hash it holds",
        "hand on the raw body, neither decoded nor parsed; if it is raw, refuse it",
    )
}

/// That nothing came with the request where something usually does.
pub(super) fn missing(request: &Request<'_>) -> Option<Reason> {
    let is_empty = match request.sent {
        Sent::Params(params) => params.is_empty(),
        Sent::Body(body) => body.is_empty(),
    };
    is_empty.then(|| {
        Reason::likely(
            ReasonKind::BodyMissing,
            "neither parameters nor a body were handed on",
            "hand on those of a POST; a body that something else has read must be kept for this",
        )
    })
}
