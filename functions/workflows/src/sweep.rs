//! What is due: looked for once a minute, and while there is something to do.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use event::WorkspaceId;
use store::{Due, DueWork};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

use crate::places::{MAX_OF_DESTINATION, Places};
use crate::work::{Lane, Worked};
use crate::{Fault, Workflows};

/// How often to look while something is under way or will be due. What is due later than at the next look
/// holds no room until then.
const LOOK: Duration = Duration::from_secs(1);
/// How often what found no room is looked at again: much of it, such as what waits for a destination that
/// is paused, takes next to no time, and there may be a day's worth.
const TURN: Duration = Duration::from_millis(50);
/// A workspace takes no more of a sweep than one part of so many: its backlog leaves room for the others.
const SHARE: usize = 2;

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
    /// What runs, and what failed: the next sweep looks at that again, so that this one comes to its end.
    under_way: BTreeSet<String>,
    by_workspace: BTreeMap<WorkspaceId, usize>,
    by_destination: BTreeMap<String, usize>,
    worked: u64,
}

impl Works {
    fn has_room(&self, due: &Due, per_sweep: usize) -> bool {
        let of_workspace = self.by_workspace.get(&due.workspace);
        let to = due.destination.as_ref();
        let of_destination = to.and_then(|to| self.by_destination.get(to));
        self.running.len() < per_sweep
            && of_workspace.is_none_or(|count| *count < (per_sweep / SHARE).max(1))
            && of_destination.is_none_or(|count| *count < MAX_OF_DESTINATION)
    }

    fn count(&mut self, due: &Due) {
        let of_workspace = self.by_workspace.entry(due.workspace.clone());
        *of_workspace.or_default() += 1;
        if let Some(to) = &due.destination {
            *self.by_destination.entry(to.clone()).or_default() += 1;
        }
    }

    fn count_off(&mut self, due: &Due) {
        let to = due.destination.as_ref();
        let of_destination = to.and_then(|to| self.by_destination.get_mut(to));
        let of_workspace = self.by_workspace.get_mut(&due.workspace);
        for count in of_workspace.into_iter().chain(of_destination) {
            *count = count.saturating_sub(1);
        }
    }
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
            let soon = self.0.clock.now().plus(LOOK);
            let found = due.len();
            due.retain(|due| due.at <= soon);
            let is_more_later = due.len() < found;
            due.retain(|due| !self.begin(&mut works, due, &places, until));
            if works.running.is_empty() && !is_more_later {
                break;
            }
            let look = Instant::now() + LOOK;
            while !works.running.is_empty() && Instant::now() < look {
                let left = look.saturating_duration_since(Instant::now());
                let turn = if due.is_empty() { left } else { TURN.min(left) };
                self.finish_for(turn, &mut works).await;
                due.retain(|due| !self.begin(&mut works, due, &places, until));
            }
            if is_more_later {
                sleep_until(look).await;
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
        // First of all: left where it is, it would begin again when it is done.
        if works.under_way.contains(&name(due)) {
            return true;
        }
        if !works.has_room(due, self.0.limits.per_sweep) {
            return false;
        }
        works.under_way.insert(name(due));
        works.count(due);
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
        works.count_off(&due);
        match worked {
            // It stands at that very place again.
            Ok(Worked::Queued(at)) if at == due.at => {}
            Ok(_) => {
                works.worked += 1;
                if let Err(error) = self.0.store.delete_due(&due).await {
                    tracing::warn!(%error, "a place in the queue stays: it is looked at again");
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what is due could not be worked on");
                return;
            }
        }
        works.under_way.remove(&name(&due));
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
