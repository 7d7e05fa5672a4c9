//! Lines: the callbacks on one message or one call leave one after the other, each once the one before it is answered.
//!
//! Twilio promises no order, but steps that are seconds apart there are milliseconds apart here: all at once, they would
//! overtake each other in every application with several threads. The `reordered` fault brings disorder on demand.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

/// The lines, by what the callbacks in them are about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Mutex<HashMap<String, Line>>>);

#[derive(Debug)]
struct Line {
    length: usize,
    /// Ends when the last one leaves.
    last: oneshot::Receiver<()>,
}

/// A place in a line; when it is dropped, the next one has its turn.
#[derive(Debug)]
pub(crate) struct Place {
    lines: Lines,
    sid: String,
    before: Option<oneshot::Receiver<()>>,
    _behind: oneshot::Sender<()>,
}

impl Lines {
    /// Takes the last place.
    pub(crate) fn join(&self, sid: &str) -> Place {
        let (behind, last) = oneshot::channel();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match lines.get_mut(sid) {
            Some(line) => {
                line.length += 1;
                Some(std::mem::replace(&mut line.last, last))
            }
            None => {
                lines.insert(sid.to_owned(), Line { length: 1, last });
                None
            }
        };
        Place { lines: self.clone(), sid: sid.to_owned(), before, _behind: behind }
    }
}

impl Place {
    /// Waits until the one before is gone.
    pub(crate) async fn turn(&mut self) {
        if let Some(before) = self.before.take() {
            let _ = before.await; // nothing is ever sent: it ends with its sender
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get_mut(&self.sid) {
            line.length -= 1;
            if line.length == 0 {
                lines.remove(&self.sid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_turn_when_the_one_before_is_gone_and_an_empty_line_is_forgotten() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let lines = Lines::default();
        runtime.block_on(async {
            let (mut first, mut second, mut other) = (lines.join("SM1"), lines.join("SM1"), lines.join("SM2"));
            first.turn().await;
            other.turn().await;
            let second = tokio::spawn(async move { second.turn().await });
            tokio::task::yield_now().await;
            assert!(!second.is_finished());
            drop(first);
            second.await.unwrap();
        });
        assert!(lines.0.lock().unwrap().is_empty());
    }
}
