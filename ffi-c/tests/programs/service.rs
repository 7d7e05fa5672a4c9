//! A service on loopback that answers what a test needs, where the emulator would be too well-behaved.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// The sid of the message that [`answer`] gives.
pub(crate) const SID: &str = "SM00000000000000000000000000000001";

/// A service on a port of its own; its threads end with the test.
pub(crate) struct Service {
    port: u16,
}

/// A request: its first line and its body.
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) body: String,
}

impl Service {
    /// Starts a service that answers each request with a status and JSON.
    pub(crate) fn start(answer: fn(&Request) -> (u16, String)) -> Self {
        Self::listen(move |stream| {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut stream = stream;
            while let Some(request) = read(&mut reader) {
                let (status, json) = answer(&request);
                let length = json.len();
                let headers = format!(
                    "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
                     Twilio-Request-Id: RQ00000000000000000000000000000001\r\nRetry-After: 7\r\n\r\n"
                );
                if stream.write_all(headers.as_bytes()).and_then(|()| stream.write_all(json.as_bytes())).is_err() {
                    return;
                }
            }
        })
    }

    /// Starts a service that does as it likes with each connection.
    pub(crate) fn start_raw(serve: fn(TcpStream)) -> Self {
        Self::listen(serve)
    }

    fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = serve.clone();
                thread::spawn(move || serve(stream));
            }
        });
        Self { port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> String {
        self.port.to_string()
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { line, body: String::from_utf8(body).ok()? })
}

/// Answers as Twilio would: messages are accepted unless they go to `bad`, and their list has three on two pages.
pub(crate) fn answer(request: &Request) -> (u16, String) {
    let record =
        |number: u32| format!(r#"{{"sid":"SM{number}","number":{number},"even":{}}}"#, number.is_multiple_of(2));
    if request.line.starts_with("DELETE") {
        return (204, String::new());
    }
    if request.line.starts_with("POST") && request.body.starts_with("To=bad") {
        let said = r#"{"code":21211,"message":"Invalid 'To' Phone Number: bad","status":400,
            "more_info":"https://www.twilio.com/docs/errors/21211","details":{"field":"To"}}"#;
        return (400, said.to_owned());
    }
    if request.line.starts_with("POST") {
        let body = serde_json::Value::from(request.body.as_str());
        let message = format!(
            r#"{{"sid":"{SID}","body":{body},"num_segments":"2","error_code":30007,"price":"-0.00750","flag":true,
                "nothing":null,"with_nul":"a\u0000b","subresource_uris":{{"media":"/media.json"}}}}"#
        );
        return (201, message);
    }
    if request.line.contains("Page=1") {
        return (200, format!(r#"{{"messages":[{}],"next_page_uri":null}}"#, record(2)));
    }
    let next = "https://elsewhere.example/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json?Page=1";
    (200, format!(r#"{{"messages":[{},{}],"next_page_uri":"{next}"}}"#, record(0), record(1)))
}

/// Says goodbye, reads a little, and is gone with the rest unread: the next write raises SIGPIPE.
pub(crate) fn hang_up(mut stream: TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    thread::sleep(Duration::from_millis(50));
    let _ = stream.read(&mut [0; 4096]);
}
