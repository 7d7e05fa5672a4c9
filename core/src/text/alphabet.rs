//! The alphabet of GSM 03.38, in which a text message holds most.

/// The septets that a character takes, or nothing if it is not in the alphabet.
///
/// The escape itself is not counted among its characters.
pub(super) const fn septets(character: char) -> Option<usize> {
    match character {
        '\n' | '\r' | ' '..='Z' | '_' | 'a'..='z' => Some(1),
        '¡' | '£' | '¤' | '¥' | '§' | '¿' | 'Ä' | 'Å' | 'Æ' | 'Ç' | 'É' | 'Ñ' | 'Ö' | 'Ø' | 'Ü' => {
            Some(1)
        }
        'ß' | 'à' | 'ä' | 'å' | 'æ' | 'è' | 'é' | 'ì' | 'ñ' | 'ò' | 'ö' | 'ø' | 'ù' | 'ü' => Some(1),
        'Γ' | 'Δ' | 'Θ' | 'Λ' | 'Ξ' | 'Π' | 'Σ' | 'Φ' | 'Ψ' | 'Ω' => Some(1),
        // these stand behind an escape
        '\u{c}' | '[' | '\\' | ']' | '^' | '{' | '|' | '}' | '~' | '€' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_127_characters_and_ten_behind_an_escape() {
        let of_size = |size| ('\0'..=char::MAX).filter(|character| septets(*character) == Some(size)).count();
        assert_eq!((of_size(1), of_size(2)), (127, 10));
    }

    #[test]
    fn characters_that_are_often_thought_to_be_in_it_are_not() {
        // the last one is the sign of the ohm, not the Greek letter
        for character in ['`', '\t', 'ç', 'á', 'í', 'ó', 'ú', '’', '–', '…', '\u{1b}', '\u{2126}'] {
            assert_eq!(septets(character), None, "{character}");
        }
    }
}
