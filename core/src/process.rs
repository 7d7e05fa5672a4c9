//! What belongs to one process: after `fork` the child leaks it and makes its own.

use std::sync::OnceLock;

use crate::{Error, ErrorKind, Result};

/// What stands in a place for good, made by `make` if this is the first time; where two threads make it, the first stays.
///
/// It is made outside of the place, which a fork meanwhile would leave locked in the child.
pub(crate) fn kept<T, E>(
    place: &OnceLock<T>,
    make: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<&T, E> {
    match place.get() {
        Some(kept) => Ok(kept),
        None => {
            let made = make()?;
            Ok(place.get_or_init(|| made))
        }
    }
}

/// A value of the process that made it.
///
/// Its threads and locks do not exist in a child, so a child never touches it, not even to drop it.
#[derive(Debug)]
pub struct PerProcess<T> {
    pid: u32,
    value: Option<T>,
    child: OnceLock<Box<Self>>,
}

impl<T> PerProcess<T> {
    /// A value of the present process.
    pub fn new(value: T) -> Self {
        Self { pid: std::process::id(), value: Some(value), child: OnceLock::new() }
    }

    /// The value of this process, made by `make` if a parent made the last one.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get(&self, make: impl Fn() -> Result<T>) -> Result<&T> {
        let pid = std::process::id();
        let mut generation = self;
        while generation.pid != pid {
            generation = kept(&generation.child, || make().map(|value| Box::new(Self::new(value))))?;
        }
        generation.value.as_ref().ok_or_else(|| Error::new(ErrorKind::Internal, "a value of this process is gone"))
    }

    /// The value, if this process made it.
    pub fn current(&self) -> Option<&T> {
        let pid = std::process::id();
        let mut generation = self;
        while generation.pid != pid {
            generation = generation.child.get()?;
        }
        generation.value.as_ref()
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        if self.pid != std::process::id() {
            std::mem::forget(self.value.take());
        }
    }
}
