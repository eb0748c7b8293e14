//! What is due: looked for once a minute, and while there is something to do.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use store::{Due, DueWork};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use crate::places::{MAX_OF_DESTINATION, Places};
use crate::work::{Lane, Worked};
use crate::{Fault, Workflows};

/// How often to look while something is under way.
const LOOK: Duration = Duration::from_secs(1);
/// How often what found no room is looked at again: much of it, such as what waits for a destination that
/// is paused, takes next to no time, and there may be a day's worth.
const TURN: Duration = Duration::from_millis(50);

/// One sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// How long to look for what is due; what is due within it is waited for. What is under way at its
    /// end is finished. With nothing due a sweep ends at once.
    pub budget: Duration,
}

/// What was due, and where work on it came to its end.
type Done = (Due, Result<Worked, Fault>);

/// What is under way.
#[derive(Default)]
struct Works {
    running: JoinSet<Done>,
    under_way: BTreeSet<String>,
    by_destination: BTreeMap<String, usize>,
    worked: u64,
}

impl Workflows {
    /// Works on everything that is due; says on how many runs and schedules.
    pub async fn sweep(&self, sweep: Sweep) -> u64 {
        let until = Instant::now() + sweep.budget;
        let places = Places::new(self, sweep.budget + 2 * self.0.limits.timeout);
        let mut works = Works::default();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let horizon = self.0.clock.now().plus(left);
            let mut due = match self.0.store.due(horizon).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(%error, "the queue cannot be read");
                    Vec::new()
                }
            };
            due.retain(|due| !self.begin(&mut works, due, &places, until));
            if works.running.is_empty() {
                break;
            }
            let look = Instant::now() + LOOK;
            loop {
                let left = look.saturating_duration_since(Instant::now());
                let turn = if due.is_empty() { left } else { TURN.min(left) };
                self.finish_for(turn, &mut works).await;
                let is_done = works.running.is_empty() && due.is_empty();
                if is_done || Instant::now() >= look {
                    break;
                }
                due.retain(|due| !self.begin(&mut works, due, &places, until));
            }
            if Instant::now() >= until {
                break;
            }
        }
        // Dropped, it would be broken off, and its runs wait until nobody claims them any more.
        while let Some(done) = works.running.join_next().await {
            self.finish(&mut works, done).await;
        }
        places.give_back().await;
        works.worked
    }

    /// Begins what is due, unless it is under way. `false`: there is no room.
    fn begin(&self, works: &mut Works, due: &Due, places: &Places, until: Instant) -> bool {
        let destination = due.destination.as_deref().unwrap_or_default();
        let waiting = works.by_destination.get(destination).copied();
        let is_full = !destination.is_empty() && waiting.unwrap_or(0) >= MAX_OF_DESTINATION;
        if works.running.len() >= self.0.limits.per_sweep || is_full {
            return false;
        }
        if !works.under_way.insert(name(due)) {
            return true;
        }
        let waiting = works.by_destination.entry(destination.to_owned());
        *waiting.or_default() += 1;
        let (workflows, places, due) = (self.clone(), places.clone(), due.clone());
        // Whatever begins before the end may take the time that a destination has.
        let lane = Lane::sweep(&self.0.limits, until + self.0.limits.timeout);
        works.running.spawn(async move {
            sleep(due.at.since(workflows.0.clock.now())).await;
            let worked = match &due.work {
                DueWork::Run(run) => workflows.work(&due.workspace, run, lane, &places).await,
                DueWork::Schedule(workflow) => workflows.start_by_clock(&due, workflow).await,
            };
            (due, worked)
        });
        true
    }

    /// Takes what comes to its end within that time, or until nothing is under way.
    async fn finish_for(&self, time: Duration, works: &mut Works) {
        let over = sleep(time);
        tokio::pin!(over);
        loop {
            let done = tokio::select! {
                () = &mut over => None,
                done = works.running.join_next() => done,
            };
            let Some(done) = done else {
                return;
            };
            self.finish(works, done).await;
        }
    }

    async fn finish(&self, works: &mut Works, done: Result<Done, JoinError>) {
        let Ok((due, worked)) = done else {
            // A panic was logged where it happened; the place in the queue stays.
            return;
        };
        works.under_way.remove(&name(&due));
        if let Some(count) = due
            .destination
            .as_ref()
            .and_then(|name| works.by_destination.get_mut(name))
        {
            *count = count.saturating_sub(1);
        }
        match worked {
            // It stands at that very place again.
            Ok(Worked::Queued(at)) if at == due.at => {}
            Ok(_) => {
                works.worked += 1;
                if let Err(error) = self.0.store.delete_due(&due).await {
                    tracing::warn!(%error, "a place in the queue stays: it is looked at again");
                }
            }
            Err(error) => tracing::warn!(%error, "what is due could not be worked on"),
        }
    }
}

/// What is due, told from everything else that is.
fn name(due: &Due) -> String {
    let id = match &due.work {
        DueWork::Run(run) => run.as_str(),
        DueWork::Schedule(workflow) => workflow.as_str(),
    };
    format!("{} {id}", due.workspace)
}
