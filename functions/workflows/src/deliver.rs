//! A webhook, once: whether it may be sent now, from which place, and what came of it.

use std::time::Duration;

use event::Timestamp;
use rand::RngExt as _;
use workflow::{Attempt, Definition, Delivery, Destination, machine};

use crate::send::Sent;
use crate::work::{CLAIM, Job, Worked};
use crate::{Fault, Workflows};

/// For how long a destination that took long is taken for a slow one.
const SLOW: Duration = Duration::from_mins(10);
/// After how long a delivery that found no place asks again.
const NO_PLACE: Duration = Duration::from_secs(1);

impl Workflows {
    /// Tries to deliver. `None`: the run goes on; else where it came to its end for now.
    pub(crate) async fn deliver(
        &self,
        job: &mut Job<'_>,
        definition: &Definition,
        delivery: &Delivery,
    ) -> Result<Option<Worked>, Fault> {
        let shared = &self.0;
        let destination = &delivery.message.destination;
        let known = job.places.known(job.workspace, destination).await?;
        let now = shared.clock.now();
        if let Some(until) = known.paused(now) {
            return self.pause(job, until, now).await;
        }
        if job.lane.is_stream && known.is_slow(now) {
            return self.put_off(job, now).await;
        }
        let place = job.places.take(job.workspace, destination, &job.lane);
        let Some(_place) = place.await? else {
            return self.put_off(job, now.plus(NO_PLACE)).await;
        };
        // Those that had a place before may have told why not to.
        let known = job.places.known(job.workspace, destination).await?;
        let now = shared.clock.now();
        if let Some(until) = known.paused(now) {
            return self.pause(job, until, now).await;
        }
        if let Some(worked) = self.record(job, Some(now.plus(CLAIM))).await? {
            return Ok(Some(worked));
        }
        let signer = self.signer(job, now).await?;
        let sent = shared
            .sender
            .send(&delivery.message, &signer, now, job.lane.timeout)
            .await;
        let ended_at = shared.clock.now();
        if sent == Sent::TimedOut && job.lane.is_stream {
            // Others wait behind this run: the sweep gives the destination all of its time.
            self.note(job, destination, &Note::Slow, ended_at).await;
            return self.put_off(job, ended_at).await;
        }
        let attempt = attempt(&sent, now, ended_at);
        if sent.is_success() {
            if known.failures > 0 || known.paused_until.is_some() {
                self.note(job, destination, &Note::Success, ended_at).await;
            }
            machine::done(&mut job.stored.run, definition, Some(attempt), ended_at);
            return Ok(None);
        }
        let note = Note::Failure(sent.why());
        self.note(job, destination, &note, ended_at).await;
        let chance: f64 = rand::rng().random();
        let again = sent.may_help_again();
        machine::failed(&mut job.stored.run, attempt, again, chance, ended_at);
        Ok(None)
    }

    /// Notes how the destination answers. Where that fails, it is noted at another time: what the run
    /// did is recorded in any case.
    async fn note(&self, job: &Job<'_>, to: &Destination, note: &Note, now: Timestamp) {
        let (store, workspace) = (&self.0.store, job.workspace);
        // One after the other: they would only stand in each other's way.
        let _turn = self.0.notes.lock().await;
        let noted = match note {
            Note::Slow => store.note_slow(workspace, to, now.plus(SLOW), now).await,
            Note::Success => store.note_success(workspace, to, now).await,
            Note::Failure(why) => store.note_failure(workspace, to, why, now).await,
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "how a destination answers could not be noted");
        }
    }

    async fn pause(
        &self,
        job: &mut Job<'_>,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Worked>, Fault> {
        machine::pause(&mut job.stored.run, until, now);
        if job.stored.run.ended().is_some() {
            return Ok(None);
        }
        self.park(job, until).await.map(Some)
    }

    async fn put_off(&self, job: &mut Job<'_>, until: Timestamp) -> Result<Option<Worked>, Fault> {
        machine::put_off(&mut job.stored.run, until);
        self.park(job, until).await.map(Some)
    }

    /// Signs with the workflow's secret, and with the one before while that is good.
    async fn signer(&self, job: &Job<'_>, now: Timestamp) -> Result<secrets::WebhookSigner, Fault> {
        let id = &job.stored.run.workflow;
        let workflow = self.0.store.workflow(job.workspace, id).await?;
        let workflow = workflow.ok_or(Fault::Definition)?;
        let previous = workflow.previous.as_ref().filter(|old| old.until > now);
        let sealed: Vec<_> = [&workflow.secret]
            .into_iter()
            .chain(previous.map(|old| &old.secret))
            .collect();
        Ok(self.0.secrets.webhook_signer(id, &sealed).await?)
    }
}

/// What there is to note of a destination.
enum Note {
    Slow,
    Success,
    Failure(String),
}

fn attempt(sent: &Sent, at: Timestamp, ended_at: Timestamp) -> Attempt {
    let took = ended_at.since(at).as_millis();
    Attempt {
        at,
        took: u64::try_from(took).unwrap_or(u64::MAX),
        status: sent.status(),
        error: match sent {
            Sent::Answered(_) => None,
            Sent::TimedOut | Sent::Closed | Sent::Refused(_) | Sent::Failed(_) => Some(sent.why()),
        },
    }
}
