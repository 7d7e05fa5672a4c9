//! Echoes a call over its media stream: `stream_echo https://example.com [ADDRESS]`, where Twilio reaches this program.
//!
//! The voice webhook of the number is `https://example.com/voice`; `TWILIO_AUTH_TOKEN` is the token of the account.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ringback::{
    streams::{
        MAX_MESSAGE,
        media::{FromTwilio, Session},
        validate_handshake,
    },
    twiml::{Connect, Say, Stream, VoiceResponse},
    webhook::{RequestValidator, SIGNATURE_HEADER},
};
use tokio::net::TcpListener;

/// The pieces of audio in a second.
const SECOND: u64 = 50;

/// What the handlers share.
struct Desk {
    validator: RequestValidator,
    public_url: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let public_url = arguments.next().ok_or("usage: stream_echo https://example.com [ADDRESS]")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8000".to_owned());
    let validator = RequestValidator::new(std::env::var("TWILIO_AUTH_TOKEN")?)?;
    let desk = Arc::new(Desk { validator, public_url: public_url.trim_end_matches('/').to_owned() });
    let routes = Router::new().route("/voice", post(voice)).route("/stream", get(stream)).with_state(desk);
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}

/// Answers a call by connecting it to the stream.
async fn voice(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = header(SIGNATURE_HEADER).unwrap_or_default();
    if !desk.validator.validate(&format!("{}/voice", desk.public_url), &body, header("content-type"), signature) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let url = format!("{}/stream", desk.public_url.replacen("https://", "wss://", 1));
    let response = VoiceResponse::new()
        .say(Say::new("Say something, and press a key to be quiet"))
        .connect(Connect::new().stream(Stream::new().url(url)));
    match response.to_xml() {
        Ok(xml) => ([(CONTENT_TYPE, "text/xml")], xml).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Accepts the WebSocket if it is Twilio's.
async fn stream(State(desk): State<Arc<Desk>>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !validate_handshake(&desk.validator, &format!("{}/stream", desk.public_url), &headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    upgrade.max_message_size(MAX_MESSAGE).on_upgrade(echo)
}

/// Talks to Twilio until one of both has enough.
async fn echo(mut socket: WebSocket) {
    let mut stream = Session::new();
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let replies = match answer(&mut stream, &text) {
            Ok(replies) => replies,
            Err(error) => return println!("{error}"),
        };
        for reply in replies {
            if socket.send(Message::Text(reply.into())).await.is_err() {
                return;
            }
        }
        if stream.is_over() {
            return;
        }
    }
}

/// What to send for a message of Twilio's.
fn answer(stream: &mut Session, message: &str) -> ringback::Result<Vec<String>> {
    Ok(match stream.receive(message)? {
        FromTwilio::Start(start) => {
            println!("call {} begins", start.call_sid);
            Vec::new()
        }
        FromTwilio::Media(media) => {
            let mut replies = vec![stream.media(&media.payload)?];
            if media.chunk % SECOND == 0 {
                replies.push(stream.mark(&format!("second {}", media.chunk / SECOND))?);
            }
            replies
        }
        FromTwilio::Dtmf(dtmf) => {
            println!("key {}", dtmf.digit);
            vec![stream.clear()?]
        }
        FromTwilio::Mark(mark) => {
            println!("{} was played, {} to go", mark.name, stream.pending_marks().len());
            Vec::new()
        }
        FromTwilio::Stop(_) => {
            println!("the call is over, {} messages were lost", stream.missed());
            Vec::new()
        }
        _ => Vec::new(),
    })
}
