//! Calls: made, rung, answered by a person that a test plays, and ended.

mod api;
mod create;
mod person;
mod progress;
mod resource;

pub(crate) use self::{
    api::{delete, fetch, list, update},
    create::create,
    person::{Act, act, receive, show, trace},
    progress::{Timer, Wait, end, on_timer, pick_up, ring_child, wait},
    resource::{Call, Callback, Key, Source, Status},
};
pub(crate) use crate::interpreter::{Fetch, on_document};
