//! How the typed verbs are made from their rows; the rows are in `generated/typed.rs`.

/// Makes one type per row.
///
/// A row is `Class "tag" (what new takes) text { form method "attribute" "known values"; verb method Class "tag"; }`.
macro_rules! verbs {
    ($(
        $(#[$doc:meta])*
        $class:ident $tag:literal ($($new:ident)?) $($text:ident)? {
            $($form:ident $method:ident $of:tt $note:literal;)*
        }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            #[must_use]
            pub struct $class($crate::twiml::Element);

            impl $class {
                #[doc = concat!("A `<", $tag, ">`", $(" with its text, `", stringify!($new), "`",)? ".")]
                pub fn new($($new: impl Into<String>)?) -> Self {
                    Self::default()$(.child(Into::<String>::into($new)))?
                }

                $(
                    #[doc = concat!("Adds text: `", stringify!($text), "`.")]
                    pub fn text(self, $text: impl Into<String>) -> Self {
                        self.child(Into::<String>::into($text))
                    }
                )?

                $($crate::twiml::typed::setter! { $form $method $of $note })*

                /// Sets an attribute of any name.
                pub fn attribute(
                    mut self,
                    name: impl Into<std::borrow::Cow<'static, str>>,
                    value: impl Into<$crate::Value>,
                ) -> Self {
                    self.0.set(name, value);
                    self
                }

                /// Adds any element, text or comment.
                pub fn child(mut self, child: impl Into<$crate::twiml::Child>) -> Self {
                    self.0.push(child);
                    self
                }

                /// The document with this verb as its root; fails as [`Element::to_xml`](crate::twiml::Element::to_xml).
                pub fn to_xml(&self) -> $crate::Result<String> {
                    self.0.to_xml()
                }
            }

            /// The verb without text or attributes.
            impl Default for $class {
                fn default() -> Self {
                    Self($crate::twiml::Element::new($tag))
                }
            }

            impl From<$class> for $crate::twiml::Element {
                fn from(verb: $class) -> Self {
                    verb.0
                }
            }

            impl From<$class> for $crate::twiml::Child {
                fn from(verb: $class) -> Self {
                    Self::Element(verb.0)
                }
            }
        )+
    };
}

/// Makes the method of one attribute, or of one verb that may be nested.
macro_rules! setter {
    (text $method:ident $name:literal $known:literal) => {
        #[doc = concat!("Sets `", $name, "`", $known, ".")]
        pub fn $method(self, value: impl Into<String>) -> Self {
            self.attribute($name, Into::<String>::into(value))
        }
    };
    (boolean $method:ident $name:literal $known:literal) => {
        #[doc = concat!("Sets `", $name, "`.")]
        pub fn $method(self, value: bool) -> Self {
            self.attribute($name, value)
        }
    };
    (integer $method:ident $name:literal $known:literal) => {
        #[doc = concat!("Sets `", $name, "`.")]
        pub fn $method(self, value: impl Into<i64>) -> Self {
            self.attribute($name, Into::<i64>::into(value))
        }
    };
    (list $method:ident $name:literal $known:literal) => {
        #[doc = concat!("Sets `", $name, "`, one or more values", $known, ".")]
        pub fn $method(self, values: impl Into<$crate::Value>) -> Self {
            self.attribute($name, values)
        }
    };
    (verb $method:ident $child:ident $tag:literal) => {
        #[doc = concat!("Adds `<", $tag, ">`.")]
        pub fn $method(self, verb: $child) -> Self {
            self.child(verb)
        }
    };
}

pub(super) use {setter, verbs};
