//! The macros that a page of typed requests consists of.

/// Makes a request of its operation: a constructor with what it needs and a setter for each other parameter.
macro_rules! request {
    (
        $(#[$doc:meta])*
        $name:ident = $operation:literal -> $output:ty;
        new($($needed:ident = $needed_wire:literal: $needed_type:tt),*);
        $($setter:ident = $wire:literal: $type:tt;)*
    ) => {
        $crate::typed::parts::request!(@value $(#[$doc])* $name; new($($needed = $needed_wire: $needed_type),*); $($setter = $wire: $type;)*);

        impl $crate::typed::Request for $name {
            type Output = $output;

            fn operation(&self) -> &'static $crate::operation::Operation {
                $crate::typed::parts::row($operation)
            }

            fn into_params(self) -> $crate::Params {
                self.0
            }

            #[inline] // so that only what a program uses is compiled
            fn decode(response: &$crate::Response) -> $crate::Result<$output> {
                $crate::typed::parts::Answer::of(response)
            }
        }
    };
    (
        $(#[$doc:meta])*
        list $name:ident = $operation:literal -> $output:ty;
        new($($needed:ident = $needed_wire:literal: $needed_type:tt),*);
        $($setter:ident = $wire:literal: $type:tt;)*
    ) => {
        $crate::typed::parts::request!(@value $(#[$doc])* $name; new($($needed = $needed_wire: $needed_type),*); $($setter = $wire: $type;)*);

        impl $crate::typed::ListRequest for $name {
            type Output = $output;

            fn operation(&self) -> &'static $crate::operation::Operation {
                $crate::typed::parts::row($operation)
            }

            fn into_params(self) -> $crate::Params {
                self.0
            }
        }
    };
    (
        @value
        $(#[$doc:meta])*
        $name:ident;
        new($($needed:ident = $needed_wire:literal: $needed_type:tt),*);
        $($setter:ident = $wire:literal: $type:tt;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[must_use = "a request does nothing until a client sends it"]
        pub struct $name($crate::Params);

        $crate::typed::parts::constructor!($name; $($needed: $needed_type),*);

        impl $name {
            $($crate::typed::parts::setter!($needed $needed_wire $needed_type);)*
            $($crate::typed::parts::setter!($setter $wire $type);)*
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::typed::parts::show_request(f, stringify!($name), &self.0)
            }
        }
    };
}

/// Makes a JSON object that a request takes: a constructor with what it needs and a setter for each other field.
macro_rules! model {
    (
        $(#[$doc:meta])*
        $name:ident;
        new($($needed:ident = $needed_key:literal: $needed_type:tt),*);
        $($setter:ident = $key:literal: $type:tt;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        #[must_use = "a model does nothing until a request takes it"]
        pub struct $name($crate::typed::parts::Object);

        $crate::typed::parts::constructor!($name; $($needed: $needed_type),*);

        impl $name {
            $($crate::typed::parts::field_setter!($needed $needed_key $needed_type);)*
            $($crate::typed::parts::field_setter!($setter $key $type);)*
        }

        impl From<$crate::typed::parts::Object> for $name {
            /// Takes the object as it is, with whatever fields Twilio has added since.
            fn from(object: $crate::typed::parts::Object) -> Self {
                Self(object)
            }
        }

        impl From<$name> for $crate::typed::Json {
            fn from(model: $name) -> Self {
                Self::Object(model.0)
            }
        }

        impl From<$name> for $crate::Value {
            fn from(model: $name) -> Self {
                Self::Json(model.into())
            }
        }

        impl $crate::typed::parts::IntoJson for $name {
            fn into_json(self) -> $crate::typed::Json {
                self.into()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::typed::parts::show_names(f, stringify!($name), self.0.keys().map(String::as_str))
            }
        }
    };
}

/// Makes a setter of a model; a type in brackets takes several values.
macro_rules! field_setter {
    ($setter:ident $key:literal [$type:ident]) => {
        #[doc = concat!("Sets `", $key, "`, which holds several values.")]
        pub fn $setter(mut self, values: impl IntoIterator<Item = impl Into<$type>>) -> Self {
            let values =
                values.into_iter().map(|value| $crate::typed::parts::IntoJson::into_json(value.into() as $type));
            self.0.insert($key.to_owned(), values.collect());
            self
        }
    };
    ($setter:ident $key:literal $type:ident) => {
        #[doc = concat!("Sets `", $key, "`.")]
        pub fn $setter(mut self, value: impl Into<$type>) -> Self {
            let value: $type = value.into();
            self.0.insert($key.to_owned(), $crate::typed::parts::IntoJson::into_json(value));
            self
        }
    };
}

/// Makes the constructor of a request or a model, of what the call fails without.
macro_rules! constructor {
    ($name:ident;) => {
        impl $name {
            /// Makes it; nothing is required.
            pub fn new() -> Self {
                Self(Default::default())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident; $($needed:ident: $type:tt),+) => {
        impl $name {
            /// Makes it of what is required.
            pub fn new($($needed: $crate::typed::parts::argument!($type)),+) -> Self {
                Self(Default::default())$(.$needed($needed))+
            }
        }
    };
}

/// The type of an argument that takes whatever becomes the declared type.
macro_rules! argument {
    ([$type:ident]) => { impl IntoIterator<Item = impl Into<$type>> };
    ($type:ident) => { impl Into<$type> };
}

/// Makes a setter; a type in brackets takes several values, one in parentheses is one of a numbered family.
macro_rules! setter {
    ($setter:ident $wire:literal [$type:ident]) => {
        #[doc = concat!("Sets `", $wire, "`, which may hold several values.")]
        pub fn $setter(mut self, values: impl IntoIterator<Item = impl Into<$type>>) -> Self {
            let values = values.into_iter().map(|value| -> $type { value.into() });
            self.0.set($wire, $crate::Value::List(values.map($crate::Value::from).collect()));
            self
        }
    };
    ($setter:ident $wire:literal ($type:ident)) => {
        #[doc = concat!("Sets `", $wire, "` with this number in place of `#`.")]
        pub fn $setter(mut self, number: u16, value: impl Into<$type>) -> Self {
            let value: $type = value.into();
            self.0.set($wire.replace('#', &number.to_string()), value);
            self
        }
    };
    ($setter:ident $wire:literal $type:ident) => {
        #[doc = concat!("Sets `", $wire, "`.")]
        pub fn $setter(mut self, value: impl Into<$type>) -> Self {
            let value: $type = value.into();
            self.0.set($wire, value);
            self
        }
    };
}

/// Makes a resource: what an answer holds, with `None` for what is absent or does not fit its type.
macro_rules! resource {
    ($(#[$doc:meta])* $name:ident { $($field:ident = $key:literal: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $(#[doc = concat!("`", $key, "`")] pub $field: $type,)*
        }

        impl $crate::typed::parts::Fill for $name {
            #[inline]
            fn fill<'de, A: serde::de::MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
                match key {
                    $($key => $crate::typed::parts::Slot::read(&mut self.$field, map),)*
                    _ => map.next_value::<serde::de::IgnoredAny>().map(drop),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::typed::parts::Reader(Self::default()))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $($crate::typed::parts::show_property(&mut out, $key, &self.$field);)*
                out.finish()
            }
        }
    };
}

/// Makes an enum of texts that keeps those which it does not know.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// A text that Twilio has added since.
            Other(String),
        }

        impl $name {
            /// The text as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<$name> for $crate::Value {
            fn from(value: $name) -> Self {
                Self::Text(value.as_str().to_owned())
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::typed::parts::IntoJson for $name {
            fn into_json(self) -> $crate::typed::Json {
                self.as_str().into()
            }
        }

        impl $crate::typed::parts::Field for $name {
            fn of_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str>>::deserialize(deserializer).map(|text| Self::from(text.as_ref()))
            }
        }
    };
}

pub(crate) use {argument, constructor, field_setter, model, request, resource, setter, text_enum};
