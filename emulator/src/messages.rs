//! Messages: made, carried step by step, reported, answered.

mod api;
mod carry;
mod create;
mod inbound;
mod keywords;
mod magic;
mod media;
mod reply;
mod resource;

pub(crate) use self::{
    api::{delete, feedback, fetch, list, update},
    carry::{Step, step},
    create::{create, send_from_call},
    inbound::{Inbound, receive},
    media::{delete_media, fetch_media, list_media},
    reply::{Conversation, on_reply},
    resource::Message,
};
