//! A server that answers every create with the same message, and every list with pages of it: the other side of every
//! measured client.
#![expect(clippy::print_stdout, reason = "its address is told through standard output")]

use std::io::{Error, ErrorKind, Write};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const BODY: &str = include_str!("../message.json");
const PATH: &str = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json";
const SID: &str = "SM00000000000000000000000000000001";
/// How many records a page of the list has, and how many pages there are.
const RECORDS: usize = 1000;
const PAGES: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let created: &'static [u8] = answer("201 Created", BODY).leak();
    let pages: &'static [Vec<u8>] = (0..PAGES).map(page).collect::<Vec<_>>().leak();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            // a client that goes away is the end of its connection, not of the server
            let _ = serve(stream, created, pages).await;
        });
    }
}

/// An answer as it goes on the wire.
fn answer(status: &str, body: &str) -> Vec<u8> {
    let (request, length) = ("0".repeat(32), body.len());
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ntwilio-request-id: RQ{request}\r\ncontent-length: {length}"
    );
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// A page of the list of messages, each a whole resource with a sid of its own.
fn page(number: usize) -> Vec<u8> {
    let address = |page: usize| format!("\"{PATH}?PageSize={RECORDS}&Page={page}&PageToken=PASM{page}\"");
    let next = if number + 1 < PAGES { address(number + 1) } else { "null".to_owned() };
    let previous = if number > 0 { address(number - 1) } else { "null".to_owned() };
    let record = |index: usize| {
        let sid = format!("SM{:032x}", number * RECORDS + index);
        BODY.trim().replace(SID, &sid)
    };
    let records: Vec<String> = (0..RECORDS).map(record).collect();
    let body = format!(
        "{{\"messages\":[{}],\"page\":{number},\"page_size\":{RECORDS},\"start\":{},\"end\":{},\"uri\":{},\
         \"first_page_uri\":{},\"next_page_uri\":{next},\"previous_page_uri\":{previous}}}",
        records.join(","),
        number * RECORDS,
        (number + 1) * RECORDS - 1,
        address(number),
        address(0),
    );
    answer("200 OK", &body)
}

/// The page that a request asks for, if it asks for one.
fn wanted<'a>(request: &[u8], pages: &'a [Vec<u8>]) -> Option<&'a [u8]> {
    let line = request.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("GET ")?;
    let number = line.split(['?', '&', ' ']).find_map(|part| part.strip_prefix("Page="));
    pages.get(number.map_or(Ok(0), str::parse).ok()?).map(Vec::as_slice)
}

/// Reads whole requests, however they are cut, and answers each.
async fn serve(mut stream: TcpStream, created: &[u8], pages: &[Vec<u8>]) -> Result<(), Error> {
    let mut waiting: Vec<u8> = Vec::with_capacity(8192);
    loop {
        while let Some(length) = whole_request(&waiting)? {
            stream.write_all(wanted(&waiting[..length], pages).unwrap_or(created)).await?;
            waiting.drain(..length);
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
