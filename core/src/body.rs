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
    of: Try,
}

impl Witness {
    pub(crate) fn new(data: Bytes, of: Try) -> Self {
        Self { data: Some(data).filter(|data| !data.is_empty()), of }
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
        self.data.is_none() && self.of.begin()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.data {
            Some(data) => SizeHint::with_exact(data.len() as u64),
            // an unknown length makes the connection ask, and learn that the request was given up
            None if self.of.is_given_up() => SizeHint::default(),
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
