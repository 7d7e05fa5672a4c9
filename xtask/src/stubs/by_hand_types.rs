//! What the stubs say of the methods that no row of the table gives.

use ringback::operation::Resource;

use super::{by_hand::ByHand, shape::Face};

/// The type of an argument that is no parameter of the operation.
pub(super) fn argument(method: ByHand, name: &str) -> &'static str {
    let _ = name;
    match method {}
}

/// The type of what a method gives.
pub(super) fn result(method: ByHand, row: &'static Resource, face: Face) -> String {
    let _ = (row, face);
    match method {}
}
