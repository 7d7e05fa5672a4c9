//! The one way out: every webhook is checked, signed and sent here, and nothing else leaves the machine's programs.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use ringback::webhook::RequestValidator;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::{arguments::pairs_to_json, calls, messages, world::World};

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
const MOST_REDIRECTS: usize = 10;
const LARGEST_ANSWER: usize = 64 << 10;

/// How a webhook is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Method {
    /// Reads `GET` or `POST`; Twilio's default is `POST`.
    pub(crate) fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("") => Some(Self::Post),
            Some(text) if text.eq_ignore_ascii_case("GET") => Some(Self::Get),
            Some(text) if text.eq_ignore_ascii_case("POST") => Some(Self::Post),
            Some(_) => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to the user's application.
#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    pub(crate) epoch: u64,
    /// The account whose token signs it.
    pub(crate) account: String,
    pub(crate) token: Option<String>,
    pub(crate) url: String,
    pub(crate) method: Method,
    pub(crate) params: Vec<(String, String)>,
    /// Where to turn when the first URL fails.
    pub(crate) fallback: Option<(String, Method)>,
    /// What is done with the answer.
    pub(crate) then: Then,
    /// What it is about, for the log.
    pub(crate) sid: String,
    /// The same over the repeats of one webhook.
    pub(crate) idempotency: String,
    /// The event that it repeats, if a test asked for that.
    pub(crate) replay_of: Option<u64>,
    /// How many milliseconds it is held back.
    pub(crate) delay: i64,
}

/// What is done with the answer of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Only its status matters; the code is the warning for a bad one.
    Report { warning: u32 },
    /// It is the TwiML or the text that answers a message.
    Reply(messages::Conversation),
    /// It is the TwiML that a call goes on with.
    Call(calls::Fetch),
}

impl Then {
    const fn purpose(&self) -> &'static str {
        match self {
            Self::Report { .. } => "status",
            Self::Reply(_) => "message",
            Self::Call(_) => "call",
        }
    }
}

/// What the application answered.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
    /// The address that answered in the end, against which relative ones are read.
    pub(crate) url: String,
}

/// Why a webhook brought nothing, with Twilio's code.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) text: String,
}

/// The end of a webhook.
pub(crate) type Delivery = Result<Fetched, Failure>;

fn failure(code: u32, text: impl Into<String>) -> Failure {
    Failure { code, text: text.into() }
}

/// Sends a webhook and waits for its answer, within Twilio's time.
pub(crate) async fn deliver(webhook: &Webhook, own_port: u16) -> Delivery {
    match tokio::time::timeout(TOTAL, exchange(webhook, own_port)).await {
        Ok(delivery) => delivery,
        Err(_) => Err(failure(11200, "no answer came within 15 seconds")),
    }
}

async fn exchange(webhook: &Webhook, own_port: u16) -> Delivery {
    let mut url = parse(&webhook.url)?;
    let user = (url.username().to_owned(), url.password().unwrap_or_default().to_owned());
    strip_user(&mut url);
    let mut method = webhook.method;
    let mut params = webhook.params.as_slice();
    if method == Method::Get {
        url.query_pairs_mut().extend_pairs(params);
        params = &[];
    }
    let mut authorization = None;
    for _ in 0..=MOST_REDIRECTS {
        let call = One { webhook, url: &url, method, params, authorization: authorization.as_deref(), own_port };
        let answer = call.send().await?;
        if answer.status == 401 && answer.wants_user && authorization.is_none() && !user.0.is_empty() {
            authorization = Some(basic(&user.0, &user.1)); // Twilio, too, tries without first
            continue;
        }
        let Some(location) = answer.location.filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308)) else {
            return Ok(answer.fetched);
        };
        url = url.join(&location).map_err(|_| failure(11100, format!("{location} is not a URL")))?;
        strip_user(&mut url);
        url.set_fragment(None);
        authorization = None; // it was meant for the first host
        if !matches!(answer.status, 307 | 308) {
            method = Method::Get;
            params = &[];
        }
    }
    Err(failure(11215, "more than 10 redirects"))
}

fn parse(text: &str) -> Result<Url, Failure> {
    let mut url = Url::parse(text).map_err(|_| failure(11100, format!("{text} is not a URL")))?;
    // the fragment holds Twilio's connection overrides and is never sent
    url.set_fragment(None);
    Ok(url)
}

/// User and password are neither signed nor sent in the URL.
fn strip_user(url: &mut Url) {
    // both fail only for URLs without a host, which `connect` refuses
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {text}")
}

/// One request of a webhook: redirects and challenges make several.
struct One<'a> {
    webhook: &'a Webhook,
    url: &'a Url,
    method: Method,
    params: &'a [(String, String)],
    authorization: Option<&'a str>,
    own_port: u16,
}

struct Answered {
    status: u16,
    wants_user: bool,
    location: Option<String>,
    fetched: Fetched,
}

impl One<'_> {
    async fn send(&self) -> Result<Answered, Failure> {
        let stream = connect(self.url, self.own_port).await?;
        let lost = |cause: hyper::Error| failure(11200, format!("the connection was lost: {cause}"));
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
        let request =
            self.build().map_err(|cause| failure(11200, format!("the request cannot be written: {cause}")))?;
        let connection = std::pin::pin!(connection);
        let work = async {
            let answer = sender.send_request(request).await.map_err(lost)?;
            self.read(answer).await
        };
        // the connection is driven only as long as the answer is wanted
        tokio::select! {
            biased;
            answer = work => answer,
            answer = async { connection.await.map_err(lost)?; std::future::pending().await } => answer,
        }
    }

    fn build(&self) -> http::Result<Request<Full<Bytes>>> {
        let url = self.url;
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let host = match (url.host_str().unwrap_or_default(), url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(path)
            .header(header::HOST, host)
            .header(header::USER_AGENT, "TwilioProxy/1.1")
            .header(header::ACCEPT, "*/*")
            .header(header::CACHE_CONTROL, "max-age=259200")
            .header(header::CONNECTION, "close")
            .header("I-Twilio-Idempotency-Token", &self.webhook.idempotency)
            .header("X-Home-Region", "us1");
        if let Some(signature) = self.signature() {
            request = request.header("X-Twilio-Signature", signature);
        }
        if let Some(authorization) = self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if self.method == Method::Get {
            return request.body(Full::default());
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.params).finish();
        request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
            .header(header::CONTENT_LENGTH, body.len())
            .body(Full::from(body))
    }

    /// Signs the URL and the form; an account that was only ever used with API keys has no known token to sign with.
    fn signature(&self) -> Option<String> {
        let validator = RequestValidator::new(self.webhook.token.as_deref()?).ok()?;
        Some(validator.compute_signature(self.url.as_str(), self.params))
    }

    async fn read(&self, answer: http::Response<hyper::body::Incoming>) -> Result<Answered, Failure> {
        let (head, body) = answer.into_parts();
        let text = |name: header::HeaderName| head.headers.get(name)?.to_str().ok().map(str::to_owned);
        let body =
            Limited::new(body, LARGEST_ANSWER).collect().await.map_err(|cause| match cause
                .downcast_ref::<http_body_util::LengthLimitError>(
            ) {
                Some(_) => failure(11750, "the answer is larger than 64 kB"),
                None => failure(11200, format!("the answer was cut: {cause}")),
            })?;
        Ok(Answered {
            status: head.status.as_u16(),
            wants_user: head.status == StatusCode::UNAUTHORIZED && head.headers.contains_key(header::WWW_AUTHENTICATE),
            location: text(header::LOCATION),
            fetched: Fetched {
                status: head.status.as_u16(),
                content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
                body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
                url: self.url.to_string(),
            },
        })
    }
}

/// Resolves the host, and connects to an address only after that very address was checked.
async fn connect(url: &Url, own_port: u16) -> Result<TcpStream, Failure> {
    match url.scheme() {
        "http" => {}
        "https" => return Err(failure(11237, "the emulator calls http addresses only, so far")),
        other => return Err(failure(11100, format!("{other} is not a scheme of webhooks"))),
    }
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses: Vec<SocketAddr> = match url.host() {
        None => return Err(failure(11100, "the URL names no host")),
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => {
            let found = tokio::time::timeout(CONNECT, tokio::net::lookup_host((name, port))).await;
            let found = found.map_err(|_| failure(11210, format!("the name {name} was not found in time")))?;
            found.map_err(|_| failure(11210, format!("the name {name} was not found")))?.collect()
        }
    };
    let mut last = failure(11210, "the name has no address");
    for address in addresses {
        if let Err(why) = check(address, own_port) {
            last = failure(11205, why);
            continue;
        }
        match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(cause)) => last = failure(11205, format!("no connection to {address}: {cause}")),
            Err(_) => last = failure(11205, format!("no connection to {address} within 5 seconds")),
        }
    }
    Err(last)
}

/// Loopback is the only place that the emulator calls, and its own port is not an application.
fn check(address: SocketAddr, own_port: u16) -> Result<(), String> {
    let ip = match address.ip() {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4),
        four => four,
    };
    if !ip.is_loopback() {
        return Err(format!("{ip} is not on this machine: the emulator calls loopback addresses only"));
    }
    if address.port() == own_port {
        return Err(format!("port {own_port} is the emulator itself"));
    }
    Ok(())
}

/// Makes the log entry of a webhook, and hands its answer to whom it concerns.
pub(crate) fn settle(world: &mut World, webhook: &Webhook, delivery: &Delivery) {
    let (status, error) = match delivery {
        Ok(fetched) => (Value::from(fetched.status), Value::Null),
        Err(failure) => (Value::Null, json!({ "code": failure.code, "message": failure.text })),
    };
    let mut facts = json!({
        "purpose": webhook.then.purpose(),
        "account_sid": webhook.account,
        "sid": webhook.sid,
        "method": webhook.method.as_str(),
        "url": webhook.url,
        "parameters": pairs_to_json(&webhook.params),
        "status": status,
        "error": error,
    });
    if let Some(id) = webhook.replay_of {
        facts["replay_of"] = id.into();
    }
    let now = world.now();
    world.events.add_webhook(now, facts, webhook.clone());
    let failed = match delivery {
        Ok(fetched) if (200..300).contains(&fetched.status) => None,
        Ok(fetched) => Some(failure(11200, format!("{} answered HTTP {}", webhook.url, fetched.status))),
        Err(failure) => Some(failure.clone()),
    };
    if let Some(failed) = &failed {
        let code = match (&webhook.then, delivery) {
            (Then::Report { warning }, Ok(_)) => *warning,
            _ => failed.code,
        };
        world.warn(code, &webhook.sid, &failed.text);
        if let Some((url, method)) = &webhook.fallback {
            let mut again = Webhook { url: url.clone(), method: *method, fallback: None, ..webhook.clone() };
            again.params.push(("ErrorCode".into(), code.to_string()));
            again.params.push(("ErrorUrl".into(), webhook.url.clone()));
            world.send(again);
            return;
        }
    }
    if webhook.replay_of.is_some() {
        return; // what it led to the first time is not done twice
    }
    let answer = match (failed, delivery) {
        (None, Ok(fetched)) => Ok(fetched.clone()),
        (Some(failed), _) => Err(failed),
        (None, Err(failed)) => Err(failed.clone()),
    };
    match &webhook.then {
        Then::Report { .. } => {}
        Then::Reply(conversation) => messages::on_reply(world, conversation, answer.ok()),
        Then::Call(fetch) => calls::on_document(world, fetch, answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_called_and_never_the_emulator_itself() {
        for good in ["127.0.0.1:80", "127.9.9.9:5000", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            assert!(check(good.parse().unwrap(), 4010).is_ok(), "{good}");
        }
        for bad in [
            "0.0.0.0:80",
            "10.0.0.1:80",
            "192.168.1.1:80",
            "169.254.169.254:80",
            "100.100.100.200:80",
            "8.8.8.8:80",
            "[fe80::1]:80",
            "[fd00:ec2::254]:80",
            "[::ffff:169.254.169.254]:80",
            "[::]:80",
            "127.0.0.1:4010",
        ] {
            assert!(check(bad.parse().unwrap(), 4010).is_err(), "{bad}");
        }
    }
}
