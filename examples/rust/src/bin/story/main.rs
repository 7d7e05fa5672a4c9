//! The whole story in Rust: an order ships, a login is confirmed, a text is answered, a call is made, a forger is refused.
//!
//! Everything is real HTTP over loopback, to the emulator inside this process: `story [TO [FROM]]`.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

mod shop;

use std::time::Duration;

use ringback::{
    Client, Error,
    messaging::{CreateMessage, FetchMessage, Message},
    params,
    typed::Request,
    verify::{CreateVerification, CreateVerificationCheck},
    voice::{CreateCall, FetchCall},
    webhook::RequestValidator,
};
use ringback_emulator::{Emulator, Options};
use serde_json::{Value, json};
use shop::{MENU, Shop};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What every step needs: the client, the phone network, the shop's own server, and the two numbers.
struct Story {
    client: Client,
    emulator: Emulator,
    shop: Shop,
    customer: String,
    number: String,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut phone = |variable, sample: &str| {
        arguments.next().or_else(|| std::env::var(variable).ok()).unwrap_or_else(|| sample.to_owned())
    };
    let customer = phone("RINGBACK_DEMO_TO", "+15551234567");
    let number = phone("RINGBACK_DEMO_FROM", "+15557654321");

    let emulator = Emulator::start(Options::default())?;
    let shop = Shop::open(RequestValidator::new(Emulator::AUTH_TOKEN)?).await?;
    let client = emulator.client().build()?;
    println!("the emulator listens on {}, the shop on {}", emulator.url(), shop.url);
    let story = Story { client, emulator, shop, customer, number };
    story.open_the_line().await?;
    story.an_order_ships().await?;
    story.a_login_is_confirmed().await?;
    story.a_text_is_answered().await?;
    story.a_call_is_made().await?;
    story.what_is_wrong_is_refused().await
}

impl Story {
    /// Gives the shop its number, whose texts and calls go to the shop's server.
    async fn open_the_line(&self) -> Result<(), Failure> {
        let url = &self.shop.url;
        let number = params! {
            "PhoneNumber" => &self.number, "SmsUrl" => format!("{url}/sms"), "VoiceUrl" => format!("{url}/voice"),
        };
        self.client.execute("incoming_phone_numbers.create", number).await?;
        Ok(())
    }

    async fn an_order_ships(&self) -> Result<(), Failure> {
        println!("\n1. An order ships");
        let text = CreateMessage::new(&self.customer).from(&self.number).body("Your order #1234 has shipped");
        self.deliver("SMS", text).await?;

        let picture = CreateMessage::new(&self.customer).from(&self.number).body("This is it");
        self.deliver("MMS", picture.media_url([format!("{}/parcel.png", self.shop.url)])).await?;

        // WhatsApp takes free text for a day after the person wrote
        let (customer, number) = (format!("whatsapp:{}", self.customer), format!("whatsapp:{}", self.number));
        self.act("POST", "/_emulator/messages", json!({"from": customer, "to": number, "body": "Where is it?"}))?;
        let text = CreateMessage::new(&customer).from(&number).body("Around the corner!");
        self.deliver("WhatsApp text", text).await?;

        let template = CreateMessage::new(&customer).from(&number);
        let template = template.content_sid(format!("HX{:032}", 1)).content_variables(r##"{"1":"#1234"}"##);
        self.deliver("WhatsApp template", template).await
    }

    /// Sends a message and follows its signed callbacks until it is delivered.
    async fn deliver(&self, what: &str, message: CreateMessage) -> Result<(), Failure> {
        let message = message.status_callback(format!("{}/status", self.shop.url));
        let params = message.clone().into_params();
        let shown: Vec<String> = params.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
        println!("   → {what}: {}", shown.join(" "));
        let message = self.client.send(message).await?;
        println!("   ← {} {}", message.sid, status(&message));
        self.shop.wait(&[("MessageSid", &message.sid), ("MessageStatus", "delivered")]).await?;
        let message = self.client.send(FetchMessage::new(&message.sid)).await?;
        println!("   ← {} {}", message.sid, status(&message));
        expect(status(&message) == "delivered", "the message is delivered")
    }

    async fn a_login_is_confirmed(&self) -> Result<(), Failure> {
        println!("\n2. A login is confirmed");
        let service = self.client.execute("verify.v2.services.create", params! { "FriendlyName" => "Shop" }).await?;
        let service = service.text("sid").unwrap_or_default().to_owned();
        let started = self.client.send(CreateVerification::new(&service, &self.customer, "sms")).await?;
        println!("   → a code to {}\n   ← {}", self.customer, started.status.as_deref().unwrap_or("?"));
        let open = self.act("GET", &format!("/_emulator/verifications?to={}", encoded(&self.customer)), Value::Null)?;
        let code = open["verifications"][0]["code"].as_str().unwrap_or_default().to_owned();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for (attempt, expected) in [(wrong, "pending"), (&code, "approved")] {
            let check = CreateVerificationCheck::new(&service).to(&self.customer).code(attempt);
            let check = self.client.send(check).await?;
            println!("   → code {attempt}\n   ← {}", check.status.as_deref().unwrap_or("?"));
            expect(check.status.as_deref() == Some(expected), "the check says what it should")?;
        }
        let again = CreateVerificationCheck::new(&service).to(&self.customer).code(&code);
        let error = self.client.send(again).await.err();
        println!("   → code {code} once more");
        refused(error.as_ref(), 20404)
    }

    async fn a_text_is_answered(&self) -> Result<(), Failure> {
        println!("\n3. An incoming text is answered");
        println!("   → the customer writes \"status\"");
        let text = json!({"from": self.customer, "to": self.number, "body": "status"});
        self.act("POST", "/_emulator/messages", text)?;
        let reply = params! { "To" => &self.customer };
        for _ in 0..200 {
            let messages = self.client.records("messages.list", reply.clone())?.collect().await?;
            let found = messages.iter().find(|message| message["direction"] == "outbound-reply");
            if let Some(reply) = found.filter(|reply| reply["status"] == "delivered") {
                println!("   ← the phone shows {}", reply["body"]);
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err("no reply reached the phone".into())
    }

    async fn a_call_is_made(&self) -> Result<(), Failure> {
        println!("\n4. A call is made");
        let call = CreateCall::new(&self.customer, &self.number).url(format!("{}/voice", self.shop.url));
        let call = self.client.send(call).await?;
        let status = call.status.as_ref().map_or("?", |status| status.as_str());
        println!("   → a call from {} to {}\n   ← {} {status}", self.number, self.customer, call.sid);
        let call_url = format!("/_emulator/calls/{}", call.sid);
        self.until_call(&call.sid, "ringing").await?;
        self.act("POST", &format!("{call_url}/answer"), json!({}))?;
        self.shop.wait(&[("CallSid", &call.sid), ("CallStatus", "in-progress")]).await?;
        self.until_heard(&call_url, MENU).await?;
        println!("   → the customer presses 1");
        self.act("POST", &format!("{call_url}/digits"), json!({"digits": "1"}))?;
        self.shop.wait(&[("CallSid", &call.sid), ("Digits", "1")]).await?;
        self.until_call(&call.sid, "completed").await?;
        let trace = self.act("GET", &format!("{call_url}/trace"), Value::Null)?;
        let steps = trace["steps"].as_array().cloned().unwrap_or_default();
        for step in &steps {
            println!("   ◦ {}", shown(step));
        }
        expect(!steps.is_empty(), "the trace shows each verb")
    }

    /// Waits until the person at the other end hears this.
    async fn until_heard(&self, call_url: &str, text: &str) -> Result<(), Failure> {
        for _ in 0..400 {
            let trace = self.act("GET", &format!("{call_url}/trace"), Value::Null)?;
            let steps = trace["steps"].as_array().into_iter().flatten();
            if steps.filter(|step| step["kind"] == "heard").any(|step| step["text"] == text) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(format!("nobody heard {text:?}").into())
    }

    async fn until_call(&self, sid: &str, wanted: &str) -> Result<(), Failure> {
        for _ in 0..400 {
            let call = self.client.send(FetchCall::new(sid)).await?;
            let status = call.status.map(|status| status.as_str().to_owned()).unwrap_or_default();
            if status == wanted {
                println!("   ← {sid} {status}");
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(format!("the call did not become {wanted}").into())
    }

    async fn what_is_wrong_is_refused(&self) -> Result<(), Failure> {
        println!("\n5. What is wrong is refused");
        let status = self.shop.forge().await?;
        println!("   → a forged webhook\n   ← HTTP {status}");
        expect(status == 403, "the forger is refused")?;

        println!("   → a text to 555-123-4567");
        let wrong = CreateMessage::new("555-123-4567").from(&self.number).body("hello");
        refused(self.client.send(wrong).await.err().as_ref(), 21211)?;

        println!("   → a text with a wrong token");
        let stranger = self.emulator.client().auth_token("not-the-token").build()?;
        let text = CreateMessage::new(&self.customer).from(&self.number).body("hello");
        refused(stranger.send(text).await.err().as_ref(), 20003)
    }

    /// What a person or the network does, told to the emulator.
    fn act(&self, method: &str, path: &str, body: Value) -> Result<Value, Failure> {
        let (status, answer) = self.emulator.control(method, path, Some(body).filter(|body| !body.is_null()))?;
        expect(status < 300, &format!("{method} {path}: {answer}"))?;
        Ok(answer)
    }
}

/// A step of a call in a line.
fn shown(step: &Value) -> String {
    let keys = ["kind", "verb", "status", "method", "url", "digits", "text"];
    let values = keys.iter().filter_map(|key| match &step[*key] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    values.collect::<Vec<_>>().join(" ")
}

/// A parameter as a person reads it.
fn plain(value: &ringback::Value) -> String {
    match value {
        ringback::Value::Text(text) => text.clone(),
        ringback::Value::List(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        other => format!("{other:?}"),
    }
}

fn status(message: &Message) -> String {
    message.status.as_ref().map_or("?", |status| status.as_str()).to_owned()
}

fn refused(error: Option<&Error>, code: i64) -> Result<(), Failure> {
    let error = error.ok_or("the service said yes")?;
    println!("   ← {error}");
    expect(error.code() == Some(code), "the service says why")
}

fn expect(holds: bool, what: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(format!("not so: {what}").into()) }
}

fn encoded(number: &str) -> String {
    number.replace('+', "%2B")
}
