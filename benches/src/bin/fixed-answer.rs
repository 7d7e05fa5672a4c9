//! A server that answers every request with the same message resource: the other side of every measured client.
#![expect(clippy::print_stdout, reason = "its address is told through standard output")]

use std::io::{Error, ErrorKind, Write};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const BODY: &str = include_str!("../message.json");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let answer = format!(
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ntwilio-request-id: RQ{}\r\ncontent-length: {}\r\n\r\n{BODY}",
        "0".repeat(32),
        BODY.len()
    );
    let answer: &'static [u8] = answer.leak().as_bytes();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            // a client that goes away is the end of its connection, not of the server
            let _ = serve(stream, answer).await;
        });
    }
}

/// Reads whole requests, however they are cut, and answers each.
async fn serve(mut stream: TcpStream, answer: &[u8]) -> Result<(), Error> {
    let mut waiting: Vec<u8> = Vec::with_capacity(8192);
    loop {
        while let Some(length) = whole_request(&waiting)? {
            waiting.drain(..length);
            stream.write_all(answer).await?;
        }
        if stream.read_buf(&mut waiting).await? == 0 {
            return Ok(());
        }
    }
}

/// The length of the first request if all of it is here.
fn whole_request(bytes: &[u8]) -> Result<Option<usize>, Error> {
    let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")).map_or("0", str::trim);
    let length: usize = length.parse().map_err(|_| Error::from(ErrorKind::InvalidData))?;
    let whole = head + 4 + length;
    Ok((bytes.len() >= whole).then_some(whole))
}
