//! One run, as far as it goes now.

use std::ops::ControlFlow;
use std::time::Duration;

use event::{RunId, Timestamp, WorkspaceId};
use store::{Due, DueWork, StoreError, StoredRun};
use tokio::time::Instant;
use workflow::machine::{self, Act, KnownProfile};
use workflow::{Definition, Effect, Outcome, Run};

use crate::places::Places;
use crate::{Fault, Limits, Workflows};

/// How long whoever works on a run may do so undisturbed: longer than any one effect takes.
pub(crate) const CLAIM: Duration = Duration::from_secs(30);

/// From where runs come, and with that how long one may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lane {
    /// Whether others wait behind it: then nothing slow is waited for.
    pub(crate) is_stream: bool,
    /// How long a destination may take to answer.
    pub(crate) timeout: Duration,
    /// Until when to stay: to wait for a moment or for a place to send from, to begin a further step.
    pub(crate) until: Instant,
}

impl Lane {
    pub(crate) fn stream(limits: &Limits) -> Self {
        Self {
            is_stream: true,
            timeout: limits.patience.min(limits.timeout),
            until: Instant::now() + limits.patience,
        }
    }

    pub(crate) fn sweep(limits: &Limits, until: Instant) -> Self {
        Self {
            is_stream: false,
            timeout: limits.timeout,
            until,
        }
    }
}

/// Where work on a run came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worked {
    /// There is nothing more to do.
    Over,
    /// It stands in the queue at that moment.
    Queued(Timestamp),
}

/// A run that is being worked on.
pub(crate) struct Job<'a> {
    pub(crate) workspace: &'a WorkspaceId,
    pub(crate) lane: Lane,
    pub(crate) places: &'a Places,
    pub(crate) stored: StoredRun,
    /// The run as it was last recorded.
    recorded: Run,
    /// Whether somebody had claimed it who is no more.
    is_suspect: bool,
    /// Whether it did something here.
    has_done: bool,
}

impl Workflows {
    /// Takes a run as far as it goes.
    pub(crate) async fn work(
        &self,
        workspace: &WorkspaceId,
        id: &RunId,
        lane: Lane,
        places: &Places,
    ) -> Result<Worked, Fault> {
        let store = &self.0.store;
        let Some(stored) = store.run(workspace, id).await? else {
            return Ok(Worked::Over);
        };
        if stored.run.ended().is_some() {
            return Ok(Worked::Over);
        }
        let now = self.0.clock.now();
        if let Some(until) = stored.claimed_until.filter(|until| *until > now) {
            // Somebody works on it, or did and is no more. Then the queue brings it.
            self.queue(workspace, &stored.run, until).await?;
            return Ok(Worked::Queued(until));
        }
        if let Some(at) = stored.run.due_at().filter(|at| *at > now)
            && lane.is_stream
        {
            self.queue(workspace, &stored.run, at).await?;
            return Ok(Worked::Queued(at));
        }
        let mut job = Job {
            workspace,
            lane,
            places,
            recorded: stored.run.clone(),
            is_suspect: stored.claimed_until.is_some(),
            has_done: false,
            stored,
        };
        // On the heap: it is too large for the futures around it.
        match Box::pin(self.go_on(&mut job)).await {
            Err(fault) if !fault.passes() => self.give_up(&mut job, &fault).await,
            Err(fault) => {
                self.keep(&mut job).await;
                Err(fault)
            }
            worked => worked,
        }
    }

    async fn go_on(&self, job: &mut Job<'_>) -> Result<Worked, Fault> {
        let definitions = &self.0.definitions;
        let run = &job.stored.run;
        let definition = definitions.get(&self.0.store, job.workspace, run);
        let definition = definition.await?;
        if !job.is_suspect && !job.stored.run.is_decided() {
            // Should the process end in what follows, that is how the next one knows.
            let claim = self.0.clock.now().plus(CLAIM);
            if let Some(worked) = self.record(job, Some(claim)).await? {
                return Ok(worked);
            }
        }
        while job.stored.run.ended().is_none() {
            let profile = Box::pin(self.profile(job)).await?;
            let act = match self.decide(job, &definition, &profile).await? {
                ControlFlow::Continue(act) => act,
                ControlFlow::Break(worked) => return Ok(worked),
            };
            let now = self.0.clock.now();
            match act {
                Act::Ended => break,
                Act::WaitUntil(at) => {
                    let pause = at.since(now);
                    if Instant::now() + pause > job.lane.until {
                        return self.park(job, at).await;
                    }
                    let claim = now.plus(CLAIM).plus(pause);
                    if let Some(worked) = self.record(job, Some(claim)).await? {
                        return Ok(worked);
                    }
                    tokio::time::sleep(pause).await;
                }
                // A run of many steps that take their time is no reason to stay. One thing it does in any
                // case: that a batch is large does not send it into the queue.
                Act::Do(_) if job.has_done && Instant::now() >= job.lane.until => {
                    return self.park(job, now).await;
                }
                Act::Do(Effect::Deliver(delivery)) => {
                    if let Some(worked) = self.deliver(job, &definition, &delivery).await? {
                        return Ok(worked);
                    }
                    job.has_done = true;
                }
                Act::Do(effect) => {
                    if let Some(worked) = self.record(job, Some(now.plus(CLAIM))).await? {
                        return Ok(worked);
                    }
                    self.apply(job, &effect).await?;
                    let now = self.0.clock.now();
                    machine::done(&mut job.stored.run, &definition, None, now);
                    job.has_done = true;
                }
            }
        }
        self.end(job).await
    }

    /// What is next. Where somebody who had the run is no more, that may be what ended the process: then
    /// it is counted before and the count is taken back after, and one such step is begun at a time, so
    /// that none pays for another.
    async fn decide(
        &self,
        job: &mut Job<'_>,
        definition: &Definition,
        profile: &KnownProfile,
    ) -> Result<ControlFlow<Worked, Act>, Fault> {
        let clock = &self.0.clock;
        if !job.is_suspect || job.stored.run.is_decided() {
            let run = &mut job.stored.run;
            let act = machine::advance(run, definition, profile, clock.now());
            return Ok(ControlFlow::Continue(act));
        }
        let _turn = self.0.suspects.lock().await;
        job.stored.run.tries = job.stored.run.tries.saturating_add(1);
        if let Some(worked) = self.record(job, Some(clock.now().plus(CLAIM))).await? {
            return Ok(ControlFlow::Break(worked));
        }
        let run = &mut job.stored.run;
        let act = machine::advance(run, definition, profile, clock.now());
        run.tries = 0;
        // An end is listed before it is recorded.
        if act != Act::Ended
            && let Some(worked) = self.record(job, Some(clock.now().plus(CLAIM))).await?
        {
            return Ok(ControlFlow::Break(worked));
        }
        Ok(ControlFlow::Continue(act))
    }

    /// Records how far a run got that a fault broke off which passes: what it did is not done again, and
    /// what was counted before a step is taken back, for this process is still there. As well as it goes:
    /// the fault may be that nothing can be recorded. The claim stays, so that the stream goes on to others.
    async fn keep(&self, job: &mut Job<'_>) {
        let now = self.0.clock.now();
        let stored = &mut job.stored;
        let claimed_until = stored.claimed_until;
        let is_ours = claimed_until.is_some_and(|until| until > now);
        // A dead run is listed before that is recorded.
        let has_failed = stored
            .run
            .ended()
            .is_some_and(|ended| ended.outcome == Outcome::Failed);
        if !is_ours || has_failed || stored.run == job.recorded {
            return;
        }
        let store = &self.0.store;
        let kept = store.save_run(job.workspace, stored, claimed_until, now);
        if let Err(error) = kept.await {
            tracing::warn!(%error, "how far a run got could not be recorded");
        }
    }

    /// Ends the run with a fault that does not pass: so it is listed, and may be replayed when somebody
    /// did something about it. What it did counts, unless that is what cannot be recorded.
    async fn give_up(&self, job: &mut Job<'_>, fault: &Fault) -> Result<Worked, Fault> {
        if matches!(fault, Fault::Store(StoreError::TooLarge { .. })) {
            job.stored.run = job.recorded.clone();
        }
        let now = self.0.clock.now();
        machine::give_up(&mut job.stored.run, &fault.to_string(), now);
        self.end(job).await
    }

    /// Records that the run is over.
    async fn end(&self, job: &mut Job<'_>) -> Result<Worked, Fault> {
        let run = &job.stored.run;
        // First: a dead run that no list shows would be lost; one that is listed and goes on is told
        // by its state.
        if let Some(ended) = run.ended()
            && ended.outcome == Outcome::Failed
        {
            let store = &self.0.store;
            store
                .list_dead(job.workspace, &run.id, ended.ended_at)
                .await?;
            let step = ended.step.as_ref().map(ToString::to_string);
            tracing::info!(workspace = %job.workspace, run = %run.id, step, "a run failed");
        }
        Ok(self.record(job, None).await?.unwrap_or(Worked::Over))
    }

    /// Leaves the run to somebody else who has it. Whether that one comes to an end with it, the queue
    /// tells when its claim is over.
    async fn leave(&self, job: &Job<'_>) -> Result<Worked, Fault> {
        let until = self.0.clock.now().plus(CLAIM);
        self.queue(job.workspace, &job.recorded, until).await?;
        Ok(Worked::Queued(until))
    }

    /// Lets the run wait in the queue.
    pub(crate) async fn park(&self, job: &mut Job<'_>, at: Timestamp) -> Result<Worked, Fault> {
        self.queue(job.workspace, &job.stored.run, at).await?;
        let over = self.record(job, None).await?;
        Ok(over.unwrap_or(Worked::Queued(at)))
    }

    /// Records the run. `None`: it may go on; else somebody else has it, or somebody wanted its end,
    /// and nothing is begun any more.
    pub(crate) async fn record(
        &self,
        job: &mut Job<'_>,
        claimed_until: Option<Timestamp>,
    ) -> Result<Option<Worked>, Fault> {
        let store = &self.0.store;
        let (mut claimed_until, mut is_cancelled) = (claimed_until, false);
        loop {
            let now = self.0.clock.now();
            let stored = &mut job.stored;
            if store
                .save_run(job.workspace, stored, claimed_until, now)
                .await?
            {
                job.recorded = stored.run.clone();
                return Ok(is_cancelled.then_some(Worked::Over));
            }
            // Somebody who wants its end changes nothing else.
            let Some(found) = store.run(job.workspace, &stored.run.id).await? else {
                return Ok(Some(Worked::Over));
            };
            let is_next = found.version == stored.version.saturating_add(1);
            if is_next && found.run == stored.run && found.claimed_until == claimed_until {
                // It was recorded, the answer was lost, and the client asked again.
                *stored = found;
                job.recorded = stored.run.clone();
                return Ok(is_cancelled.then_some(Worked::Over));
            }
            let mut cancelled = job.recorded.clone();
            cancelled.cancelled = true;
            if found.run != cancelled || job.recorded.cancelled {
                return self.leave(job).await.map(Some);
            }
            job.recorded = cancelled;
            stored.version = found.version;
            stored.run.cancelled = true;
            if stored.run.ended().is_none() {
                machine::cancel(&mut stored.run, now);
            }
            (claimed_until, is_cancelled) = (None, true);
        }
    }

    async fn queue(&self, workspace: &WorkspaceId, run: &Run, at: Timestamp) -> Result<(), Fault> {
        let destination = run.delivery().map(|delivery| &delivery.message.destination);
        let due = Due {
            at,
            workspace: workspace.clone(),
            work: DueWork::Run(run.id.clone()),
            destination: destination.map(|destination| destination.as_str().to_owned()),
        };
        Ok(self.0.store.put_due(&due).await?)
    }
}
