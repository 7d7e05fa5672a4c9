//! Writing what a model holds: each type as JSON has it.

use jiff::{Timestamp, civil::Date};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value as Json};

/// A JSON object.
pub(crate) type Object = Map<String, Json>;

/// A type that a field of a model may have.
pub(crate) trait IntoJson {
    fn into_json(self) -> Json;
}

macro_rules! as_json {
    ($($type:ty),*) => {
        $(impl IntoJson for $type {
            fn into_json(self) -> Json {
                self.into()
            }
        })*
    };
}

as_json!(String, bool, i64, f64, Json);

impl IntoJson for Decimal {
    /// A number; one that no number of JSON holds exactly is written as the nearest.
    fn into_json(self) -> Json {
        match self.is_integer().then(|| self.to_i64()).flatten() {
            Some(whole) => whole.into(),
            None => self.to_f64().into(),
        }
    }
}

impl IntoJson for Date {
    fn into_json(self) -> Json {
        self.to_string().into()
    }
}

impl IntoJson for Timestamp {
    fn into_json(self) -> Json {
        self.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into()
    }
}
