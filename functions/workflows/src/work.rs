//! One run, as far as it goes now.

use std::time::Duration;

use event::{RunId, Timestamp, WorkspaceId};
use store::{Due, DueWork, StoredRun};
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
    pub(crate) definition: &'a Definition,
    pub(crate) lane: Lane,
    pub(crate) places: &'a Places,
    pub(crate) stored: StoredRun,
    /// The run as it was last recorded.
    recorded: Run,
    /// The profile as it was looked up; nothing where it may have changed since.
    profile: Option<KnownProfile>,
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
        let run = &stored.run;
        let definitions = &self.0.definitions;
        let definition = definitions.get(store, workspace, run).await?;
        let mut job = Job {
            workspace,
            definition: &definition,
            lane,
            places,
            recorded: stored.run.clone(),
            profile: None,
            stored,
        };
        self.go_on(&mut job).await
    }

    async fn go_on(&self, job: &mut Job<'_>) -> Result<Worked, Fault> {
        loop {
            let profile = match job.profile.take() {
                Some(profile) => profile,
                None => self.profile(job).await?,
            };
            let now = self.0.clock.now();
            let act = machine::advance(&mut job.stored.run, job.definition, &profile, now);
            match act {
                Act::Ended => return self.end(job).await,
                Act::WaitUntil(at) => {
                    let pause = at.since(now);
                    if Instant::now() + pause > job.lane.until {
                        return self.park(job, at).await;
                    }
                    if !self.record(job, Some(now.plus(CLAIM).plus(pause))).await? {
                        return self.leave(job).await;
                    }
                    tokio::time::sleep(pause).await;
                }
                // A run of many steps that take their time is no reason to stay. Its first it takes in any
                // case: that a batch is large does not send it into the queue.
                Act::Do(_)
                    if !job.stored.run.history.is_empty() && Instant::now() >= job.lane.until =>
                {
                    return self.park(job, now).await;
                }
                Act::Do(Effect::Deliver(delivery)) => {
                    if let Some(worked) = self.deliver(job, &delivery).await? {
                        return Ok(worked);
                    }
                    job.profile = Some(profile);
                }
                Act::Do(effect) => {
                    if !self.record(job, Some(now.plus(CLAIM))).await? {
                        return self.leave(job).await;
                    }
                    self.apply(job, &effect).await?;
                    let now = self.0.clock.now();
                    machine::done(&mut job.stored.run, job.definition, None, now);
                }
            }
        }
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
        if self.record(job, None).await? {
            Ok(Worked::Over)
        } else {
            self.leave(job).await
        }
    }

    /// Leaves the run to somebody else who has it. Whether that one comes to an end with it, the queue
    /// tells when its claim is over.
    pub(crate) async fn leave(&self, job: &Job<'_>) -> Result<Worked, Fault> {
        let until = self.0.clock.now().plus(CLAIM);
        self.queue(job.workspace, &job.recorded, until).await?;
        Ok(Worked::Queued(until))
    }

    /// Lets the run wait in the queue.
    pub(crate) async fn park(&self, job: &mut Job<'_>, at: Timestamp) -> Result<Worked, Fault> {
        self.queue(job.workspace, &job.stored.run, at).await?;
        if self.record(job, None).await? {
            Ok(Worked::Queued(at))
        } else {
            self.leave(job).await
        }
    }

    /// Records the run. `false`: somebody else has it, and it is to be left alone.
    pub(crate) async fn record(
        &self,
        job: &mut Job<'_>,
        claimed_until: Option<Timestamp>,
    ) -> Result<bool, Fault> {
        let store = &self.0.store;
        loop {
            let now = self.0.clock.now();
            let stored = &mut job.stored;
            if store
                .save_run(job.workspace, stored, claimed_until, now)
                .await?
            {
                job.recorded = stored.run.clone();
                return Ok(true);
            }
            // Somebody who wants its end changes nothing else.
            let Some(found) = store.run(job.workspace, &stored.run.id).await? else {
                return Ok(false);
            };
            let mut cancelled = job.recorded.clone();
            cancelled.cancelled = true;
            if found.run != cancelled || job.recorded.cancelled {
                return Ok(false);
            }
            job.recorded = cancelled;
            stored.run.cancelled = true;
            stored.version = found.version;
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
