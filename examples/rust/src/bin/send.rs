//! Sends a text message: `send +15551234567 +15557654321 "Your order has shipped"`.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use ringback::{Client, messaging::CreateMessage};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [to, from, body] = arguments.as_slice() else {
        return Err("usage: send TO FROM BODY".into());
    };
    let client = Client::from_env()?;
    let message = client.send(CreateMessage::new(to).from(from).body(body)).await?;
    println!("{} {:?}", message.sid, message.status);
    Ok(())
}
