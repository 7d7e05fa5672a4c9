//! What belongs to one process: after `fork` the child leaks it and makes its own.

use std::sync::OnceLock;

use crate::{Error, ErrorKind, Result};

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
            generation = match generation.child.get() {
                Some(child) => child,
                None => {
                    // where two threads made one, the first stays and the other goes
                    let made = Box::new(Self::new(make()?));
                    generation.child.get_or_init(|| made)
                }
            };
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
