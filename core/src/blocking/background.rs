//! The thread that the batches of a client run on.

use std::{pin::Pin, thread};

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
        thread::Builder::new().name("ringback batches".to_owned()).spawn(run).map_err(none)?;
        Ok(Self { jobs, client })
    }

    /// The client whose connections live on the thread.
    pub(super) fn client(&self) -> crate::Client {
        self.client.clone()
    }

    pub(super) fn run(&self, job: Job) -> Result<()> {
        self.jobs.send(job).map_err(|_| Error::new(ErrorKind::Internal, "the thread of the batches has ended"))
    }
}
