//! How many text messages a text takes.

use unicode_segmentation::UnicodeSegmentation;

/// The letters of GSM 03.38 that take one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The letters that take two, after an escape.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// The room in one text message, and in each of several, which carry a header.
struct Room {
    alone: usize,
    each: usize,
}

const GSM: Room = Room { alone: 160, each: 153 };
const UCS2: Room = Room { alone: 70, each: 67 };

/// The number of segments of a text; an empty one takes one.
pub(crate) fn count(text: &str) -> usize {
    match septets(text) {
        Some(sizes) => fill(&sizes, &GSM),
        None => {
            // a cluster such as a flag is not torn apart, unless it alone is too long
            let sizes: Vec<usize> = text
                .graphemes(true)
                .flat_map(|cluster| match cluster.encode_utf16().count() {
                    _ if cluster == "\r\n" => vec![1, 1],
                    units if units > UCS2.each => vec![1; units],
                    units => vec![units],
                })
                .collect();
            fill(&sizes, &UCS2)
        }
    }
}

/// The septets of every letter, if each is in the table.
fn septets(text: &str) -> Option<Vec<usize>> {
    text.chars()
        .map(|letter| match letter {
            ' '..='Z' | 'a'..='z' | '\n' | '\r' => Some(1),
            _ if BASIC.contains(letter) => Some(1),
            _ if EXTENDED.contains(letter) => Some(2),
            _ => None,
        })
        .collect()
}

fn fill(sizes: &[usize], room: &Room) -> usize {
    if sizes.iter().sum::<usize>() <= room.alone {
        return 1;
    }
    let (mut segments, mut used) = (1, 0);
    for size in sizes {
        if used + size > room.each {
            segments += 1;
            used = 0;
        }
        used += size;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_as_twilios_calculator_counts_them() {
        let rainbow = "🏳\u{fe0f}\u{200d}🌈";
        for (text, segments) in [
            (String::new(), 1),
            ("1".repeat(160), 1),
            ("1".repeat(161), 2),
            ("1".repeat(306), 2),
            ("1".repeat(307), 3),
            (format!("😀{}", "1".repeat(68)), 1),
            (format!("😀{}", "1".repeat(69)), 2),
            (format!("🇺🇸{}", "1".repeat(66)), 1),
            (format!("{rainbow}{}", "1".repeat(64)), 1),
            (format!("|{}", "1".repeat(158)), 1),
            (format!("|{}", "1".repeat(159)), 2),
            ("Á".repeat(70), 1),
            ("Á".repeat(71), 2),
            (format!("😀{}", "]".repeat(68)), 1),
            ("`".repeat(71), 2),
            ("Ç".repeat(160), 1),
        ] {
            assert_eq!(count(&text), segments, "{text}");
        }
    }
}
