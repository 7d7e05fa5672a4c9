//! How the types are made from the rows of the table, and the rows with them.

/// Makes the type of a kind of webhook and its row.
///
/// A field is `when form name "Name";`: when it is there (`key`, `always` or `sometimes`), its form (`text`, `integer`,
/// `decimal`, `boolean`, `moment`, `json`, or an open enum in parentheses), and its names in Rust and on the wire.
macro_rules! payload {
    (
        #[doc = $about:literal]
        $(#[$doc:meta])*
        $class:ident {
            $($when:ident $form:tt $member:ident $name:literal;)*
            $(+ $part:tt $part_member:ident;)*
        }
        $(over $base:ident {
            $($shared_when:ident $shared_form:tt $shared_member:ident $shared_name:literal;)*
            $(+ $shared_part:tt $shared_part_member:ident;)*
        })?
    ) => {
        #[doc = $about]
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $class {
            $($(
                #[doc = concat!("`", $shared_name, "`", macros::note!($shared_when))]
                pub $shared_member: macros::held!($shared_when $shared_form),
            )*)?
            $(
                #[doc = concat!("`", $name, "`", macros::note!($when))]
                pub $member: macros::held!($when $form),
            )*
            $($(
                #[doc = macros::part!(about $shared_part)]
                pub $shared_part_member: macros::part!(type $shared_part),
            )*)?
            $(
                #[doc = macros::part!(about $part)]
                pub $part_member: macros::part!(type $part),
            )*
            /// Every field as it came, those that are not known here included.
            pub received: $crate::webhook::payload::Received,
        }

        impl $class {
            pub(super) const ROW: $crate::webhook::payload::table::Row = $crate::webhook::payload::table::Row {
                class: stringify!($class),
                about: $about,
                base: macros::base_of!($($base)?),
                fields: &[$(macros::row!($when $form $member $name),)*],
                parts: &[$(macros::part_row!($part $part_member),)*],
            };

            /// Takes what was found to be of this kind.
            pub(super) fn of(received: $crate::webhook::payload::Received) -> Self {
                Self {
                    $($($shared_member: macros::take!($shared_when $shared_form received $shared_name),)*)?
                    $($member: macros::take!($when $form received $name),)*
                    $($($shared_part_member: macros::part!(take $shared_part received),)*)?
                    $($part_member: macros::part!(take $part received),)*
                    received,
                }
            }
        }

        impl $crate::webhook::payload::Payload for $class {
            fn read(params: &[(String, String)]) -> $crate::Result<Self> {
                let kind = $crate::webhook::payload::PayloadKind::$class;
                $crate::webhook::payload::Received::of_kind(kind, params).map(Self::of)
            }
        }

        /// Tells which it is, and not what it says: that is about people.
        impl std::fmt::Debug for $class {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.received, f)
            }
        }
    };
}

/// Makes the row of fields that several kinds share.
macro_rules! base {
    (
        #[doc = $about:literal]
        $class:ident
        over $base:ident {
            $($when:ident $form:tt $member:ident $name:literal;)*
            $(+ $part:tt $part_member:ident;)*
        }
    ) => {
        static $base: $crate::webhook::payload::table::Base = $crate::webhook::payload::table::Base {
            class: stringify!($class),
            about: $about,
            fields: &[$(macros::row!($when $form $member $name),)*],
            parts: &[$(macros::part_row!($part $part_member),)*],
        };
    };
}

/// Makes the type of fields that are there together or not at all, and its row.
macro_rules! group {
    (
        #[doc = $about:literal]
        $class:ident { $($form:tt $member:ident $name:literal;)* }
    ) => {
        #[doc = $about]
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $class {
            $(
                #[doc = concat!("`", $name, "`")]
                pub $member: macros::held!(sometimes $form),
            )*
        }

        impl $class {
            pub(super) const GROUP: $crate::webhook::payload::table::Group = $crate::webhook::payload::table::Group {
                class: stringify!($class),
                about: $about,
                fields: &[$(macros::row!(sometimes $form $member $name),)*],
            };

            /// Takes the fields out of a request that has any of them.
            pub(super) fn of(received: &$crate::webhook::payload::Received) -> Option<Self> {
                let is_there = [$($name),*].iter().any(|name| received.text(name).is_some());
                is_there.then(|| Self { $($member: macros::take!(sometimes $form received $name),)* })
            }
        }

        /// Tells that it is there, and not what it says: that is about people.
        impl std::fmt::Debug for $class {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($class)).finish_non_exhaustive()
            }
        }
    };
}

/// Makes an open enum and its row.
macro_rules! choices {
    ($(#[doc = $about:literal] $class:ident { $($variant:ident = $text:literal,)* })*) => {$(
        #[doc = $about]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $class {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// A text that Twilio has added since.
            Other(String),
        }

        impl $class {
            pub(super) const CHOICES: $crate::webhook::payload::table::Choices =
                $crate::webhook::payload::table::Choices {
                    class: stringify!($class),
                    about: $about,
                    texts: &[$($text),*],
                };

            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $class {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl PartialEq<str> for $class {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $class {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl std::fmt::Display for $class {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

/// The type that holds a field.
macro_rules! held {
    (key text) => { String };
    (key ($choices:ident)) => { $choices };
    (always text) => { String };
    ($when:ident text) => { Option<String> };
    ($when:ident integer) => { Option<i64> };
    ($when:ident decimal) => { Option<rust_decimal::Decimal> };
    ($when:ident boolean) => { Option<bool> };
    ($when:ident moment) => { Option<jiff::Timestamp> };
    ($when:ident json) => { Option<$crate::webhook::payload::JsonText> };
    ($when:ident ($choices:ident)) => { Option<$choices> };
}

/// The value of a field out of what was received.
macro_rules! take {
    (key text $received:ident $name:literal) => { $received.text($name).unwrap_or_default().to_owned() };
    (key ($choices:ident) $received:ident $name:literal) => {
        $choices::from($received.text($name).unwrap_or_default())
    };
    (always text $received:ident $name:literal) => { $received.text($name).unwrap_or_default().to_owned() };
    ($when:ident text $received:ident $name:literal) => { $received.text($name).map(str::to_owned) };
    ($when:ident integer $received:ident $name:literal) => { $received.integer($name) };
    ($when:ident decimal $received:ident $name:literal) => { $received.decimal($name) };
    ($when:ident boolean $received:ident $name:literal) => { $received.boolean($name) };
    ($when:ident moment $received:ident $name:literal) => { $received.moment($name) };
    ($when:ident json $received:ident $name:literal) => { $received.json($name) };
    ($when:ident ($choices:ident) $received:ident $name:literal) => { $received.text($name).map($choices::from) };
}

/// The row of a field.
macro_rules! row {
    ($when:ident $form:tt $member:ident $name:literal) => {
        $crate::webhook::payload::table::Field {
            name: $name,
            member: stringify!($member),
            form: macros::form!($form),
            presence: macros::presence!($when),
        }
    };
}

macro_rules! form {
    (text) => { $crate::webhook::payload::table::Form::Text };
    (integer) => { $crate::webhook::payload::table::Form::Integer };
    (decimal) => { $crate::webhook::payload::table::Form::Decimal };
    (boolean) => { $crate::webhook::payload::table::Form::Boolean };
    (moment) => { $crate::webhook::payload::table::Form::Moment };
    (json) => { $crate::webhook::payload::table::Form::Json };
    (($choices:ident)) => { $crate::webhook::payload::table::Form::Choice(&$choices::CHOICES) };
}

macro_rules! presence {
    (key) => { $crate::webhook::payload::table::Presence::Key };
    (always) => { $crate::webhook::payload::table::Presence::Always };
    (sometimes) => { $crate::webhook::payload::table::Presence::Sometimes };
}

/// What the documentation of a field says besides its name.
macro_rules! note {
    (key) => { ", without which it is another kind of webhook" };
    (always) => { "" };
    (sometimes) => { ", in some requests" };
}

macro_rules! base_of {
    () => { None };
    ($base:ident) => { Some(&$base) };
}

/// What several fields are together: `media`, `sip_headers`, or a group.
macro_rules! part {
    (type media) => { Vec<$crate::webhook::payload::Media> };
    (type sip_headers) => { std::collections::BTreeMap<String, String> };
    (type $group:ident) => { Option<$crate::webhook::payload::$group> };
    (take media $received:ident) => { $received.media() };
    (take sip_headers $received:ident) => { $received.sip_headers() };
    (take $group:ident $received:ident) => { $crate::webhook::payload::$group::of(&$received) };
    (row media) => { $crate::webhook::payload::table::PartForm::Media };
    (row sip_headers) => { $crate::webhook::payload::table::PartForm::SipHeaders };
    (row $group:ident) => {
        $crate::webhook::payload::table::PartForm::Group(&$crate::webhook::payload::$group::GROUP)
    };
    (about media) => { "`MediaUrl0`, `MediaContentType0` and so on, in the order of their numbers" };
    (about sip_headers) => { "Every `SipHeader_…`, by the name of its header" };
    (about $group:ident) => { "What is there only in some requests" };
}

/// The row of what several fields are together.
macro_rules! part_row {
    ($part:tt $member:ident) => {
        $crate::webhook::payload::table::Part { attribute: stringify!($member), form: macros::part!(row $part) }
    };
}

pub(super) use {base, base_of, choices, form, group, held, note, part, part_row, payload, presence, row, take};
