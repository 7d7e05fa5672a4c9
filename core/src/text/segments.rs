//! How many text messages a text takes, and why.

use std::{borrow::Cow, fmt};

use unicode_segmentation::UnicodeSegmentation;

use super::{LONGEST_BODY, alphabet::septets, body_length, look_alike, smart_encode};

/// How the characters of a text message are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub enum Encoding {
    /// In units of 7 bits, if every character is in the alphabet of GSM 03.38.
    Gsm7 = 1,
    /// In UTF-16, in units of 16 bits, as soon as one is not.
    Ucs2 = 2,
}

impl Encoding {
    /// The encoding as it is usually written: `GSM-7` or `UCS-2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        }
    }

    /// The units that a message of one segment holds.
    pub const fn units_alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// The units that each of several segments holds: 6 of its 140 bytes say how they belong together.
    pub const fn units_each(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text messages that a text is cut into, as Twilio's calculator cuts it.
///
/// A character behind an escape, a pair of surrogates and a cluster such as a flag are never torn apart; only a cluster
/// that is larger than a segment is, between its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments<'a> {
    text: Cow<'a, str>,
    encoding: Encoding,
    characters: usize,
    units: usize,
    parts: Vec<Part>,
}

/// Where a segment ends in the text, in bytes, and how many units it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Part {
    end: usize,
    units: usize,
}

/// A character that GSM-7 does not have, so that the whole text is written in UCS-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unencodable {
    /// The character.
    pub character: char,
    /// Where it stands in the text, in bytes.
    pub offset: usize,
    /// Where it stands in the text, in characters (Unicode scalar values).
    pub index: usize,
    /// What smart encoding would write instead, if it knows it; empty if it would leave it out.
    pub look_alike: Option<&'static str>,
}

impl<'a> Segments<'a> {
    /// Cuts a text; an empty one is one empty segment.
    pub fn of(text: &'a str) -> Self {
        Self::cut(Cow::Borrowed(text))
    }

    /// Cuts what smart encoding makes of a text, as for a message that is sent with `SmartEncoded`.
    pub fn of_smart_encoded(text: &'a str) -> Self {
        Self::cut(smart_encode(text))
    }

    fn cut(text: Cow<'a, str>) -> Self {
        let cutting = if text.chars().all(|character| septets(character).is_some()) {
            let mut cutting = Cutting::new(Encoding::Gsm7);
            for (at, character) in text.char_indices() {
                cutting.characters += 1;
                cutting.add(at + character.len_utf8(), septets(character).unwrap_or_default());
            }
            cutting
        } else {
            let mut cutting = Cutting::new(Encoding::Ucs2);
            for (at, cluster) in text.grapheme_indices(true) {
                cutting.add_cluster(at, cluster);
            }
            cutting
        };
        let Cutting { encoding, characters, units, parts } = cutting.end();
        Self { text, encoding, characters, units, parts }
    }

    /// The same with a text of its own.
    pub fn into_owned(self) -> Segments<'static> {
        Segments { text: Cow::Owned(self.text.into_owned()), ..self }
    }

    /// The text that was cut, after smart encoding where that was asked for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The encoding of the text.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many segments there are, each of which is paid for.
    pub fn count(&self) -> usize {
        self.parts.len()
    }

    /// How many characters a reader sees; a carriage return and a line feed are two.
    pub fn characters(&self) -> usize {
        self.characters
    }

    /// How many units the text takes: septets of GSM-7, or 16 bits of UCS-2.
    pub fn units(&self) -> usize {
        self.units
    }

    /// How many units are left in the last segment.
    pub fn room(&self) -> usize {
        let used = self.parts.last().map_or(0, |part| part.units);
        let all = if self.count() > 1 { self.encoding.units_each() } else { self.encoding.units_alone() };
        all.saturating_sub(used)
    }

    /// The text of each segment.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.parts.iter().map(move |part| {
            let text = self.text.get(start..part.end).unwrap_or_default();
            start = part.end;
            text
        })
    }

    /// The text of one segment, counted from 0.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = self.parts.get(index)?.end;
        let start = index.checked_sub(1).and_then(|before| self.parts.get(before)).map_or(0, |part| part.end);
        self.text.get(start..end)
    }

    /// The units that each segment takes.
    pub fn units_of_each(&self) -> impl ExactSizeIterator<Item = usize> {
        self.parts.iter().map(|part| part.units)
    }

    /// The characters that make the text UCS-2, in their order; none if it is GSM-7.
    pub fn unencodable(&self) -> impl Iterator<Item = Unencodable> {
        let characters = self.text.char_indices().enumerate();
        let foreign = characters.filter(|(_, (_, character))| septets(*character).is_none());
        foreign.map(|(index, (offset, character))| Unencodable {
            character,
            offset,
            index,
            look_alike: look_alike(character),
        })
    }

    /// Whether Twilio refuses the text as longer than [`LONGEST_BODY`] (21617).
    pub fn is_too_long(&self) -> bool {
        // UTF-16 never has more units than UTF-8 has bytes
        self.text.len() > LONGEST_BODY && body_length(&self.text) > LONGEST_BODY
    }
}

/// A text that is being cut: what several segments would hold, until it is known that one does.
struct Cutting {
    encoding: Encoding,
    characters: usize,
    units: usize,
    parts: Vec<Part>,
}

impl Cutting {
    fn new(encoding: Encoding) -> Self {
        Self { encoding, characters: 0, units: 0, parts: vec![Part::default()] }
    }

    /// Adds what is not torn apart.
    fn add(&mut self, end: usize, units: usize) {
        self.units += units;
        match self.parts.last_mut() {
            Some(last) if last.units + units <= self.encoding.units_each() => {
                *last = Part { end, units: last.units + units };
            }
            _ => self.parts.push(Part { end, units }),
        }
    }

    /// Adds what a reader takes for one character.
    fn add_cluster(&mut self, at: usize, cluster: &str) {
        let units = body_length(cluster);
        let is_line_end = cluster == "\r\n";
        self.characters += if is_line_end { 2 } else { 1 };
        if !is_line_end && units <= self.encoding.units_each() {
            return self.add(at + cluster.len(), units);
        }
        for (within, character) in cluster.char_indices() {
            self.add(at + within + character.len_utf8(), character.len_utf16());
        }
    }

    fn end(mut self) -> Self {
        if self.units <= self.encoding.units_alone() {
            let end = self.parts.last().map_or(0, |part| part.end);
            self.parts = vec![Part { end, units: self.units }];
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../tests/vectors/segments.json")).unwrap()
    }

    /// A text of the vectors: a text, or pieces of one with how often each is repeated.
    fn text_of(value: &Value) -> String {
        match value.as_array() {
            None => value.as_str().unwrap().to_owned(),
            Some(pieces) => {
                let repeated = |piece: &Value| piece[0].as_str().unwrap().repeat(piece[1].as_u64().unwrap() as usize);
                pieces.iter().map(repeated).collect()
            }
        }
    }

    #[test]
    fn texts_are_cut_as_the_vectors_say() {
        let vectors = vectors();
        let cases = vectors["texts"].as_array().unwrap();
        assert!(cases.len() > 40);
        for case in cases {
            let text = text_of(&case["text"]);
            let segments = match case["smart_encoded"].as_bool() {
                Some(true) => Segments::of_smart_encoded(&text),
                _ => Segments::of(&text),
            };
            let id = &case["id"];
            assert_eq!(segments.encoding().as_str(), case["encoding"], "{id}");
            assert_eq!(segments.count(), case["segments"], "{id}");
            assert_eq!(segments.characters(), case["characters"], "{id}");
            assert_eq!(segments.units(), case["units"], "{id}");
            assert_eq!(segments.room(), case["room"], "{id}");
            let each: Vec<usize> = segments.units_of_each().collect();
            assert_eq!(each, serde_json::from_value::<Vec<usize>>(case["units_of_each"].clone()).unwrap(), "{id}");
            let foreign: Vec<Value> = segments
                .unencodable()
                .map(|found| serde_json::json!([found.index, found.character, found.look_alike]))
                .collect();
            if let Some(expected) = case["unencodable"].as_array() {
                assert_eq!(&foreign, expected, "{id}");
            }
            assert_eq!(segments.is_too_long(), case["is_too_long"].as_bool().unwrap_or_default(), "{id}");
        }
    }

    #[test]
    fn smart_encoding_is_the_table_of_the_vectors() {
        let vectors = vectors();
        let table = vectors["smart_encoding"].as_object().unwrap();
        for character in '\0'..=char::MAX {
            let expected = table.get(&format!("{:04x}", u32::from(character))).map(|text| text.as_str().unwrap());
            assert_eq!(look_alike(character), expected, "{character:?}");
        }
    }

    #[test]
    fn a_cluster_larger_than_a_segment_is_torn_between_its_characters() {
        let tower = format!("a{}", "\u{301}".repeat(200));
        let segments = Segments::of(&tower);
        assert_eq!((segments.count(), segments.characters(), segments.units()), (3, 1, 201));
        assert_eq!(segments.texts().collect::<String>(), tower);
    }

    #[test]
    fn a_megabyte_of_anything_is_cut_in_one_pass() {
        let families = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
        for piece in ["a", "€", "ж", "🇩🇪", families, "e\u{301}", "\r\n", "\u{200d}", "क\u{94d}", "가", "“"]
        {
            let text = piece.repeat((1 << 20) / piece.len());
            let segments = Segments::of(&text);
            assert_eq!(segments.texts().map(str::len).sum::<usize>(), text.len());
            assert!(segments.is_too_long());
        }
    }

    proptest! {
        #[test]
        fn segments_are_full_whole_and_in_order(text in "(\\PC|[a-z€\\[\r\n“🇩👩\u{200d}\u{301}\u{fe0f}ж]{0,9}){0,90}") {
            for segments in [Segments::of(&text), Segments::of_smart_encoded(&text)] {
                prop_assert_eq!(segments.texts().collect::<String>(), segments.text());
                prop_assert_eq!(segments.units_of_each().sum::<usize>(), segments.units());
                let is_gsm = segments.unencodable().next().is_none();
                prop_assert_eq!(segments.encoding() == Encoding::Gsm7, is_gsm);
                let limit = match segments.count() {
                    1 => segments.encoding().units_alone(),
                    _ => segments.encoding().units_each(),
                };
                for (index, (part, units)) in segments.texts().zip(segments.units_of_each()).enumerate() {
                    prop_assert_eq!(segments.get(index), Some(part));
                    let counted = match is_gsm {
                        true => part.chars().filter_map(septets).sum(),
                        false => body_length(part),
                    };
                    prop_assert_eq!(units, counted);
                    prop_assert!(units <= limit && (units > 0 || segments.text().is_empty()));
                }
                for found in segments.unencodable() {
                    prop_assert_eq!(segments.text()[found.offset..].chars().next(), Some(found.character));
                    prop_assert_eq!(segments.text().chars().nth(found.index), Some(found.character));
                }
            }
        }
    }
}
