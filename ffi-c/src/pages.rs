//! Lists, walked page by page.

use std::{ffi::c_char, mem::MaybeUninit, ptr};

use ringback::{Page, blocking::Pages};
use serde_json::Value;

use crate::{
    boundary::{Texts, free, free_with_network, given, place, read, run_with_network},
    document::{Document, put},
    error::ringback_error,
};

/// A list that is being walked.
pub struct ringback_pages {
    pages: Pages,
}

impl From<Pages> for ringback_pages {
    fn from(pages: Pages) -> Self {
        Self { pages }
    }
}

/// One page of a list; threads may share it.
pub struct ringback_page {
    records: Vec<(Value, Texts)>,
}

impl From<Page> for ringback_page {
    fn from(page: Page) -> Self {
        Self { records: page.into_records().into_iter().map(|record| (record, Texts::default())).collect() }
    }
}

impl ringback_page {
    fn document(&self, index: usize) -> Option<Document<'_>> {
        self.records.get(index).map(|(json, texts)| Document { json, texts })
    }
}

/// Fetches the next page; writes NULL after the last.
#[must_use]
#[unsafe(no_mangle)]
pub extern "C" fn ringback_pages_next(
    pages: Option<&mut ringback_pages>,
    page: Option<&mut MaybeUninit<Option<Box<ringback_page>>>>,
) -> Option<Box<ringback_error>> {
    run_with_network(|| {
        let (pages, page) = (given(pages, "pages")?, place(page, "page")?);
        let next = pages.pages.next().transpose()?;
        page.write(next.map(|next| Box::new(next.into())));
        Ok(())
    })
}

/// Frees the list; pages that it gave stay.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_pages_free(pages: Option<Box<ringback_pages>>) {
    free_with_network(pages);
}

/// Gives how many records the page holds.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_page_get_count(page: Option<&ringback_page>) -> usize {
    read(0, || Some(page?.records.len()))
}

/// Gives a text of a record by its JSON key, or NULL if it is not there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_page_get_text(
    page: Option<&ringback_page>,
    index: usize,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || page?.document(index)?.text(key))
}

/// Writes a whole number of a record by its JSON key, and gives whether it is there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_page_get_integer(
    page: Option<&ringback_page>,
    index: usize,
    key: *const c_char,
    value: Option<&mut MaybeUninit<i64>>,
) -> bool {
    read(false, || Some(put(value, page?.document(index)?.integer(key))))
}

/// Writes a truth value of a record by its JSON key, and gives whether it is there.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_page_get_boolean(
    page: Option<&ringback_page>,
    index: usize,
    key: *const c_char,
    value: Option<&mut MaybeUninit<bool>>,
) -> bool {
    read(false, || Some(put(value, page?.document(index)?.boolean(key))))
}

/// Gives the value of a key of a record as JSON, or the whole record for a NULL key; NULL if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_page_get_json(
    page: Option<&ringback_page>,
    index: usize,
    key: *const c_char,
) -> *const c_char {
    read(ptr::null(), || page?.document(index)?.json(key))
}

/// Frees the page and every text that it gave.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_page_free(page: Option<Box<ringback_page>>) {
    free(page);
}
