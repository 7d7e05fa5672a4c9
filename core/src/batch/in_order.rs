//! Results that come in any order and go out in that of their requests.

use std::collections::VecDeque;

/// The results that came before their turn.
#[derive(Debug)]
pub struct InOrder<T> {
    next: usize,
    waiting: VecDeque<Option<T>>,
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self { next: 0, waiting: VecDeque::new() }
    }
}

impl<T> InOrder<T> {
    /// The number of the result that goes out next.
    pub fn next_index(&self) -> usize {
        self.next
    }

    /// Takes the result of the request of this number; one whose turn is over is dropped.
    pub fn insert(&mut self, index: usize, result: T) {
        let Some(at) = index.checked_sub(self.next) else { return };
        while self.waiting.len() <= at {
            self.waiting.push_back(None);
        }
        self.waiting[at] = Some(result);
    }

    /// What waits, with its numbers.
    pub fn into_results(self) -> impl Iterator<Item = (usize, T)> {
        let next = self.next;
        self.waiting.into_iter().enumerate().filter_map(move |(at, result)| Some((next + at, result?)))
    }

    /// The next result, if it is here.
    pub fn pop(&mut self) -> Option<T> {
        let result = self.waiting.front_mut()?.take()?;
        self.waiting.pop_front();
        self.next += 1;
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_go_out_in_the_order_of_their_requests() {
        let mut order = InOrder::default();
        let mut out = Vec::new();
        for index in [3, 0, 1, 5, 4, 2, 6] {
            order.insert(index, index);
            while let Some(result) = order.pop() {
                out.push(result);
            }
        }
        assert_eq!(out, [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(order.next_index(), 7);
        order.insert(2, 2);
        assert_eq!(order.pop(), None);
    }
}
