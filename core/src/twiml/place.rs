//! Lines and columns of places in a text.

/// Finds lines and columns, both from 1, of places that are asked for in their order.
pub(super) struct Places<'x> {
    text: &'x str,
    at: usize,
    line: usize,
    column: usize,
}

impl<'x> Places<'x> {
    pub(super) fn of(text: &'x str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    /// The line and the column, in characters, of a place that is not before the last one.
    ///
    /// A line ends as an editor ends it: with a line feed, a return, or both.
    pub(super) fn of_next(&mut self, at: usize) -> (usize, usize) {
        let mut end = at.clamp(self.at, self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let mut letters = self.text[self.at..end].chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\r' if letters.peek().map_or_else(|| self.text[end..].starts_with('\n'), |next| *next == '\n') => {
                    self.column += 1;
                }
                '\n' | '\r' => {
                    self.line += 1;
                    self.column = 1;
                }
                _ => self.column += 1,
            }
        }
        self.at = end;
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_editors_end_them_and_columns_are_characters() {
        let text = "a\nbé😀c\r\nd\re";
        let mut places = Places::of(text);
        let found: Vec<_> =
            ["a", "b", "c", "d", "e"].into_iter().map(|letter| places.of_next(text.find(letter).unwrap())).collect();
        assert_eq!(found, [(1, 1), (2, 1), (2, 4), (3, 1), (4, 1)]);
        assert_eq!(places.of_next(usize::MAX), (4, 2));
        assert_eq!(Places::of("é").of_next(1), (1, 1));
    }
}
