//! What text messages cost, from the prices that Twilio answers for a country.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{Client, Error, ErrorKind, Result, params};

const FETCH: &str = "pricing.v1.messaging.countries.fetch";

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub enum Direction {
    /// From the account.
    Outbound = 1,
    /// To a number of the account.
    Inbound = 2,
}

impl Direction {
    /// The direction in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Inbound => "inbound",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Direction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "outbound" => Ok(Self::Outbound),
            "inbound" => Ok(Self::Inbound),
            _ => Err(Error::invalid_argument("the direction is outbound or inbound")),
        }
    }
}

/// The prices of text messages in one country, as this account pays them; MMS and other channels are not among them.
#[derive(Clone, Debug, PartialEq)]
pub struct MessagePrices {
    country: String,
    currency: String,
    prices: Vec<MessagePrice>,
}

/// The price of one segment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MessagePrice {
    /// Which way the message goes.
    pub direction: Direction,
    /// The kind of the account's number, as Twilio calls it: `local`, `mobile`, `shortcode` and others.
    pub number_type: String,
    /// The carrier that the message goes to, of an outbound one.
    pub carrier: Option<String>,
    /// What the account pays now.
    pub current: Decimal,
    /// What is paid without discounts.
    pub base: Decimal,
}

/// What a message will cost; the two bounds differ where carriers or kinds of number do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CostEstimate {
    /// How many segments are paid for.
    pub segments: usize,
    /// The least that it can cost.
    pub lowest: Decimal,
    /// The most that it can cost.
    pub highest: Decimal,
    /// The currency of both, such as `USD`.
    pub currency: String,
}

impl fmt::Display for CostEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.lowest)?;
        if self.highest != self.lowest {
            write!(f, " to {}", self.highest)?;
        }
        write!(f, " {}", self.currency)
    }
}

#[derive(Deserialize)]
struct Country {
    iso_country: String,
    price_unit: String,
    #[serde(default)]
    inbound_sms_prices: Option<Vec<Entry>>,
    #[serde(default)]
    outbound_sms_prices: Option<Vec<Carrier>>,
}

#[derive(Deserialize)]
struct Carrier {
    carrier: Option<String>,
    #[serde(default)]
    prices: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    number_type: String,
    base_price: Option<Json>,
    current_price: Option<Json>,
}

impl Entry {
    fn price(self, direction: Direction, carrier: Option<&str>) -> Result<MessagePrice> {
        let current = self.current_price.as_ref().or(self.base_price.as_ref());
        let current = decimal(current.unwrap_or(&Json::Null))?;
        let base = self.base_price.as_ref().map_or(Ok(current), decimal)?;
        let carrier = carrier.map(str::to_owned);
        Ok(MessagePrice { direction, number_type: self.number_type, carrier, current, base })
    }
}

/// Reads a price, which is text or a number.
fn decimal(price: &Json) -> Result<Decimal> {
    let text = price.as_str().map_or_else(|| price.to_string(), str::to_owned);
    let price = Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text));
    price.map_err(|cause| unreadable().with_source(cause))
}

fn unreadable() -> Error {
    Error::new(ErrorKind::Decode, "the prices of the country are not the JSON expected")
}

impl MessagePrices {
    /// Reads the prices from what `pricing.v1.messaging.countries.fetch` answered.
    ///
    /// # Errors
    /// `Decode` if it is something else.
    pub fn from_json(answer: &Json) -> Result<Self> {
        let country = Country::deserialize(answer).map_err(|cause| unreadable().with_source(cause))?;
        let mut prices = Vec::new();
        for carrier in country.outbound_sms_prices.unwrap_or_default() {
            for entry in carrier.prices.unwrap_or_default() {
                prices.push(entry.price(Direction::Outbound, carrier.carrier.as_deref())?);
            }
        }
        for entry in country.inbound_sms_prices.unwrap_or_default() {
            prices.push(entry.price(Direction::Inbound, None)?);
        }
        Ok(Self { country: country.iso_country, currency: country.price_unit, prices })
    }

    /// The country, by its two letters of ISO 3166.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The currency of all prices, such as `USD`.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// Every price.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &MessagePrice> {
        self.prices.iter()
    }

    /// What so many segments cost; without a kind of number, over all kinds that the country has.
    ///
    /// A kind is named as Twilio does (`local`, `mobile`, `shortcode`, `toll free`), in any case and with or without
    /// spaces, hyphens and underscores. Fees of carriers are not in it.
    ///
    /// # Errors
    /// `InvalidArgument` if Twilio lists no such price; it says which kinds are listed.
    pub fn estimate(&self, direction: Direction, number_type: Option<&str>, segments: usize) -> Result<CostEstimate> {
        let wanted = number_type.map(folded);
        let listed = || self.prices.iter().filter(|price| price.direction == direction);
        let is_wanted = |price: &&MessagePrice| wanted.as_ref().is_none_or(|kind| folded(&price.number_type) == *kind);
        let prices = || listed().filter(is_wanted).map(|price| price.current);
        let (Some(lowest), Some(highest)) = (prices().min(), prices().max()) else {
            let mut kinds: Vec<&str> = listed().map(|price| price.number_type.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let kinds = if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") };
            let country = &self.country;
            let text =
                format!("there is no such {direction} price for {country}; the kinds of number with one: {kinds}");
            return Err(Error::invalid_argument(text));
        };
        let count = Decimal::from(segments);
        let times = |price: Decimal| price.checked_mul(count).ok_or_else(unreadable);
        let currency = self.currency.clone();
        Ok(CostEstimate { segments, lowest: times(lowest)?, highest: times(highest)?, currency })
    }
}

/// A kind of number without what is written in different ways.
fn folded(kind: &str) -> String {
    kind.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
}

impl Client {
    /// Fetches what text messages cost in a country, given by its two letters of ISO 3166; estimates are then made from it.
    ///
    /// The country of a number is in `country_code` of `lookups.v2.phone_numbers.fetch`.
    ///
    /// # Errors
    /// As [`Client::execute`]; `NotFound` for a country without prices.
    pub async fn message_prices(&self, country: &str) -> Result<MessagePrices> {
        let response = self.execute(FETCH, params! { "IsoCountry" => country }).await?;
        MessagePrices::from_json(response.json()?)
    }
}

impl crate::blocking::Client {
    /// Fetches what text messages cost in a country; see [`Client::message_prices`].
    ///
    /// # Errors
    /// As [`Client::message_prices`].
    pub fn message_prices(&self, country: &str) -> Result<MessagePrices> {
        let response = self.execute(FETCH, params! { "IsoCountry" => country })?;
        MessagePrices::from_json(response.json()?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn germany() -> MessagePrices {
        let answer = json!({
            "country": "Germany", "iso_country": "DE", "url": "https://pricing.twilio.com/v1/Messaging/Countries/DE",
            "price_unit": "USD",
            "outbound_sms_prices": [
                { "carrier": "One", "mcc": "262", "mnc": "01", "prices": [
                    { "number_type": "local", "base_price": "0.1080", "current_price": "0.1072" },
                    { "number_type": "shortcode", "base_price": "0.09", "current_price": "0.09" } ] },
                { "carrier": "Two", "mcc": "262", "mnc": "02", "prices": [
                    { "number_type": "local", "base_price": 0.12, "current_price": 0.119 } ] } ],
            "inbound_sms_prices": [ { "number_type": "toll free", "base_price": "0.0075", "current_price": "0.0075" } ],
        });
        MessagePrices::from_json(&answer).unwrap()
    }

    #[test]
    fn an_estimate_spans_the_carriers_and_counts_the_segments() {
        let prices = germany();
        let estimate = prices.estimate(Direction::Outbound, Some("Local"), 3).unwrap();
        assert_eq!(estimate.to_string(), "0.3216 to 0.357 USD");
        assert_eq!(prices.estimate(Direction::Outbound, None, 1).unwrap().to_string(), "0.09 to 0.119 USD");
        assert_eq!(prices.estimate(Direction::Inbound, Some("toll_free"), 2).unwrap().to_string(), "0.0150 USD");
        assert_eq!((prices.country(), prices.currency(), prices.iter().len()), ("DE", "USD", 4));
        assert_eq!(prices.iter().next().unwrap().base.to_string(), "0.1080");
    }

    #[test]
    fn a_price_that_is_not_listed_is_an_error_that_says_what_is() {
        let error = germany().estimate(Direction::Outbound, Some("mobile"), 1).unwrap_err().to_string();
        assert!(error.ends_with("for DE; the kinds of number with one: local, shortcode"), "{error}");
        let none = MessagePrices::from_json(&json!({ "iso_country": "XX", "price_unit": "USD" })).unwrap();
        assert!(none.estimate(Direction::Inbound, None, 1).unwrap_err().to_string().ends_with("none"));
    }

    #[test]
    fn what_is_no_price_list_cannot_be_decoded() {
        for answer in [json!(null), json!([]), json!({}), json!({ "iso_country": "DE", "price_unit": 3 })] {
            assert_eq!(MessagePrices::from_json(&answer).unwrap_err().kind(), ErrorKind::Decode, "{answer}");
        }
        let answer = json!({
            "iso_country": "DE", "price_unit": "USD", "inbound_sms_prices": [{ "current_price": "cheap" }]
        });
        assert_eq!(MessagePrices::from_json(&answer).unwrap_err().kind(), ErrorKind::Decode);
        let answer = json!({
            "iso_country": "DE", "price_unit": "USD", "inbound_sms_prices": [{ "current_price": 1e27 }]
        });
        assert!(MessagePrices::from_json(&answer).unwrap().estimate(Direction::Inbound, None, usize::MAX).is_err());
    }
}
