//! Grants: what the holder of an access token may do.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{jws::Claims, says_something};
use crate::{Error, Result};

/// What a token allows, by the key that Twilio knows it by.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    key: Cow<'static, str>,
    value: Value,
}

impl Grant {
    /// A grant of any kind, for what has no type here.
    pub fn new(key: impl Into<Cow<'static, str>>, value: Value) -> Self {
        Self { key: key.into(), value }
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What stands under the key.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The key, and what stands under it.
    #[doc(hidden)]
    pub fn into_parts(self) -> (String, Value) {
        (self.key.into_owned(), self.value)
    }

    /// The names of the fields of a kind of grant, in the official Python package's spelling.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such kind.
    #[doc(hidden)]
    pub fn fields_of(key: &str) -> Result<&'static [&'static str]> {
        let kind = KINDS.iter().find(|kind| kind.key == key);
        kind.map(|kind| kind.fields).ok_or_else(|| Error::invalid_argument(format!("there is no grant {key:?}")))
    }

    /// The names of the fields of all kinds, some several times.
    #[doc(hidden)]
    pub fn fields_of_all() -> impl Iterator<Item = &'static str> {
        KINDS.iter().flat_map(|kind| kind.fields.iter().copied())
    }

    /// A grant of a kind by its fields; those that say nothing are left out.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such kind.
    #[doc(hidden)]
    pub fn of_fields(key: &str, mut given: Claims) -> Result<Self> {
        let kind = KINDS.iter().find(|kind| kind.key == key);
        let kind = kind.ok_or_else(|| Error::invalid_argument(format!("there is no grant {key:?}")))?;
        given.retain(|name, value| kind.fields.contains(&name.as_str()) && says_something(value));
        let fields = if kind.key == "voice" { voice(given) } else { given };
        Ok(Self { key: Cow::Borrowed(kind.key), value: fields.into() })
    }
}

/// What a call may do stands in objects of its own.
fn voice(mut given: Claims) -> Claims {
    let mut fields = Claims::new();
    if given.shift_remove("incoming_allow") == Some(Value::Bool(true)) {
        fields.insert("incoming".to_owned(), json!({ "allow": true }));
    }
    let params = given.shift_remove("outgoing_application_params");
    if let Some(sid) = given.shift_remove("outgoing_application_sid") {
        let mut outgoing = Claims::new();
        outgoing.insert("application_sid".to_owned(), sid);
        outgoing.extend(params.map(|params| ("params".to_owned(), params)));
        fields.insert("outgoing".to_owned(), outgoing.into());
    }
    fields.extend(given);
    fields
}

/// A kind of grant: its key, and its fields.
struct Kind {
    key: &'static str,
    fields: &'static [&'static str],
}

/// Makes the types of grants, each a list of its fields.
macro_rules! grants {
    ($(#[doc = $doc:literal] $name:ident($key:literal) { $(#[doc = $field_doc:literal] $field:ident: $type:ty,)* })*) => {
        const KINDS: &[Kind] = &[$(Kind { key: $key, fields: &[$(stringify!($field)),*] }),*];

        $(
            #[doc = $doc]
            #[derive(Clone, Debug, Default, PartialEq)]
            #[must_use]
            pub struct $name(Claims);

            impl $name {
                /// Makes a grant with nothing set.
                pub fn new() -> Self {
                    Self::default()
                }

                $(
                    #[doc = $field_doc]
                    pub fn $field(mut self, value: impl Into<$type>) -> Self {
                        let value: $type = value.into();
                        self.0.insert(stringify!($field).to_owned(), value.into());
                        self
                    }
                )*
            }

            impl From<$name> for Grant {
                fn from(grant: $name) -> Self {
                    // the kind is one of the table above
                    Self::of_fields($key, grant.0).unwrap_or_else(|_| Self::new($key, Value::Null))
                }
            }
        )*
    };
}

grants! {
    /// Calls: who may call out, through which application, and whether calls come in.
    VoiceGrant("voice") {
        /// Whether calls to the identity ring here.
        incoming_allow: bool,
        /// The TwiML application that says what an outgoing call does.
        outgoing_application_sid: String,
        /// What the application is given besides.
        outgoing_application_params: Claims,
        /// How a phone is woken for a call.
        push_credential_sid: String,
        /// The name of the device.
        endpoint_id: String,
    }
    /// Video rooms.
    VideoGrant("video") {
        /// The only room that may be entered, by name or sid; any unless set.
        room: String,
    }
    /// Conversations, and Chat before it.
    ChatGrant("chat") {
        /// The service of the conversations.
        service_sid: String,
        /// The name of the device.
        endpoint_id: String,
        /// The role of the user in this deployment.
        deployment_role_sid: String,
        /// How a phone is woken for a message.
        push_credential_sid: String,
    }
    /// Objects that are kept in step.
    SyncGrant("data_sync") {
        /// The service of the objects.
        service_sid: String,
        /// The name of the device.
        endpoint_id: String,
    }
    /// Tasks and who works on them.
    TaskRouterGrant("task_router") {
        /// The workspace.
        workspace_sid: String,
        /// The worker.
        worker_sid: String,
        /// `worker` or `supervisor`.
        role: String,
    }
}

/// Streams of video that are watched: a grant that the API made.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaybackGrant(Value);

impl PlaybackGrant {
    /// Takes the grant as `media.v1.player_streamers.playback_grant` gave it.
    pub fn new(grant: Value) -> Self {
        Self(grant)
    }
}

impl From<PlaybackGrant> for Grant {
    fn from(grant: PlaybackGrant) -> Self {
        Self::new("player", grant.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_left_out() {
        let value = |grant: Grant| grant.value().clone();
        assert_eq!(value(VideoGrant::new().room("").into()), json!({}));
        assert_eq!(value(VoiceGrant::new().incoming_allow(false).into()), json!({}));
        let params: Claims = [("to".to_owned(), json!("bob"))].into_iter().collect();
        let voice = VoiceGrant::new().outgoing_application_params(params.clone());
        assert_eq!(value(voice.clone().into()), json!({}), "parameters of no application");
        assert_eq!(
            value(voice.outgoing_application_sid("AP1").incoming_allow(true).endpoint_id("e").into()),
            json!({ "incoming": { "allow": true }, "outgoing": { "application_sid": "AP1", "params": params }, "endpoint_id": "e" })
        );
    }

    #[test]
    fn a_grant_without_a_type_stays_as_it_is() {
        let grant = Grant::new("flex", json!({ "a": [] }));
        assert_eq!((grant.key(), grant.value()), ("flex", &json!({ "a": [] })));
        assert!(Grant::fields_of("flex").is_err() && Grant::of_fields("flex", Claims::new()).is_err());
    }
}
