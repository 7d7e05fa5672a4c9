//! The shop's own web server: it checks every signature before it believes anything, and answers with TwiML.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use ringback::{
    twiml::{Gather, Hangup, Message, MessagingResponse, Redirect, Say, VoiceResponse},
    webhook::{RequestValidator, decode_form},
};
use tokio::{net::TcpListener, sync::Notify};

use crate::Failure;

/// What a caller hears before the keys count.
pub(crate) const MENU: &str = "Press 1 to hear where it is";

/// The running server and what it was told.
pub(crate) struct Shop {
    pub(crate) url: String,
    desk: Arc<Desk>,
}

type Payload = Vec<(String, String)>;

/// What the handlers share.
struct Desk {
    url: String,
    validator: RequestValidator,
    heard: Mutex<Vec<Payload>>,
    news: Notify,
}

impl Shop {
    pub(crate) async fn open(validator: RequestValidator) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let desk = Arc::new(Desk { url: url.clone(), validator, heard: Mutex::default(), news: Notify::new() });
        let routes = Router::new().fallback(post(answer)).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { url, desk })
    }

    /// Waits until a genuine webhook arrived that holds all of these.
    pub(crate) async fn wait(&self, wanted: &[(&str, &str)]) -> Result<(), Failure> {
        let holds = |payload: &Payload| wanted.iter().all(|(name, value)| get(payload, name) == *value);
        let arrived = async {
            loop {
                let news = self.desk.news.notified();
                if self.desk.heard.lock().unwrap_or_else(PoisonError::into_inner).iter().any(holds) {
                    return;
                }
                news.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), arrived)
            .await
            .map_err(|_| format!("no webhook with {wanted:?} arrived").into())
    }

    /// Sends a webhook as a stranger would, who does not know the token.
    pub(crate) async fn forge(&self) -> Result<u16, Failure> {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let host = self.url.trim_start_matches("http://");
        let body = "MessageSid=SM1&MessageStatus=delivered";
        let request = format!(
            "POST /status HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let mut stream = tokio::net::TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer.split(' ').nth(1).unwrap_or_default().parse()?)
    }
}

/// Every webhook: checked first, then answered by its path.
async fn answer(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let url = format!("{}{}", desk.url, uri);
    let signature = header("X-Twilio-Signature").unwrap_or_default();
    if !desk.validator.validate(&url, &body, header(CONTENT_TYPE.as_str()), signature) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let payload = decode_form(&body);
    tell(uri.path(), &payload);
    let reply = twiml(uri.path(), &payload);
    desk.heard.lock().unwrap_or_else(PoisonError::into_inner).push(payload);
    desk.news.notify_waiters();
    match reply {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Ok(xml)) => ([(CONTENT_TYPE, "text/xml")], xml).into_response(),
        Some(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// What the shop says, in TwiML.
fn twiml(path: &str, payload: &Payload) -> Option<ringback::Result<String>> {
    Some(match path {
        "/sms" if get(payload, "Body").trim().eq_ignore_ascii_case("status") => {
            MessagingResponse::new().message(Message::new("Order #1234 arrives at noon")).to_xml()
        }
        "/sms" => MessagingResponse::new().to_xml(),
        "/voice" => {
            let menu = Gather::new().num_digits(1).action("/menu").say(Say::new(MENU));
            VoiceResponse::new()
                .say(Say::new("Hello from the shop"))
                .gather(menu)
                .redirect(Redirect::new("/voice"))
                .to_xml()
        }
        "/menu" if get(payload, "Digits") == "1" => {
            VoiceResponse::new().say(Say::new("It arrives at noon. Goodbye")).hangup(Hangup::new()).to_xml()
        }
        "/menu" => VoiceResponse::new().redirect(Redirect::new("/voice")).to_xml(),
        _ => return None,
    })
}

fn get<'a>(payload: &'a Payload, name: &str) -> &'a str {
    payload.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

fn tell(path: &str, payload: &Payload) {
    let shown: Vec<String> = ["MessageStatus", "Body", "CallStatus", "Digits"]
        .into_iter()
        .filter(|name| payload.iter().any(|(known, _)| known == name))
        .map(|name| format!("{name}={}", get(payload, name)))
        .collect();
    println!("   ⇠ POST {path}  {}  (signature valid)", shown.join(" "));
}
