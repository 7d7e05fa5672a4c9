//! Methods that no row of the table gives: which classes have them, and what they take.
//!
//! As in `shape.rs`, nothing here knows of an interpreter; what each of them does is called by `method.rs`.

use ringback::operation::Operation;

use super::shape::{Argument, Role};

/// A method of the library's own, bound to the operation that it leans on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByHand {}

impl ByHand {
    const ALL: [Self; 0] = [];

    /// Those that a class has because of one of its operations.
    pub(crate) fn of(operation: &'static Operation, role: Role) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |method| role == Role::List && operation.name == method.operation())
    }

    fn operation(self) -> &'static str {
        match self {}
    }

    /// Its name, to which its awaited form adds `_async`.
    pub(crate) fn name(self) -> &'static str {
        match self {}
    }

    /// What it does, as its documentation says.
    pub(crate) fn does(self) -> &'static str {
        match self {}
    }

    /// Its arguments in their order, and how many of them are required; `create` gives those of the operation.
    pub(crate) fn arguments(self, create: impl FnOnce() -> Vec<Argument>) -> (Vec<Argument>, usize) {
        let _ = create;
        match self {}
    }
}
