//! Answers text messages: `auto_reply [PORT]`, with the account's token in `TWILIO_AUTH_TOKEN`.
//!
//! Twilio must reach it as `PUBLIC_URL`, such as `https://example.com`; without one it is asked directly.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use std::env;

use axum::{Router, routing::post};
use ringback::{
    twiml::{Message, MessagingResponse},
    webhook::{Guard, PublicUrl, Webhook, WebhookLayer, payload::IncomingMessage},
};
use tokio::net::TcpListener;

/// Runs for messages from Twilio only.
async fn reply(Webhook(message): Webhook<IncomingMessage>) -> MessagingResponse {
    let text = match message.body.trim().to_lowercase().as_str() {
        "status" => "Order #1234 arrives at noon".to_owned(),
        _ => format!("You wrote: {}", message.body),
    };
    MessagingResponse::new().message(Message::new(text))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let public_url = match env::var("PUBLIC_URL") {
        Ok(url) => PublicUrl::fixed(&url)?,
        Err(_) => PublicUrl::of_request(),
    };
    let webhooks = WebhookLayer::new(Guard::from_env()?.public_url(public_url));
    let app = Router::new().route("/sms", post(reply)).layer(webhooks);

    let port = env::args().nth(1).unwrap_or_else(|| "8000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}/sms", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
