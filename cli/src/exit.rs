//! Exit codes: what a shell can tell from an error.

use ringback::{Error, ErrorKind, Outcome};

pub(crate) const SUCCESS: i32 = 0;
pub(crate) const REFUSED: i32 = 1;
pub(crate) const USAGE: i32 = 2;
pub(crate) const UNKNOWN: i32 = 3;

/// The exit code of an error.
pub(crate) fn of(error: &Error) -> i32 {
    match (error.outcome(), error.kind()) {
        (Outcome::Unknown, _) => UNKNOWN,
        (_, ErrorKind::Configuration | ErrorKind::InvalidArgument) => USAGE,
        _ => REFUSED,
    }
}
