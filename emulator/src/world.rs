//! Everything that the emulator knows, and the one lock over it.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore, watch};

use crate::{
    account::Account,
    calls,
    clock::{Clock, Moment, Schedule},
    dates,
    egress::{self, Delivery, Then, Webhook},
    events::Events,
    faults::Faults,
    generic::Collections,
    line::Lines,
    messages,
    numbers::Numbers,
    oauth::Apps,
};

/// How many tasks run before the lock is let go for others.
const TASKS_PER_TURN: usize = 256;

/// How many webhooks are on their way at once.
const MOST_WEBHOOKS: usize = 256;

/// How long a caller waits for the webhooks that its action led to: an application that cannot answer before the
/// caller goes on, since both live on one thread, must not wait for the full time of a webhook.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the emulator knows. Nothing in here waits: what needs the network is put into the outbox.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) schedule: Schedule<Task>,
    pub(crate) events: Events,
    pub(crate) accounts: HashMap<String, Account>,
    /// API keys that were made or used: their account and their secret.
    pub(crate) keys: HashMap<String, (String, String)>,
    pub(crate) apps: Apps,
    pub(crate) collections: Collections,
    pub(crate) numbers: Numbers,
    pub(crate) faults: Faults,
    /// Grows with every reset, so that what was under way before does not come back.
    pub(crate) epoch: u64,
    outbox: Vec<Webhook>,
    /// Whether time is being moved step by step, and so the driver must not run tasks.
    is_walking: bool,
    /// When the driver wakes up by itself.
    driver_wakes: Moment,
}

/// What is entered in the schedule.
#[derive(Debug)]
pub(crate) enum Task {
    /// The next step of a message.
    Message(messages::Step),
    /// Something that a call waits for.
    Call(calls::Timer),
    /// A webhook that was held back.
    Webhook(Box<Webhook>),
}

impl World {
    fn new(epoch: u64) -> Self {
        Self {
            clock: Clock::new(),
            schedule: Schedule::new(),
            events: Events::default(),
            accounts: HashMap::new(),
            keys: HashMap::new(),
            apps: Apps::default(),
            collections: Collections::default(),
            numbers: Numbers::default(),
            faults: Faults::default(),
            epoch,
            outbox: Vec::new(),
            is_walking: false,
            driver_wakes: Moment::MAX,
        }
    }

    /// Forgets everything; time runs on from the present.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.epoch + 1);
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Enters a task that is due after so many milliseconds.
    pub(crate) fn after(&mut self, milliseconds: i64, task: Task) {
        self.schedule.enter(self.now().saturating_add(milliseconds), task);
    }

    /// Notes what happened.
    pub(crate) fn note(&mut self, kind: &'static str, facts: Value) -> u64 {
        let now = self.now();
        self.events.add(now, kind, facts)
    }

    /// Notes an error or warning that Twilio's debugger would show.
    pub(crate) fn warn(&mut self, code: u32, sid: &str, text: &str) {
        self.note("warning", json!({ "code": code, "sid": sid, "message": text }));
    }

    /// Sends a webhook, once the lock is let go.
    pub(crate) fn send(&mut self, webhook: Webhook) {
        let (sid, url) = (webhook.sid.clone(), webhook.url.clone());
        let sent = self.faults.of_webhook(webhook);
        if sent.is_empty() {
            self.note("lost", json!({ "sid": sid, "url": url }));
        }
        for webhook in sent {
            match webhook.delay {
                0 => self.outbox.push(webhook),
                delay => self.after(delay, Task::Webhook(Box::new(webhook))),
            }
        }
    }

    /// The account of this sid; it exists since its first request.
    pub(crate) fn account(&mut self, sid: &str) -> &mut Account {
        self.accounts.entry(sid.to_owned()).or_default()
    }

    fn run(&mut self, task: Task) {
        match task {
            Task::Message(step) => messages::step(self, &step),
            Task::Call(timer) => calls::on_timer(self, &timer),
            Task::Webhook(webhook) => self.outbox.push(*webhook),
        }
    }

    /// Runs what is due, and says whether more is.
    fn run_due(&mut self) -> bool {
        for _ in 0..TASKS_PER_TURN {
            let now = self.now();
            match self.schedule.take_due(now) {
                Some(task) => self.guarded(|world| world.run(task)),
                None => return false,
            }
        }
        self.schedule.next_due().is_some_and(|due| due <= self.now())
    }

    /// Does one step. A panic in it is a mistake of the emulator and ends that step only: what else is due still runs,
    /// and the log says what happened.
    fn guarded(&mut self, step: impl FnOnce(&mut Self)) {
        let Err(panic) = catch_unwind(AssertUnwindSafe(|| step(self))) else { return };
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        self.note("bug", json!({ "message": format!("a step of the emulator failed: {text}") }));
    }

    /// A webhook came back, or failed for good.
    fn delivered(&mut self, webhook: &Webhook, delivery: &Delivery) {
        if webhook.epoch == self.epoch {
            self.guarded(|world| egress::settle(world, webhook, delivery));
        }
    }
}

/// One more webhook is on its way, for as long as this lives.
struct UnderWay(Arc<Shared>);

impl UnderWay {
    fn begin(shared: &Arc<Shared>) -> Self {
        shared.under_way.send_modify(|count| *count += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.send_modify(|count| *count -= 1);
    }
}

/// The world behind its lock, and what runs around it.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    driver: Notify,
    /// How many webhooks are on their way.
    under_way: watch::Sender<usize>,
    lanes: Semaphore,
    /// The callbacks on each message and call; what is asked for, such as TwiML, waits for nobody.
    lines: Lines,
    /// One walk through time at once.
    walk: tokio::sync::Mutex<()>,
    pub(crate) port: u16,
}

impl Shared {
    /// An empty world, served on this port.
    pub(crate) fn new(port: u16) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(World::new(1)),
            driver: Notify::new(),
            under_way: watch::Sender::new(0),
            lanes: Semaphore::new(MOST_WEBHOOKS),
            lines: Lines::default(),
            walk: tokio::sync::Mutex::new(()),
            port,
        })
    }

    /// Works on the world, then sends what that led to.
    pub(crate) fn with<R>(self: &Arc<Self>, work: impl FnOnce(&mut World) -> R) -> R {
        let (result, outbox, wake) = {
            let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
            let result = work(&mut world);
            let wake = world.schedule.next_due().is_some_and(|due| due < world.driver_wakes) && !world.is_walking;
            (result, std::mem::take(&mut world.outbox), wake)
        };
        for webhook in outbox {
            self.launch(webhook);
        }
        if wake {
            self.driver.notify_one();
        }
        result
    }

    fn launch(self: &Arc<Self>, webhook: Webhook) {
        let under_way = UnderWay::begin(self);
        let is_callback = matches!(webhook.then, Then::Report { .. });
        let place = is_callback.then(|| self.lines.join(&webhook.sid));
        tokio::spawn(async move {
            let shared = &under_way.0;
            let mut place = place;
            if let Some(place) = &mut place {
                place.turn().await;
            }
            if shared.with(|world| world.epoch) != webhook.epoch {
                return; // a reset forgot it while it waited
            }
            let delivery = {
                let _lane = shared.lanes.acquire().await;
                egress::deliver(&webhook, shared.port).await
            };
            shared.with(|world| world.delivered(&webhook, &delivery));
        });
    }

    /// Waits until no webhook is on its way, but not longer than a caller has patience.
    pub(crate) async fn settled(&self) {
        let mut under_way = self.under_way.subscribe();
        let _ = tokio::time::timeout(PATIENCE, under_way.wait_for(|count| *count == 0)).await;
    }

    /// Lets time run on.
    pub(crate) fn thaw(self: &Arc<Self>) {
        self.with(|world| world.clock.thaw());
        self.driver.notify_one();
    }

    /// Runs what falls due, for ever.
    pub(crate) async fn drive(self: Arc<Self>) {
        loop {
            let wait = self.with(|world| {
                let more = !world.is_walking && world.run_due();
                let next = world.schedule.next_due().filter(|_| !world.is_walking && !world.clock.is_frozen());
                world.driver_wakes = next.unwrap_or(Moment::MAX);
                if world.clock.is_frozen() {
                    world.driver_wakes = world.now() + 1; // what is entered for this very moment still runs
                }
                let wait = next.map(|due| u64::try_from(due - world.now()).unwrap_or_default());
                if more { Some(0) } else { wait }
            });
            match wait {
                Some(0) => tokio::task::yield_now().await,
                Some(milliseconds) => {
                    let _ = tokio::time::timeout(Duration::from_millis(milliseconds), self.driver.notified()).await;
                }
                None => self.driver.notified().await,
            }
        }
    }

    /// Moves time forward: everything that falls due on the way runs in order, webhooks and their consequences
    /// included, before this returns. Whether time then stands still is as before, unless `freeze` says it. An error
    /// says that there is no such time, and nothing happened.
    pub(crate) async fn advance(self: &Arc<Self>, milliseconds: i64, freeze: Option<bool>) -> Result<(), String> {
        let _turn = self.walk.lock().await;
        let (epoch, target, stays_frozen) = self.with(|world| {
            let target = world.now().saturating_add(milliseconds);
            if target > dates::last() {
                return Err(format!("advance must not lead past {}", dates::precise(dates::last())));
            }
            let stays_frozen = freeze.unwrap_or(world.clock.is_frozen());
            world.clock.freeze();
            world.is_walking = true;
            Ok((world.epoch, target, stays_frozen))
        })?;
        loop {
            while self.with(World::run_due) {}
            self.settled().await;
            let done = self.with(|world| {
                if world.epoch != epoch {
                    return true; // a reset forgot the walk, too
                }
                let next = world.schedule.next_due().filter(|due| *due <= target);
                world.clock.move_to(next.unwrap_or(target));
                if next.is_none() {
                    world.is_walking = false;
                    if !stays_frozen {
                        world.clock.thaw();
                    }
                }
                next.is_none()
            });
            if done {
                break;
            }
        }
        self.driver.notify_one();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_panics_ends_alone_and_is_logged() {
        let mut world = World::new(1);
        world.guarded(|_| panic!("a number is too large"));
        let mut ran = false;
        world.guarded(|_| ran = true);
        let events = world.events.since(0, 10);
        let texts: Vec<&str> = events.iter().filter_map(|event| event["message"].as_str()).collect();
        assert!(ran && texts == ["a step of the emulator failed: a number is too large"], "{events:?}");
        assert_eq!(events[0]["type"], "bug");
    }

    #[test]
    fn a_webhook_whose_task_panics_is_not_waited_for() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let shared = Shared::new(1);
        runtime.block_on(async {
            let under_way = UnderWay::begin(&shared);
            assert_eq!(*shared.under_way.borrow(), 1);
            let task = tokio::spawn(async move {
                let _under_way = under_way;
                panic!("the task fails");
            });
            assert!(task.await.is_err());
        });
        assert_eq!(*shared.under_way.borrow(), 0);
    }
}
