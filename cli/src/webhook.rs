//! `ringback webhook check`: whether a signature fits, and why not.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use ringback::{
    Error, Result,
    webhook::{Request, RequestValidator},
};

use crate::{arguments::WebhookCheck, exit, output};

/// The largest file that is read.
const MAX_FILE: u64 = 16 << 20;
/// How many headers a request may have.
const MAX_HEADERS: usize = 128;

/// Prints whether the signature fits, and why not; the exit code says it too.
pub(crate) fn check(given: &WebhookCheck) -> i32 {
    match answer(given) {
        Ok(true) => exit::SUCCESS,
        Ok(false) => exit::REFUSED,
        Err(error) => {
            output::failure(&error);
            exit::USAGE
        }
    }
}

fn answer(given: &WebhookCheck) -> Result<bool> {
    let validator = RequestValidator::new(token(given)?)?;
    let received = match &given.request {
        Some(file) => Received::read(&file_of(file)?)?,
        None => Received::default(),
    };
    let own = given.headers.iter().map(|header| {
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Error::invalid_argument(format!("{header:?} is no header: write it as 'Name: value'")))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    });
    let headers: Vec<(String, String)> = own.chain(received.headers.iter().cloned().map(Ok)).collect::<Result<_>>()?;
    let url = match (&given.url, &received.target) {
        (Some(url), _) => url.clone(),
        (None, Some(target)) => public_url(&headers, target)?,
        (None, None) => return Err(Error::invalid_argument("--url is missing: give the one that Twilio was told")),
    };
    let params: Vec<(&str, &str)> = given
        .params
        .iter()
        .map(|param| {
            param
                .split_once('=')
                .ok_or_else(|| Error::invalid_argument(format!("{param:?} is not a parameter: write it as Name=value")))
        })
        .collect::<Result<_>>()?;
    let body = match &given.body {
        Some(file) => file_of(file)?,
        None => received.body,
    };
    let mut request = Request::new(&url);
    request = if given.params.is_empty() { request.body(&body) } else { request.params(&params) };
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    if let Some(signature) = &given.signature {
        request = request.signature(signature);
    }
    if let Some(settings) = &given.settings {
        request = request.signature_settings(settings);
    }
    let fits = validator.validate_request(&request);
    if fits {
        output::line(&format!("yes: the signature fits {}", shown(&url)));
        return Ok(true);
    }
    output::line(&format!("no: the signature does not fit {}", shown(&url)));
    for reason in validator.explain(&request).reasons() {
        let found = if reason.is_proven() { "found" } else { "may be" };
        output::line(&format!("  {} ({found}): {}", reason.kind(), reason.problem()));
        output::line(&format!("    to do: {}", reason.remedy()));
    }
    Ok(false)
}

/// A URL on one line, and without the user and password that it may hold.
fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}{host}{target}").escape_debug().to_string()
}

/// The token, from a file or the environment: what stands on a command line is seen by everybody on the machine.
fn token(given: &WebhookCheck) -> Result<String> {
    if let Some(file) = &given.token_file {
        let token = String::from_utf8(file_of(file)?)
            .map_err(|cause| Error::invalid_argument("the file of the token is not UTF-8").with_source(cause))?;
        return Ok(token.trim_end_matches(['\r', '\n']).to_owned());
    }
    std::env::var("TWILIO_AUTH_TOKEN").ok().filter(|token| !token.is_empty()).ok_or_else(|| {
        Error::configuration("there is no token: set TWILIO_AUTH_TOKEN, or name a file that holds it with --token-file")
    })
}

fn file_of(path: &Path) -> Result<Vec<u8>> {
    let wrong = |cause: io::Error| {
        Error::invalid_argument(format!("{} cannot be read: {cause}", path.display())).with_source(cause)
    };
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => io::stdin().take(MAX_FILE + 1).read_to_end(&mut bytes),
        false => fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes)),
    };
    if read.map_err(wrong)? as u64 > MAX_FILE {
        return Err(Error::invalid_argument(format!("{} is larger than {MAX_FILE} bytes", path.display())));
    }
    Ok(bytes)
}

/// A request as it went over the wire.
#[derive(Default)]
struct Received {
    target: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Received {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut places = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut places);
        let wrong = |what: String| Error::invalid_argument(format!("--request is no HTTP/1 request: {what}"));
        let head = match request.parse(bytes).map_err(|cause| wrong(cause.to_string()))? {
            httparse::Status::Complete(head) => head,
            httparse::Status::Partial => return Err(wrong("the empty line behind its headers is missing".to_owned())),
        };
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers: Vec<_> =
            request.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
        if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Transfer-Encoding")) {
            return Err(wrong("its body is in chunks; write it as it is, with the headers as they came".to_owned()));
        }
        Ok(Self { target: request.path.map(str::to_owned), headers, body: bytes[head..].to_vec() })
    }
}

/// The URL that was asked for, as far as the request tells it.
fn public_url(headers: &[(String, String)], target: &str) -> Result<String> {
    if target.contains("://") {
        return Ok(target.to_owned());
    }
    let value = |wanted: &str| {
        let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(value.split(',').next().unwrap_or_default().trim())
    };
    let host = value("X-Forwarded-Host").or_else(|| value("Host")).ok_or_else(|| {
        Error::invalid_argument("the request has no Host: give the URL that Twilio was told with --url")
    })?;
    Ok(format!("{}://{host}{target}", value("X-Forwarded-Proto").unwrap_or("https")))
}
