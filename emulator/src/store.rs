//! Rows that keep their place: found by sid, listed newest first.

use std::collections::HashMap;

/// A growing table; a removed row leaves a hole, so that a page token always finds its place.
#[derive(Debug)]
pub(crate) struct Table<T> {
    rows: Vec<Option<T>>,
    places: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: HashMap::new() }
    }
}

impl<T> Table<T> {
    /// Adds a row under its sid and gives its place.
    pub(crate) fn insert(&mut self, sid: &str, row: T) -> usize {
        let place = self.rows.len();
        self.places.insert(sid.to_owned(), place);
        self.rows.push(Some(row));
        place
    }

    /// How many rows there ever were.
    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    /// Where the row of this sid is or was.
    pub(crate) fn place(&self, sid: &str) -> Option<usize> {
        self.places.get(sid).copied()
    }

    /// The row of this sid.
    pub(crate) fn get(&self, sid: &str) -> Option<&T> {
        self.at(self.place(sid)?)
    }

    /// The row of this sid, to be changed.
    pub(crate) fn get_mut(&mut self, sid: &str) -> Option<&mut T> {
        let place = self.place(sid)?;
        self.at_mut(place)
    }

    /// The row at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&T> {
        self.rows.get(place)?.as_ref()
    }

    /// The row at a place, to be changed.
    pub(crate) fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        self.rows.get_mut(place)?.as_mut()
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, sid: &str) -> Option<T> {
        let place = self.place(sid)?;
        self.rows.get_mut(place)?.take()
    }

    /// The rows from the newest back, starting below a place, with their places.
    pub(crate) fn newest_first(&self, below: Option<usize>) -> impl Iterator<Item = (usize, &T)> {
        let end = below.unwrap_or(self.rows.len()).min(self.rows.len());
        self.rows[..end].iter().enumerate().rev().filter_map(|(place, row)| Some((place, row.as_ref()?)))
    }

    /// Sids and rows, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &T)> {
        self.places.iter().filter_map(|(sid, place)| Some((sid.as_str(), self.at(*place)?)))
    }

    /// The rows in the order of their making.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().flatten()
    }
}
