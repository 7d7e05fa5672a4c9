//! A verb whose name and attributes are checked at run time, and which its parents share: what C and Python hold.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Child, Element, Kind, attribute_name, names, table::Verb};
use crate::{Error, Result, Value};

/// A verb that is being built, by name.
///
/// A clone is the same verb: what is added through one is seen through all, and in every document that holds it.
///
/// ```
/// use ringback::twiml::{Kind, Node};
///
/// let response = Node::root(Kind::Voice);
/// let gather = response.add("gather", None)?;
/// gather.set("num_digits", 1)?;
/// gather.add("say", Some("Press 1"))?;
/// assert_eq!(response.to_fragment()?, r#"<Response><Gather numDigits="1"><Say>Press 1</Say></Gather></Response>"#);
/// # Ok::<(), ringback::Error>(())
/// ```
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    kind: Kind,
    /// The row of the verb; an element of a free name has none, and may hold anything.
    verb: Option<&'static Verb>,
    element: Mutex<Element>,
}

/// Held while a verb is put into another one, so that two threads cannot close a circle together.
static LINKING: Mutex<()> = Mutex::new(());

impl Node {
    /// The `<Response>` of a new document.
    pub fn root(kind: Kind) -> Self {
        Self::of(kind, Some(kind.root()), Element::new(kind.root().tag))
    }

    /// A verb that is in no document yet: by its class, its tag, or Python's method.
    pub fn new(kind: Kind, verb: &str, text: Option<&str>) -> Result<Self> {
        match kind.find(verb) {
            Some(row) => Self::of_verb(kind, row, text),
            None => {
                let near = names::suggestion(verb, kind.verbs().iter().map(|verb| verb.class));
                Err(Error::invalid_argument(format!("TwiML has no verb {verb}{near}")))
            }
        }
    }

    /// An element of any name that is in no document yet.
    pub fn free(kind: Kind, tag: &str, text: Option<&str>) -> Result<Self> {
        let mut draft = Draft::free(kind, tag)?;
        if let Some(text) = text {
            draft.text(text)?;
        }
        Ok(draft.into())
    }

    fn of_verb(kind: Kind, row: &'static Verb, text: Option<&str>) -> Result<Self> {
        let mut draft = Draft::new(kind, row);
        if let Some(text) = text {
            draft.text(text)?;
        }
        Ok(draft.into())
    }

    fn of(kind: Kind, verb: Option<&'static Verb>, element: Element) -> Self {
        Self(Arc::new(Inner { kind, verb, element: Mutex::new(element) }))
    }

    /// The kind of document that it belongs to.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The row of the verb, unless the element has a free name.
    pub fn verb(&self) -> Option<&'static Verb> {
        self.0.verb
    }

    /// Adds a verb and gives it: by its tag, its class, or Python's method (`Say`, `SsmlBreak`, `break_`).
    ///
    /// Fails if this verb may not hold it, and names the nearest that it may.
    pub fn add(&self, verb: &str, text: Option<&str>) -> Result<Self> {
        let row = match self.0.verb {
            Some(parent) => parent.child(verb).ok_or_else(|| self.cannot_hold(parent, verb))?,
            None => return self.add_node(Self::new(self.0.kind, verb, text)?),
        };
        self.add_node(Self::of_verb(self.0.kind, row, text)?)
    }

    /// Adds a verb that nobody shares yet, and gives it.
    ///
    /// Fails if this verb may not hold it.
    pub fn add_draft(&self, draft: Draft) -> Result<Self> {
        self.allows(draft.verb)?;
        self.add_node(draft.into())
    }

    /// Adds an element of any name and gives it.
    pub fn add_free(&self, tag: &str, text: Option<&str>) -> Result<Self> {
        self.add_node(Self::free(self.0.kind, tag, text)?)
    }

    /// Adds what was just made, and which nothing else can hold yet.
    fn add_node(&self, child: Self) -> Result<Self> {
        self.lock().push(child.clone());
        Ok(child)
    }

    /// Adds a verb that was made before; it stays shared.
    ///
    /// Fails if this verb may not hold it, or if it would come to hold itself.
    pub fn append(&self, child: &Self) -> Result<()> {
        self.allows(child.0.verb)?;
        self.append_free(child)
    }

    /// Adds a verb that was made before, also where the table does not know it.
    pub fn append_free(&self, child: &Self) -> Result<()> {
        let _linking = LINKING.lock().unwrap_or_else(PoisonError::into_inner);
        if child.holds(self) {
            return Err(Error::invalid_argument(format!("{} cannot hold itself", self.lock().name())));
        }
        self.lock().push(child.clone());
        Ok(())
    }

    /// Adds text at the end; any verb may hold it, as in the official libraries.
    pub fn text(&self, text: &str) {
        self.lock().push(text);
    }

    /// Adds a comment at the end.
    pub fn comment(&self, text: &str) {
        self.lock().push(Child::Comment(text.into()));
    }

    /// Sets an attribute of the table, in Twilio's spelling or in Python's; `Value::Unset` removes it.
    pub fn set(&self, name: &str, value: impl Into<Value>) -> Result<()> {
        let name = match self.0.verb {
            Some(verb) => verb.attribute(name).ok_or_else(|| unknown(verb, name))?.name,
            None => return self.set_free(name, value),
        };
        self.lock().set(name, value);
        Ok(())
    }

    /// Sets an attribute of any name that XML allows; Python's spelling becomes Twilio's.
    pub fn set_free(&self, name: &str, value: impl Into<Value>) -> Result<()> {
        self.lock().set(free_name(name)?, value);
        Ok(())
    }

    /// The document with this verb as its root: the XML declaration, then the verb.
    pub fn to_xml(&self) -> Result<String> {
        self.read(Element::to_xml)
    }

    /// The verb as XML without the declaration.
    pub fn to_fragment(&self) -> Result<String> {
        self.read(Element::to_fragment)
    }

    /// Reads the element as it stands; nobody changes it meanwhile.
    pub fn read<T>(&self, reader: impl FnOnce(&Element) -> T) -> T {
        reader(&self.lock())
    }

    /// What it held, if this was the last hold on it.
    pub(super) fn into_children(self) -> Vec<Child> {
        match Arc::into_inner(self.0) {
            Some(inner) => inner.element.into_inner().unwrap_or_else(PoisonError::into_inner).take_children(),
            None => Vec::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Element> {
        self.0.element.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails if this verb may not hold the other one; elements of free names may hold and be held.
    fn allows(&self, child: Option<&'static Verb>) -> Result<()> {
        match (self.0.verb, child) {
            (Some(parent), Some(child)) if !parent.children.iter().any(|allowed| std::ptr::eq(*allowed, child)) => {
                Err(self.cannot_hold(parent, child.class))
            }
            _ => Ok(()),
        }
    }

    /// Whether it is the other one, or holds it at any depth.
    fn holds(&self, other: &Self) -> bool {
        let mut seen = HashSet::new();
        let mut pending = vec![self.clone()];
        while let Some(node) = pending.pop() {
            if Arc::ptr_eq(&node.0, &other.0) {
                return true;
            }
            if seen.insert(Arc::as_ptr(&node.0)) {
                node.lock().nodes_into(&mut pending);
            }
        }
        false
    }

    fn cannot_hold(&self, parent: &Verb, verb: &str) -> Error {
        let near = names::suggestion(verb, parent.children.iter().map(|child| child.tag));
        let known = self.0.kind.find(verb).is_some();
        let problem = if known { "cannot hold" } else { "knows no verb" };
        Error::invalid_argument(format!("{} {problem} {verb}{near}", parent.class))
    }
}

/// A verb with its text and attributes that nobody shares yet: what the arguments of one call make.
pub struct Draft {
    kind: Kind,
    verb: Option<&'static Verb>,
    element: Element,
}

impl Draft {
    /// A verb without text or attributes.
    pub fn new(kind: Kind, verb: &'static Verb) -> Self {
        Self { kind, verb: Some(verb), element: Element::new(verb.tag) }
    }

    /// An element of any name that XML allows.
    pub fn free(kind: Kind, tag: &str) -> Result<Self> {
        if !names::is_allowed(tag) || tag.contains(':') {
            return Err(Error::invalid_argument(format!("XML allows no element named {tag:?}")));
        }
        Ok(Self { kind, verb: None, element: Element::new(tag.to_owned()) })
    }

    /// Adds its text; fails if the verb takes none.
    pub fn text(&mut self, text: impl Into<String>) -> Result<()> {
        let text = text.into();
        if let Some(verb) = self.verb
            && verb.text.is_none()
            && !text.is_empty()
        {
            return Err(Error::invalid_argument(format!("{} takes no text", verb.tag)));
        }
        self.element.push(text);
        Ok(())
    }

    /// Sets an attribute, in Twilio's spelling or in Python's, also one that Twilio has added since.
    ///
    /// Fails if the table does not know it but one that is so near that it must be a slip of the pen.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        let known = self.verb.and_then(|verb| verb.attribute(name));
        let name = match (known, self.verb) {
            (Some(known), _) => Cow::Borrowed(known.name),
            (None, Some(verb)) if nearest(verb, name).is_some() => return Err(unknown(verb, name)),
            (None, _) => Cow::Owned(free_name(name)?),
        };
        self.element.set(name, value);
        Ok(())
    }
}

impl From<Draft> for Node {
    fn from(draft: Draft) -> Self {
        Self::of(draft.kind, draft.verb, draft.element)
    }
}

/// An attribute that no row knows, as it is written.
fn free_name(name: &str) -> Result<String> {
    let spelt = attribute_name(name);
    if !names::is_allowed(&spelt) {
        return Err(Error::invalid_argument(format!("XML allows no attribute named {name:?}")));
    }
    Ok(spelt.into_owned())
}

fn nearest(verb: &Verb, name: &str) -> Option<&'static str> {
    crate::names::nearest(&attribute_name(name), verb.attributes.iter().map(|known| known.name))
}

fn unknown(verb: &Verb, name: &str) -> Error {
    let near = names::did_you_mean(nearest(verb, name));
    Error::invalid_argument(format!("{} has no attribute {name}{near}", verb.tag))
}

/// Two are equal if they are the same verb, as Python's `is`.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.lock().name()).finish()
    }
}
