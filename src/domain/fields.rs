//! A JSON body read once into a tree that borrows from it, and the reader of its fields that collects what is wrong.
//!
//! Unlike `serde_json::Value` the tree keeps duplicate keys, so that they can be refused rather than silently resolved. Depth is
//! limited by `serde_json` (128); looking a known field up costs one pass over the object, however many unknown ones it has.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::id::MessageId;
use super::message::Violation;

/// A JSON value. Lists have no room to spare: a body of nothing but brackets takes twelve times its length, not sixty times.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    /// A fraction, an exponent, or an integer beyond 64 bits.
    OtherNumber,
    Text(Cow<'a, str>),
    List(Box<[Node<'a>]>),
    Object(Box<[(Cow<'a, str>, Node<'a>)]>),
}

/// Reads a whole body.
///
/// # Errors
/// One violation, `bad-utf8` or `bad-json`, that names the place in the body and never its content.
fn read(body: &[u8]) -> Result<Node<'_>, Violation> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        Violation::new(
            "",
            "bad-utf8",
            format!("The body is not valid UTF-8 at byte {at}. Send JSON encoded in UTF-8."),
        )
    })?;
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let what = if error.is_eof() {
            "ends too early"
        } else {
            "is not valid JSON, or is nested too deeply"
        };
        Violation::new("", "bad-json", format!("The body {what} at {place}."))
    })
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node<'de>, E> {
        Ok(Node::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node<'de>, E> {
        Ok(i64::try_from(number).map_or(Node::OtherNumber, Node::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node<'de>, E> {
        Ok(Node::OtherNumber)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list.into_boxed_slice()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some((Key(key), value)) = entries.next_entry()? {
            object.push((key, value));
        }
        Ok(Node::Object(object.into_boxed_slice()))
    }
}

/// Reads a body that is one object with `take`, which answers None only after it has named a violation.
///
/// # Errors
/// Every violation, never an empty list.
pub(crate) fn read_object<T>(
    body: &[u8],
    take: impl FnOnce(&Fields<'_, '_>, &mut Vec<Violation>) -> Option<T>,
) -> Result<T, Vec<Violation>> {
    let root = read(body).map_err(|violation| vec![violation])?;
    let mut found = Vec::new();
    let taken = Fields::of(&root, String::new(), &mut found).and_then(|fields| take(&fields, &mut found));
    match taken {
        Some(taken) if found.is_empty() => Ok(taken),
        _ => Err(found),
    }
}

/// An object's key, borrowed where the body holds it unescaped.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(NodeVisitor)? {
            Node::Text(text) => Ok(Self(text)),
            _ => Err(serde::de::Error::custom("a key is a string")),
        }
    }
}

/// The fields of one object, and where it stands in the body.
pub(crate) struct Fields<'n, 'a> {
    entries: &'n [(Cow<'a, str>, Node<'a>)],
    pointer: String,
}

impl<'n, 'a> Fields<'n, 'a> {
    /// The fields of `node`, which stands at `pointer`; a violation and nothing when it is not an object.
    pub(crate) fn of(node: &'n Node<'a>, pointer: String, found: &mut Vec<Violation>) -> Option<Self> {
        if let Node::Object(entries) = node {
            return Some(Self { entries, pointer });
        }
        let what = if pointer.is_empty() { "The body" } else { "This field" };
        found.push(Violation::new(
            pointer,
            "wrong-type",
            format!("{what} must be a JSON object."),
        ));
        None
    }

    /// The pointer of the field `name` of this object. The names of the contract need no escaping.
    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }

    /// The value of an optional field; null counts as absent, as many clients write it.
    pub(crate) fn optional(&self, name: &str, found: &mut Vec<Violation>) -> Option<&'n Node<'a>> {
        let mut values = self
            .entries
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        let first = values.next();
        if values.next().is_some() {
            found.push(Violation::new(
                self.at(name),
                "duplicate-key",
                "This field stands twice in its object; send it once.",
            ));
        }
        first.filter(|value| !matches!(value, Node::Null))
    }

    /// The value of a required field.
    pub(crate) fn required(&self, name: &str, found: &mut Vec<Violation>) -> Option<&'n Node<'a>> {
        let value = self.optional(name, found);
        if value.is_none() {
            found.push(Violation::new(self.at(name), "required", "This field is required."));
        }
        value
    }

    /// A required object.
    pub(crate) fn object(&self, name: &str, found: &mut Vec<Violation>) -> Option<Self> {
        Fields::of(self.required(name, found)?, self.at(name), found)
    }

    /// A required string without the NUL character, which no database column can hold.
    pub(crate) fn text(&self, name: &str, found: &mut Vec<Violation>) -> Option<&'n str> {
        text(self.required(name, found)?, || self.at(name), found)
    }

    /// A required string of `min` to `max` code points.
    pub(crate) fn sized_text(&self, name: &str, min: usize, max: usize, found: &mut Vec<Violation>) -> Option<String> {
        let text = self.text(name, found)?;
        let before = found.len();
        check_length(text, min, max, || self.at(name), found);
        (found.len() == before).then(|| text.to_owned())
    }

    /// An optional string of `min` to `max` code points; the outer None only after a violation was added.
    pub(crate) fn optional_text(
        &self,
        name: &str,
        min: usize,
        max: usize,
        found: &mut Vec<Violation>,
    ) -> Option<Option<String>> {
        let Some(node) = self.optional(name, found) else {
            return Some(None);
        };
        let text = text(node, || self.at(name), found)?;
        let before = found.len();
        check_length(text, min, max, || self.at(name), found);
        (found.len() == before).then(|| Some(text.to_owned()))
    }

    /// A required string out of a closed list.
    pub(crate) fn choice<T: Copy>(&self, name: &str, allowed: &[(&str, T)], found: &mut Vec<Violation>) -> Option<T> {
        choose(self.required(name, found)?, allowed, || self.at(name), found)
    }

    /// An optional string out of a closed list, with the value that stands for its absence.
    pub(crate) fn choice_or<T: Copy>(
        &self,
        name: &str,
        allowed: &[(&str, T)],
        absent: T,
        found: &mut Vec<Violation>,
    ) -> Option<T> {
        match self.optional(name, found) {
            Some(node) => choose(node, allowed, || self.at(name), found),
            None => Some(absent),
        }
    }

    /// A required boolean.
    pub(crate) fn flag(&self, name: &str, found: &mut Vec<Violation>) -> Option<bool> {
        boolean(self.required(name, found)?, || self.at(name), found)
    }

    /// An optional boolean, with the value that stands for its absence.
    pub(crate) fn flag_or(&self, name: &str, absent: bool, found: &mut Vec<Violation>) -> Option<bool> {
        match self.optional(name, found) {
            Some(node) => boolean(node, || self.at(name), found),
            None => Some(absent),
        }
    }

    /// Whether the object has a key of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key == name)
    }
}

/// The string in `node`.
pub(crate) fn text<'n>(node: &'n Node<'_>, at: impl Fn() -> String, found: &mut Vec<Violation>) -> Option<&'n str> {
    let Node::Text(text) = node else {
        found.push(Violation::new(at(), "wrong-type", "This field must be a string."));
        return None;
    };
    if text.contains('\0') {
        found.push(Violation::new(
            at(),
            "not-allowed-character",
            "The NUL character (U+0000) is not allowed; remove it.",
        ));
        return None;
    }
    Some(text)
}

fn boolean(node: &Node<'_>, at: impl Fn() -> String, found: &mut Vec<Violation>) -> Option<bool> {
    let Node::Bool(flag) = node else {
        found.push(Violation::new(at(), "wrong-type", "This field must be true or false."));
        return None;
    };
    Some(*flag)
}

/// The id of a message in `node`.
pub(crate) fn message_id(node: &Node<'_>, at: impl Fn() -> String, found: &mut Vec<Violation>) -> Option<MessageId> {
    let Node::Integer(number) = node else {
        found.push(Violation::new(at(), "wrong-type", "This field must be a JSON integer."));
        return None;
    };
    let id = MessageId::try_from(*number).ok();
    if id.is_none() {
        found.push(Violation::new(
            at(),
            "not-allowed-value",
            format!("This field must be from 1 to {}.", MessageId::MAX),
        ));
    }
    id
}

/// The strings of the list in `node`.
pub(crate) fn texts(node: &Node<'_>, at: impl Fn() -> String, found: &mut Vec<Violation>) -> Option<Vec<String>> {
    let Node::List(items) = node else {
        found.push(Violation::new(
            at(),
            "wrong-type",
            "This field must be a list of strings.",
        ));
        return None;
    };
    let read = |(index, item)| text(item, || format!("{}/{index}", at()), found).map(str::to_owned);
    items.iter().enumerate().map(read).collect()
}

/// The member of a closed list that `node` names.
pub(crate) fn choose<T: Copy>(
    node: &Node<'_>,
    allowed: &[(&str, T)],
    at: impl Fn() -> String,
    found: &mut Vec<Violation>,
) -> Option<T> {
    let text = text(node, &at, found)?;
    let chosen = allowed.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if chosen.is_none() {
        let names: Vec<_> = allowed.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        found.push(Violation::new(
            at(),
            "not-allowed-value",
            format!("Send one of {}.", names.join(", ")),
        ));
    }
    chosen
}

/// Checks a length in code points.
pub(crate) fn check_length(text: &str, min: usize, max: usize, at: impl Fn() -> String, found: &mut Vec<Violation>) {
    // Bytes bound code points from above, so short texts are not counted.
    let chars = if text.len() <= max && min <= 1 {
        text.len()
    } else {
        text.chars().count()
    };
    if chars < min {
        let message = format!(
            "This field must have at least {min} character{}.",
            if min == 1 { "" } else { "s" }
        );
        found.push(Violation::new(at(), "too-short", message));
    } else if chars > max {
        let message = format!("This field has {chars} characters; at most {max} are allowed.");
        found.push(Violation::new(at(), "too-long", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_not_much_larger_than_its_body() {
        // Two bytes of a body, `0,` or `[]`, make one value at most.
        assert_eq!(size_of::<Node<'_>>(), 24);
        assert_eq!(size_of::<(Cow<'_, str>, Node<'_>)>(), 48);
    }
}
