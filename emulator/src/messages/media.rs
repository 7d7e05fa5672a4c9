//! The pictures and files of a message.

use serde_json::{Value, json};

use super::resource::{Media, Message};
use crate::{
    answer::{Answer, Outcome},
    dates, paging,
    request::Request,
    world::World,
};

/// The content type that the end of a URL suggests; the emulator does not fetch media.
pub(super) fn content_type(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "png" => "image/png",
        "gif" => "image/gif",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "pdf" => "application/pdf",
        "vcf" => "text/vcard",
        _ => "image/jpeg",
    }
}

fn write(message: &Message, media: &Media) -> Value {
    json!({
        "account_sid": message.account,
        "content_type": media.content_type,
        "date_created": dates::rfc2822(message.created),
        "date_updated": dates::rfc2822(message.created),
        "parent_sid": message.sid,
        "sid": media.sid,
        "uri": format!("{}/Media/{}.json", message.path(), media.sid),
    })
}

/// `GET Messages/{Sid}/Media`.
pub(crate) fn list_media(world: &mut World, request: &Request) -> Outcome {
    let message = request.found(world.account(&request.account).messages.get(request.path_value("MessageSid")))?;
    paging::answer_all(request, message.media.iter().map(|media| write(message, media)).collect())
}

/// `GET Messages/{Sid}/Media/{Sid}`.
pub(crate) fn fetch_media(world: &mut World, request: &Request) -> Outcome {
    let message = request.found(world.account(&request.account).messages.get(request.path_value("MessageSid")))?;
    let media = message.media.iter().find(|media| media.sid == request.path_value("Sid"));
    request.found(media).map(|media| Answer::json(200, write(message, media)))
}

/// `DELETE Messages/{Sid}/Media/{Sid}`.
pub(crate) fn delete_media(world: &mut World, request: &Request) -> Outcome {
    let message = world.account(&request.account).messages.get_mut(request.path_value("MessageSid"));
    let message = request.found(message)?;
    let at = message.media.iter().position(|media| media.sid == request.path_value("Sid"));
    message.media.remove(request.found(at)?);
    Ok(Answer::empty())
}
