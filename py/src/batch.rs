//! Many requests at once: the results of `create_many`, for `for` and for `async for`.

mod awaited;
mod source;
mod waiting;

use pyo3::prelude::*;
use ringback::batch::{Driven, Manner, Reader};

use self::{
    awaited::Waiter,
    source::{Options, Source},
};
pub(crate) use self::{
    awaited::{AsyncResults, Upcoming},
    waiting::Results,
};
use crate::{bridge, handle::Door, method::Method, observe::Watch, resource::Place, shape::Face};

/// Starts a batch of creates; nothing is sent before its results are read.
pub(crate) fn start<'a, 'py: 'a>(
    py: Python<'py>,
    place: Place,
    create: Method,
    given: impl Iterator<Item = (&'a str, &'a Bound<'py, PyAny>)>,
) -> PyResult<Py<PyAny>> {
    let handle = place.handle.clone();
    let face = handle.face;
    let Options { requests, manner, in_order, progress } = Options::read(&handle, given)?;
    let waiter = (face == Face::Async).then(Waiter::new);
    let watch = handle.observer.watch(py);
    let reader = open(py, &place, manner, in_order, waiter.as_ref(), &watch)?;
    let source = Source::new(py, place, create, &requests, progress, (reader, watch))?;
    match waiter {
        None => Results::make(py, source),
        Some(waiter) => AsyncResults::make(py, source, waiter),
    }
}

/// Opens the batch on the thread that awaited requests run on, with its connections.
fn open(
    py: Python<'_>,
    place: &Place,
    manner: Manner,
    in_order: bool,
    waiter: Option<&std::sync::Arc<Waiter>>,
    watch: &Watch,
) -> PyResult<Reader> {
    let raised = |error: ringback::Error| place.handle.errors.raised(py, &error, None);
    if place.handle.custom.is_some() {
        let why = "create_many sends by connections of its own, which an http_client takes the place of";
        return Err(raised(ringback::Error::configuration(why)));
    }
    let Door::Async(client) = place.handle.door(py, Face::Async)? else {
        return Err(raised(ringback::Error::configuration("the client has no connections for a batch")));
    };
    let wake = waiter.map(|waiter| {
        let waiter = std::sync::Arc::clone(waiter);
        Box::new(move || waiter.wake()) as Box<dyn Fn() + Send + Sync>
    });
    let (batch, drive) = Driven::new(client, manner, wake).map_err(raised)?;
    bridge::spawn(py, watch.around(Box::pin(drive)))?;
    Ok(Reader::new(batch, manner, in_order))
}
