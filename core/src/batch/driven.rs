//! A batch that goes on by itself while its owner does something else: what callers without async wait for.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Batch, Entry, Manner};
use crate::{Client, Response, Result};

/// A result with the number of its request.
pub type Finished = (usize, Result<Response>);

/// The owner's end of a batch that runs elsewhere; when it is dropped, no further request begins.
pub struct Driven {
    orders: UnboundedSender<Order>,
    shared: Arc<Shared>,
}

enum Order {
    Send(Entry),
    Stop,
}

struct Shared {
    results: Mutex<Results>,
    news: Condvar,
    /// Called after results came, for an owner that does not wait here.
    wake: Option<Box<dyn Fn() + Send + Sync>>,
}

#[derive(Default)]
struct Results {
    ready: VecDeque<Finished>,
    /// Whether the runtime has let go of the batch, so that nothing more will come.
    ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Results> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.news.notify_all();
        if let Some(wake) = &self.wake {
            wake();
        }
    }
}

/// Tells the owner that nothing more comes, however the batch ended.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.tell();
    }
}

impl Driven {
    /// Makes a batch and the future that drives it, which belongs on a runtime.
    ///
    /// # Errors
    /// `InvalidArgument` for a manner that cannot be kept to.
    pub fn new(
        client: Client,
        manner: Manner,
        wake: Option<Box<dyn Fn() + Send + Sync>>,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static)> {
        manner.check()?;
        let (orders, received) = unbounded_channel();
        let shared = Arc::new(Shared { results: Mutex::default(), news: Condvar::new(), wake });
        let ending = Ending(Arc::clone(&shared));
        let drive = async move {
            // the pace is kept by the clock of the runtime, so the batch is made on it
            if let Ok(batch) = Batch::new(client, manner, true) {
                drive(batch, received, &ending.0).await;
            }
        };
        Ok((Self { orders, shared }, drive))
    }

    /// Hands over the next request.
    pub fn push(&self, entry: Entry) {
        let _ = self.orders.send(Order::Send(entry)); // where nothing is driven any more, `take` says so
    }

    /// Begins no further request and drops what is under way; the result of each request that was pushed still comes.
    pub fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
    }

    /// Takes the results that are there; nothing if none will come any more.
    pub fn take(&self) -> Option<VecDeque<Finished>> {
        let mut results = self.shared.lock();
        (!results.ready.is_empty() || !results.ended).then(|| std::mem::take(&mut results.ready))
    }

    /// Waits until there is something to take, at most so long.
    pub fn wait(&self, longest: Duration) {
        let nothing = |results: &mut Results| results.ready.is_empty() && !results.ended;
        drop(self.shared.news.wait_timeout_while(self.shared.lock(), longest, nothing));
    }
}

/// Sends what is ordered and keeps the results, until the owner is gone and what had begun is over.
async fn drive(mut batch: Batch, mut orders: UnboundedReceiver<Order>, shared: &Shared) {
    let mut is_owned = true;
    poll_fn(|context| {
        while is_owned {
            match orders.poll_recv(context) {
                Poll::Ready(Some(Order::Send(entry))) => batch.push(entry),
                Poll::Ready(Some(Order::Stop)) => batch.stop(),
                Poll::Ready(None) => {
                    is_owned = false;
                    batch.forget_waiting();
                }
                Poll::Pending => break,
            }
        }
        let mut finished = VecDeque::new();
        let next = loop {
            match batch.poll_next(context) {
                Poll::Ready(Some(result)) => finished.push_back(result),
                other => break other.map(drop),
            }
        };
        if !finished.is_empty() {
            let mut results = shared.lock();
            results.ready.append(&mut finished);
            drop(results);
            shared.tell();
        }
        if is_owned { Poll::Pending } else { next }
    })
    .await;
}
