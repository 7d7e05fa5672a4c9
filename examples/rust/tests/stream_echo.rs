//! The echo talks with a Twilio that is played here, and with nobody else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{process::Stdio, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use ringback::{
    streams::media::{Connected, Dtmf, FromTwilio, Mark, Media, Start, Stop, ToTwilio},
    webhook::{RequestValidator, SIGNATURE_HEADER},
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest as _},
};

const TOKEN: &str = "0123456789abcdef";
const PUBLIC_URL: &str = "https://example.com";
const LONGEST: Duration = Duration::from_secs(60);

/// The running example.
struct Example {
    address: String,
    said: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Example {
    async fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stream_echo"));
        command.args([PUBLIC_URL, "127.0.0.1:0"]).env("TWILIO_AUTH_TOKEN", TOKEN);
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(LONGEST, said.next_line()).await.unwrap().unwrap().unwrap();
        let address = line.strip_prefix("listening on http://").unwrap().to_owned();
        Self { address, said, _child: child }
    }

    /// What it says next.
    async fn says(&mut self) -> String {
        timeout(LONGEST, self.said.next_line()).await.unwrap().unwrap().unwrap()
    }

    /// Opens the WebSocket with this signature.
    async fn connect(&self, signature: Option<&str>) -> Result<Line, tungstenite::Error> {
        let mut request = format!("ws://{}/stream", self.address).into_client_request().unwrap();
        if let Some(signature) = signature {
            request.headers_mut().insert(SIGNATURE_HEADER, signature.parse().unwrap());
        }
        let (socket, _) = timeout(LONGEST, connect_async(request)).await.unwrap()?;
        Ok(Line { socket, sent: 0 })
    }
}

/// The WebSocket as Twilio has it.
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    sent: u64,
}

impl Line {
    async fn say(&mut self, message: impl FnOnce(u64, String) -> FromTwilio) {
        self.sent += 1;
        let text = message(self.sent, "MZ1".to_owned()).to_json();
        self.socket.send(Message::Text(text.into())).await.unwrap();
    }

    async fn hear(&mut self) -> ToTwilio {
        loop {
            let message = timeout(LONGEST, self.socket.next()).await.unwrap().unwrap().unwrap();
            if let Message::Text(text) = message {
                return ToTwilio::parse(&text).unwrap();
            }
        }
    }
}

/// The signature of a URL by the holder of this token.
fn signed(url: &str, token: &str) -> String {
    RequestValidator::new(token).unwrap().compute_signature::<&str, &str>(url, &[])
}

#[tokio::test]
async fn a_call_is_echoed_from_its_beginning_to_its_end() {
    let mut example = Example::start().await;
    let mut line = example.connect(Some(&signed("wss://example.com/stream", TOKEN))).await.unwrap();
    let connected = FromTwilio::Connected(Connected { protocol: "Call".to_owned(), version: "1.0.0".to_owned() });
    line.socket.send(Message::Text(connected.to_json().into())).await.unwrap();
    line.say(|sequence_number, stream_sid| {
        FromTwilio::Start(Start { sequence_number, stream_sid, call_sid: "CA1".to_owned(), ..Start::default() })
    })
    .await;
    assert_eq!(example.says().await, "call CA1 begins");
    let stream_sid = || "MZ1".to_owned();
    for chunk in 1..=50 {
        let payload = vec![u8::try_from(chunk).unwrap(); 160];
        let said = payload.clone();
        line.say(|sequence_number, stream_sid| {
            let track = "inbound".to_owned();
            FromTwilio::Media(Media { sequence_number, stream_sid, track, chunk, timestamp: 20 * chunk, payload: said })
        })
        .await;
        assert_eq!(line.hear().await, ToTwilio::Media { stream_sid: stream_sid(), payload });
    }
    let name = "second 1".to_owned();
    assert_eq!(line.hear().await, ToTwilio::Mark { stream_sid: stream_sid(), name: name.clone() });
    line.say(|sequence_number, stream_sid| FromTwilio::Mark(Mark { sequence_number, stream_sid, name })).await;
    assert_eq!(example.says().await, "second 1 was played, 0 to go");
    line.say(|sequence_number, stream_sid| {
        FromTwilio::Dtmf(Dtmf { sequence_number, stream_sid, digit: "5".to_owned(), ..Dtmf::default() })
    })
    .await;
    assert_eq!(example.says().await, "key 5");
    assert_eq!(line.hear().await, ToTwilio::Clear { stream_sid: stream_sid() });
    line.sent += 2; // two messages get lost
    line.say(|sequence_number, stream_sid| FromTwilio::Stop(Stop { sequence_number, stream_sid, ..Stop::default() }))
        .await;
    assert_eq!(example.says().await, "the call is over, 2 messages were lost");
}

#[tokio::test]
async fn a_forged_handshake_is_refused_before_the_upgrade() {
    let example = Example::start().await;
    let other_token = signed("wss://example.com/stream", "another token");
    let other_path = signed("wss://example.com/voice", TOKEN);
    for signature in [None, Some(""), Some("AAAAAAAAAAAAAAAAAAAAAAAAAAA="), Some(&*other_token), Some(&*other_path)] {
        let Err(tungstenite::Error::Http(answer)) = example.connect(signature).await else {
            panic!("{signature:?} was accepted");
        };
        assert_eq!(answer.status(), 403, "{signature:?}");
    }
    // the control: the same handshake with the signature that is right
    assert!(example.connect(Some(&signed("wss://example.com/stream/", TOKEN))).await.is_ok());
}

#[tokio::test]
async fn a_message_that_is_none_ends_the_stream_and_not_the_program() {
    let mut example = Example::start().await;
    let signature = signed("wss://example.com/stream", TOKEN);
    for nonsense in ["", "{}", r#"{"event":"media","media":{"payload":"/w=="},"streamSid":"MZ1"}"#] {
        let mut line = example.connect(Some(&signature)).await.unwrap();
        line.socket.send(Message::Text(nonsense.into())).await.unwrap();
        assert!(!example.says().await.is_empty());
        let end = timeout(LONGEST, line.socket.next()).await.unwrap();
        assert!(!matches!(end, Some(Ok(Message::Text(_)))), "{end:?}");
    }
    assert!(example.connect(Some(&signature)).await.is_ok());
}
