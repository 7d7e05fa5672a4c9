//! Reads a large TwiML document again and again, and prints how many megabytes a second of processor time that is.
//!
//! `twiml-read tree|check|events`: into the tree, for what is wrong with it, or by the tokenizer alone. That what was made
//! is given back does not count.
#![expect(clippy::print_stdout, reason = "a measured program prints its figure")]

use std::{fmt::Write as _, hint::black_box};

use nix::time::{ClockId, clock_gettime};
use quick_xml::{Reader, events::Event};
use ringback::twiml;

/// The least that a document has, in bytes.
const SIZE: usize = 1 << 20;

/// How often it is read.
const ROUNDS: usize = 100;

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    let document = document();
    let seconds = match what.as_str() {
        "tree" => measure(&document, twiml::parse),
        "check" => measure(&document, twiml::check),
        _ => measure(&document, events),
    };
    let megabytes = (document.len() * ROUNDS) as f64 / 1e6;
    println!("{:.1}", megabytes / seconds);
}

/// The seconds of processor time that all rounds took, without the first and without giving back what they made.
fn measure<T>(document: &str, run: impl Fn(&str) -> T) -> f64 {
    drop(black_box(run(document)));
    (0..ROUNDS)
        .map(|_| {
            let begin = processor_time();
            let made = black_box(run(black_box(document)));
            let seconds = processor_time() - begin;
            drop(made);
            seconds
        })
        .sum()
}

/// Menus of an IVR, one behind the other.
fn document() -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n");
    for menu in 0.. {
        if xml.len() >= SIZE {
            break;
        }
        let _ = write!(
            xml,
            r##"  <Gather action="https://example.com/menus/{menu}?from=%2B15551234567&amp;step=2" finishOnKey="#" input="dtmf speech" language="en-US" numDigits="1" speechTimeout="auto" timeout="5">
    <Say language="en-US" voice="Polly.Joanna">For sales, press 1. For support &amp; returns, press 2. To hear menu {menu} again, press star.</Say>
    <Pause length="1" />
    <Play loop="1">https://example.com/sounds/menu-{menu}.mp3</Play>
  </Gather>
  <Dial answerOnBridge="true" callerId="+15557654321" record="record-from-answer-dual" timeout="20">
    <Number statusCallback="https://example.com/status/{menu}" statusCallbackEvent="initiated ringing answered completed">+15551234567</Number>
    <Client>agent-{menu}</Client>
  </Dial>
  <Say>We did not get that. Good-bye!</Say>
"##
        );
    }
    xml.push_str("</Response>\n");
    xml
}

/// Goes through a document as quick-xml hands it out, attributes included, and keeps nothing.
fn events(xml: &str) -> usize {
    let mut reader = Reader::from_str(xml);
    let mut count = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => count += 1 + tag.attributes().flatten().count(),
            Ok(Event::Eof) | Err(_) => return count,
            Ok(_) => count += 1,
        }
    }
}

fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    time.map_or(0.0, |time| time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9)
}
