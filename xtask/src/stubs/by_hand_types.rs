//! What the stubs say of the methods that no row of the table gives.

use ringback::operation::Resource;

use super::{
    by_hand::ByHand,
    shape::{self, Face, Role},
};

/// The type of an argument that is no parameter of the operation.
pub(super) fn argument(method: ByHand, name: &str) -> &'static str {
    match (method, name) {
        (ByHand::Reconcile, "at") => "_datetime | BaseException",
        (ByHand::Reconcile, _) => "_Sequence[str]",
    }
}

/// The type of what a method gives.
pub(super) fn result(method: ByHand, row: &'static Resource, face: Face) -> String {
    let instance = shape::class_name(row, face, Role::Instance);
    match method {
        ByHand::Reconcile => format!("_Reconciliation[{instance}]"),
    }
}
