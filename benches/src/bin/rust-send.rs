//! Sends messages to a fixed answer and prints what that cost: `rust-send WHAT URL COUNT IN_FLIGHT [FIGURE]`.
//!
//! The figure is `processor` (microseconds a send), `rate` (sends a second), `last` (microseconds a send of the last
//! 10,000) or `memory` (megabytes in use at the end).
#![expect(clippy::print_stdout, reason = "the figure is told through standard output")]

use std::time::Instant;

use futures_util::{StreamExt, stream};
use nix::sys::resource::{UsageWho, getrusage};
use ringback::{
    Client, api, blocking,
    messaging::{CreateMessage, Message},
    params,
};

const SID: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "token";
const TO: &str = "+15551234567";
const FROM: &str = "+15557654321";
/// How many sends tell what one costs at the end of many.
const LAST: usize = 10_000;
const BODY: &str = "Your order #1234 has shipped";

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, url, count, in_flight, figure) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [what, url, count, in_flight] => (what, url, count, in_flight, "processor"),
        [what, url, count, in_flight, figure] => (what, url, count, in_flight, figure),
        _ => return Err("usage: rust-send typed|by-name|batch|reqwest|blocking URL COUNT IN_FLIGHT [FIGURE]".into()),
    };
    let (count, in_flight): (usize, usize) = (count.parse()?, in_flight.parse()?);
    if what == "blocking" {
        return blocking_sends(url, count);
    }
    // the first round opens the connections, or makes the client old
    let (first, second) = match figure {
        "last" | "memory" => (count.saturating_sub(LAST), count.min(LAST)),
        _ => (count / 10, count),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = Client::builder().account_sid(SID).auth_token(TOKEN).base_url(url).build()?;
        // a second one finds the one of the first
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build()?;
        for (number, is_measured) in [(first, false), (second, true)] {
            let (processor, clock) = (microseconds()?, Instant::now());
            match what {
                "typed" | "by-name" => ours(what, &client, number, in_flight).await?,
                "batch" => batch(&client, number, in_flight).await?,
                "reqwest" => raw(&http, url, number, in_flight).await?,
                other => return Err(format!("there is no {other:?}").into()),
            }
            if is_measured {
                println!(
                    "{}",
                    match figure {
                        "processor" | "last" => (microseconds()? - processor) / number as f64,
                        "rate" => number as f64 / clock.elapsed().as_secs_f64(),
                        "memory" => resident()?,
                        other => return Err(format!("there is no figure {other:?}").into()),
                    }
                );
            }
        }
        Ok(())
    })
}

/// What a program of ringback's does.
async fn ours(what: &str, client: &Client, count: usize, in_flight: usize) -> Result<(), Failure> {
    let send = |_| async move {
        if what == "typed" {
            client.send(CreateMessage::new(TO).from(FROM).body(BODY)).await.map(|message| message.sid.len())
        } else {
            let operation = api::find("messages.create").ok_or_else(|| ringback::Error::invalid_argument("gone"))?;
            let answer = client.execute(operation, params! { "To" => TO, "From" => FROM, "Body" => BODY }).await?;
            Ok(answer.text("sid").map_or(0, str::len))
        }
    };
    let mut sends = stream::iter(0..count).map(send).buffer_unordered(in_flight);
    while let Some(length) = sends.next().await {
        assert_eq!(length?, 34);
    }
    Ok(())
}

/// The same sends as one batch.
async fn batch(client: &Client, count: usize, in_flight: usize) -> Result<(), Failure> {
    let requests = (0..count).map(|_| CreateMessage::new(TO).from(FROM).body(BODY));
    let mut results = client.send_all(requests).concurrency(in_flight);
    while let Some(message) = results.next().await {
        assert_eq!(message?.sid.len(), 34);
    }
    Ok(())
}

/// What a program does that knows the wire by heart and has only reqwest.
async fn raw(http: &reqwest::Client, url: &str, count: usize, in_flight: usize) -> Result<(), Failure> {
    let address = &format!("{url}/2010-04-01/Accounts/{SID}/Messages.json");
    let send = |_| async move {
        let form = [("To", TO), ("From", FROM), ("Body", BODY)];
        let answer = http.post(address).basic_auth(SID, Some(TOKEN)).form(&form).send().await?.error_for_status()?;
        let message: Message = serde_json::from_slice(&answer.bytes().await?)?;
        Ok::<_, Failure>(message.sid.len())
    };
    let mut sends = stream::iter(0..count).map(send).buffer_unordered(in_flight);
    while let Some(length) = sends.next().await {
        assert_eq!(length?, 34);
    }
    Ok(())
}

/// One send after the other on the calling thread.
fn blocking_sends(url: &str, count: usize) -> Result<(), Failure> {
    let settings = Client::builder().account_sid(SID).auth_token(TOKEN).base_url(url);
    let client = blocking::Client::build(settings)?;
    let send = || client.send(CreateMessage::new(TO).from(FROM).body(BODY));
    send()?;
    let before = microseconds()?;
    for _ in 0..count {
        assert_eq!(send()?.sid.len(), 34);
    }
    println!("{}", (microseconds()? - before) / count as f64);
    Ok(())
}

/// Processor time of this process, the system's share included.
fn microseconds() -> Result<f64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let of = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 * 1e6 + time.tv_usec() as f64;
    Ok(of(usage.user_time()) + of(usage.system_time()))
}

/// The memory of this process that is in use, in megabytes.
fn resident() -> Result<f64, Failure> {
    let pages: f64 = std::fs::read_to_string("/proc/self/statm")?.split(' ').nth(1).unwrap_or_default().parse()?;
    let size = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE)?.unwrap_or(4096);
    Ok(pages * size as f64 / 1e6)
}
