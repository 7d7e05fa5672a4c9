//! Bodies: a witness of whether a request left, and a cap on what an answer may hold.

use std::{
    fmt,
    io::Read,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use http::{
    HeaderMap,
    header::{CONTENT_ENCODING, CONTENT_LENGTH},
};
use http_body::{Frame, SizeHint};

use crate::{Error, ErrorKind, Result, progress::Try};

/// A body that notes when the connection first asks for it, and that a request which was given up never hands out.
///
/// A form that was never read out of us cannot have been accepted, whatever became of the head: this is the proof
/// behind `not_sent`, on HTTP/1 and HTTP/2 alike. An empty body counts as begun when the connection asks whether it is
/// empty, which it must know before it writes the head.
pub(crate) struct Witness {
    data: Option<Bytes>,
    /// Whether an empty one is a body too, of length 0, which some proxies want said; a header that says so would let a
    /// connection send the request without asking here whether it may.
    is_empty_form: bool,
    of: Try,
}

impl Witness {
    pub(crate) fn new(data: Bytes, has_body: bool, of: Try) -> Self {
        let is_empty_form = has_body && data.is_empty();
        Self { data: Some(data).filter(|data| !data.is_empty()), is_empty_form, of }
    }
}

/// What the connection is told when it asks for a body whose request was given up.
#[derive(Debug)]
pub(crate) struct GivenUp;

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request was given up before it left")
    }
}

impl std::error::Error for GivenUp {}

impl http_body::Body for Witness {
    type Data = Bytes;
    type Error = GivenUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, GivenUp>>> {
        if !self.of.begin() {
            return Poll::Ready(Some(Err(GivenUp)));
        }
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.of.begin() && !self.is_empty_form
    }

    fn size_hint(&self) -> SizeHint {
        match &self.data {
            Some(data) => SizeHint::with_exact(data.len() as u64),
            // a body that never comes makes the connection ask for it, and learn that the request was given up
            None if self.of.is_given_up() => SizeHint::with_exact(1),
            None => SizeHint::with_exact(0),
        }
    }
}

/// Reads the body of an answer, of at most `largest` bytes also after it was unpacked, with the headers that then hold.
pub(crate) async fn read(mut answer: reqwest::Response, largest: usize) -> Result<(Bytes, HeaderMap)> {
    let mut headers = std::mem::take(answer.headers_mut());
    let too_big = || Error::new(ErrorKind::Decode, format!("the answer is larger than {largest} bytes"));
    if answer.content_length().unwrap_or(0) > largest as u64 {
        return Err(too_big());
    }
    let mut whole = BytesMut::new();
    let mut first = None;
    let broken = |cause: reqwest::Error| {
        Error::new(ErrorKind::Transport, "the connection broke while the answer was read")
            .with_source(cause.without_url())
    };
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if whole.len() + first.as_ref().map_or(0, Bytes::len) + chunk.len() > largest {
            return Err(too_big());
        }
        // most answers are one chunk, which then needs no copy
        match first.take() {
            None if whole.is_empty() => first = Some(chunk),
            earlier => {
                whole.extend_from_slice(&earlier.unwrap_or_default());
                whole.extend_from_slice(&chunk);
            }
        }
    }
    let body = first.unwrap_or_else(|| whole.freeze());
    if !headers.get(CONTENT_ENCODING).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip")) {
        return Ok((body, headers));
    }
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(&*body).take(largest as u64 + 1).read_to_end(&mut unpacked).map_err(|cause| {
        Error::new(ErrorKind::Decode, "the answer is not the gzip that it says it is").with_source(cause)
    })?;
    if unpacked.len() > largest { Err(too_big()) } else { Ok((unpacked.into(), headers)) }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt, net::TcpListener};

    use super::*;
    use crate::Progress;

    /// What a server reads of a request that was given up before it left, or was not.
    async fn arrives(method: http::Method, form: &'static [u8], is_given_up: bool) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let progress = Progress::default();
        let has_body = method == http::Method::POST;
        let mut request = reqwest::Request::new(method, url);
        let body = Witness::new(Bytes::from_static(form), has_body, progress.current());
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        if is_given_up {
            progress.abandon();
        }
        let client = reqwest::Client::builder().tls_backend_preconfigured(crate::tls::config(None).unwrap());
        let client = client.no_proxy().build().unwrap();
        let sent = tokio::spawn(async move { client.execute(request).await.map(drop) });
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = Vec::new();
        let whole = async {
            while !String::from_utf8_lossy(&text).contains("\r\n\r\n") || (!form.is_empty() && !text.ends_with(form)) {
                if stream.read_buf(&mut text).await.unwrap_or(0) == 0 {
                    break;
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), whole).await.unwrap();
        drop(stream);
        let _ = sent.await;
        String::from_utf8(text).unwrap().to_ascii_lowercase()
    }

    #[tokio::test]
    async fn a_request_that_was_given_up_never_arrives_whole_whatever_its_body() {
        for (method, form) in [(http::Method::POST, "to=%2b1"), (http::Method::POST, ""), (http::Method::GET, "")] {
            let text = arrives(method.clone(), form.as_bytes(), true).await;
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
                assert!(body.len() < length, "{method} {form:?}: {text}");
            }
            // the control: it arrives if nobody gave it up
            let text = arrives(method.clone(), form.as_bytes(), false).await;
            assert!(text.contains("\r\n\r\n") && text.ends_with(form), "{method} {form:?}: {text}");
            assert_eq!(
                text.contains("content-length: 0\r\n"),
                method == http::Method::POST && form.is_empty(),
                "{text}"
            );
        }
    }
}
