//! Texts and addresses before they are sent: what a text takes, whether an address is one, and what sending costs.
//!
//! ```
//! use ringback::text::{E164, Encoding, Segments};
//!
//! let segments = Segments::of("Your order “1234” has shipped");
//! assert_eq!((segments.encoding(), segments.count(), segments.room()), (Encoding::Ucs2, 1, 41));
//! let quote = segments.unencodable().next();
//! assert_eq!(quote.map(|found| (found.character, found.look_alike)), Some(('“', Some("\""))));
//! assert_eq!(Segments::of_smart_encoded("Your order “1234” has shipped").encoding(), Encoding::Gsm7);
//!
//! let wrong = E164::parse("+1 (555) 123-4567").unwrap_err();
//! assert!(wrong.to_string().ends_with("+15551234567"));
//! ```

mod address;
mod alphabet;
mod e164;
#[cfg(feature = "phonenumber")]
mod national;
mod prices;
mod segments;
mod smart;

pub use self::{
    address::{Address, AddressKind},
    e164::E164,
    prices::{CostEstimate, Direction, MessagePrice, MessagePrices},
    segments::{Encoding, Segments, Unencodable},
    smart::{look_alike, smart_encode},
};

/// The longest body that Twilio takes, as [`body_length`] counts.
pub const LONGEST_BODY: usize = 1600;

/// The length of a body as Twilio counts it for its limit: in UTF-16 units, so that an emoji is two or more.
pub fn body_length(body: &str) -> usize {
    body.encode_utf16().count()
}
