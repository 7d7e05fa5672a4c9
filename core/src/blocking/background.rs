//! The thread that the batches of a client run on.

use std::{
    pin::Pin,
    thread::{self, ThreadId},
};

use tokio::{
    runtime::Builder,
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

use super::block_signals;
use crate::{Error, ErrorKind, Result};

/// Something to drive to its end.
type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A thread with a runtime and connections of its own; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Background {
    jobs: UnboundedSender<Job>,
    client: crate::Client,
    thread: ThreadId,
}

impl Background {
    pub(super) fn new(client: crate::Client) -> Result<Self> {
        let none = |cause| {
            Error::new(ErrorKind::Internal, "the operating system gave no thread for a batch").with_source(cause)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(none)?;
        let (jobs, mut received) = unbounded_channel::<Job>();
        let run = move || {
            block_signals();
            runtime.block_on(async {
                while let Some(job) = received.recv().await {
                    tokio::spawn(job);
                }
            });
        };
        let running = thread::Builder::new().name("ringback batches".to_owned()).spawn(run).map_err(none)?;
        Ok(Self { jobs, client, thread: running.thread().id() })
    }

    /// The client whose connections live on the thread.
    pub(super) fn client(&self) -> crate::Client {
        self.client.clone()
    }

    /// Takes a job; from the thread itself, which could never wait for it, it takes none.
    pub(super) fn run(&self, job: Job) -> Result<()> {
        if thread::current().id() == self.thread {
            return Err(Error::configuration("a batch cannot be made where the calls of another one are told of"));
        }
        self.jobs.send(job).map_err(|_| Error::new(ErrorKind::Internal, "the thread of the batches has ended"))
    }
}
