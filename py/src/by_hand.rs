//! Methods that no row of the table gives: which classes have them, and what they take.
//!
//! As in `shape.rs`, nothing here knows of an interpreter; what each of them does is called by `method.rs`.

use ringback::operation::Operation;

use super::shape::{Argument, Role};

/// A method of the library's own, bound to the operation that it leans on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByHand {
    /// Finds out what became of a create.
    Reconcile,
}

impl ByHand {
    const ALL: [Self; 1] = [Self::Reconcile];

    /// Those that a class has because of one of its operations.
    pub(crate) fn of(operation: &'static Operation, role: Role) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |method| role == Role::List && operation.name == method.operation())
    }

    fn operation(self) -> &'static str {
        match self {
            Self::Reconcile => "api.v2010.accounts.messages.create",
        }
    }

    /// Its name, to which its awaited form adds `_async`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reconcile => "reconcile",
        }
    }

    /// What it does, as its documentation says.
    pub(crate) fn does(self) -> &'static str {
        match self {
            Self::Reconcile => {
                "Looks for a message whose send ended unknown; `at` is when that was begun, or its error, and `known` \
                 are sids that are not it"
            }
        }
    }

    /// Its arguments in their order, and how many of them are required; `create` gives those of the operation.
    pub(crate) fn arguments(self, create: impl FnOnce() -> (Vec<Argument>, usize)) -> (Vec<Argument>, usize) {
        let own = |name: &str| Argument { name: name.to_owned(), parameter: None };
        match self {
            Self::Reconcile => {
                let (mut arguments, required) = create();
                arguments.insert(required, own("at"));
                arguments.push(own("known"));
                (arguments, required + 1)
            }
        }
    }
}
