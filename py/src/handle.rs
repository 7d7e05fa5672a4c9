//! What all objects of a client share: its settings, its connections, and how its errors become exceptions.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use ringback::{Error, blocking};

use crate::{bridge::PerProcess, custom::Custom, errors::Errors, observe::Observer, shape::Face};

/// The settings of a client and its connections.
pub(crate) struct Handle {
    pub(crate) face: Face,
    /// Never used for a call: connections are made from it in each process.
    pub(crate) settings: ringback::Client,
    pub(crate) errors: Errors,
    /// Whether a short name that the official library warns of gives a warning.
    pub(crate) warns: bool,
    /// The HTTP client that sends instead of our connections, if the caller has one.
    pub(crate) custom: Option<Custom>,
    pub(crate) observer: Observer,
    doors: PerProcess<Mutex<Doors>>,
}

/// The clients of the core, each opened when it is first used.
#[derive(Default)]
struct Doors {
    closed: bool,
    blocking: Option<blocking::Client>,
    awaited: Option<ringback::Client>,
}

/// A client of the core.
#[derive(Clone)]
pub(crate) enum Door {
    Blocking(blocking::Client),
    Async(ringback::Client),
}

impl Handle {
    pub(crate) fn new(
        face: Face,
        settings: ringback::Client,
        errors: Errors,
        warns: bool,
        custom: Option<Custom>,
        observer: Observer,
    ) -> Self {
        Self { face, settings, errors, warns, custom, observer, doors: PerProcess::new(Mutex::default()) }
    }

    /// The client of this process for calls that wait or for those that are awaited.
    pub(crate) fn door(&self, py: Python<'_>, way: Face) -> PyResult<Door> {
        self.open(way).map_err(|error| self.errors.raised(py, &error, None))
    }

    fn open(&self, way: Face) -> ringback::Result<Door> {
        self.settings.check_credentials()?;
        let mut doors = self.doors.get(|| Ok(Mutex::default()))?.lock().unwrap_or_else(PoisonError::into_inner);
        if doors.closed {
            return Err(Error::configuration("the client is closed"));
        }
        Ok(match way {
            Face::Sync => {
                let open = || blocking::Client::from(self.settings.clone());
                Door::Blocking(doors.blocking.get_or_insert_with(open).clone())
            }
            Face::Async => {
                let client = match &doors.awaited {
                    Some(client) => client.clone(),
                    None => self.settings.with_own_connections()?,
                };
                Door::Async(doors.awaited.insert(client).clone())
            }
        })
    }

    /// Drops the connections once no call uses them.
    pub(crate) fn close(&self) {
        if let Ok(doors) = self.doors.get(|| Ok(Mutex::default())) {
            let closed = Doors { closed: true, ..Doors::default() };
            let open = std::mem::replace(&mut *doors.lock().unwrap_or_else(PoisonError::into_inner), closed);
            drop(open);
        }
    }
}
