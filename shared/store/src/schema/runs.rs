//! Keys and attributes of the runs table.

use event::{ProfileId, ProfileKind, RunId, Timestamp, WorkflowId, WorkspaceId};

use super::{Key, LAST, SEPARATOR, moment};

/// The attributes.
pub(crate) mod attribute {
    /// A packed document.
    pub(crate) const BODY: &str = "b";
    /// Counts the changes of a document.
    pub(crate) const VERSION: &str = "v";
    /// Until when whoever works on a run may do so undisturbed.
    pub(crate) const CLAIMED_UNTIL: &str = "c";
    /// Marks a run: the stream's filter looks at it.
    pub(crate) const STATE: &str = "s";
    /// When something began.
    pub(crate) const AT: &str = "t";
    /// Where a delivery that waits goes to.
    pub(crate) const DESTINATION: &str = "d";
}

/// The state of a run that has not ended.
pub(crate) const OPEN: &str = "open";
/// The state of a run that has.
pub(crate) const ENDED: &str = "ended";

const RUN: &str = "RUN";
const RUN_PARTITION: &str = "run";
/// Parts of the queue of what is due, by the run's id.
pub(crate) const DUE_SHARDS: u8 = 4;
/// Before the id of a run in the queue.
const OF_RUN: char = '#';
/// Before the id of a workflow in the queue.
const OF_SCHEDULE: char = '@';

/// A run.
pub(crate) fn run(workspace: &WorkspaceId, id: &RunId) -> Key {
    let pk = format!("{workspace}{SEPARATOR}{RUN_PARTITION}{SEPARATOR}{id}");
    Key::new(pk, RUN)
}

/// Which run the key is of.
pub(crate) fn run_of(pk: &str, sk: &str) -> Option<(WorkspaceId, RunId)> {
    let mut parts = pk.split(SEPARATOR);
    let workspace = WorkspaceId::parse(parts.next()?).ok()?;
    let is_run = parts.next()? == RUN_PARTITION && sk == RUN;
    let id = RunId::parse(parts.next()?).ok()?;
    (is_run && parts.next().is_none()).then_some((workspace, id))
}

/// The partition of a workflow's runs, by their beginning.
pub(crate) fn of_workflow(workspace: &WorkspaceId, workflow: &WorkflowId) -> String {
    format!("{workspace}{SEPARATOR}workflow{SEPARATOR}{workflow}")
}

/// The partition of a profile's runs, by their beginning.
pub(crate) fn of_profile(workspace: &WorkspaceId, profile: &ProfileId) -> String {
    let kind = match profile.kind {
        ProfileKind::Known => 'u',
        ProfileKind::Anonymous => 'a',
    };
    format!(
        "{workspace}{SEPARATOR}profile{SEPARATOR}{kind}{SEPARATOR}{}",
        profile.id
    )
}

/// The partition of a workspace's dead runs, by their end.
pub(crate) fn of_dead(workspace: &WorkspaceId) -> String {
    format!("{workspace}{SEPARATOR}dead")
}

/// A run's place in a list.
pub(crate) fn listed(partition: String, at: Timestamp, id: &RunId) -> Key {
    Key::new(partition, format!("{}{id}", moment::encode(at)))
}

/// Which run stands at that place of a list.
pub(crate) fn listed_run(sk: &str) -> Option<RunId> {
    RunId::parse(sk.get(moment::CHARS..)?).ok()
}

/// Every place of a list.
pub(crate) fn whole_list() -> (String, String) {
    ("0".to_owned(), LAST.to_string())
}

/// What was started once by a call.
pub(crate) fn once(workspace: &WorkspaceId, mark: &str) -> Key {
    Key::new(
        format!("{workspace}{SEPARATOR}once{SEPARATOR}{mark}"),
        "ONCE",
    )
}

/// A part of the queue of what is due. It is of no workspace: who works on it works for all.
pub(crate) fn due_partition(shard: u8) -> String {
    format!("due{SEPARATOR}{shard:02}")
}

/// A run in the queue.
pub(crate) fn due_run(workspace: &WorkspaceId, id: &RunId, at: Timestamp) -> Key {
    let shard = id.as_str().bytes().last().unwrap_or_default() % DUE_SHARDS;
    Key::new(
        due_partition(shard),
        format!("{}{workspace}{OF_RUN}{id}", moment::encode(at)),
    )
}

/// A workflow with a schedule in the queue.
pub(crate) fn due_schedule(workspace: &WorkspaceId, id: &WorkflowId, at: Timestamp) -> Key {
    Key::new(
        due_partition(0),
        format!("{}{workspace}{OF_SCHEDULE}{id}", moment::encode(at)),
    )
}

/// What stands in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DueOf {
    Run(RunId),
    Schedule(WorkflowId),
}

/// What is due when, by its sort key.
pub(crate) fn due(sk: &str) -> Option<(Timestamp, WorkspaceId, DueOf)> {
    let (at, rest) = sk.split_at_checked(moment::CHARS)?;
    let at = moment::decode(at)?;
    if let Some((workspace, run)) = rest.split_once(OF_RUN) {
        let of = DueOf::Run(RunId::parse(run).ok()?);
        return Some((at, WorkspaceId::parse(workspace).ok()?, of));
    }
    let (workspace, workflow) = rest.split_once(OF_SCHEDULE)?;
    let of = DueOf::Schedule(WorkflowId::parse(workflow).ok()?);
    Some((at, WorkspaceId::parse(workspace).ok()?, of))
}

/// The sort keys of what is due until then.
pub(crate) fn due_range(until: Timestamp) -> (String, String) {
    ("0".to_owned(), format!("{}{LAST}", moment::encode(until)))
}

/// The partition of what is known of a workspace's destinations.
pub(crate) fn destinations(workspace: &WorkspaceId) -> String {
    format!("{workspace}{SEPARATOR}destinations")
}

/// What is known of a destination.
pub(crate) fn destination(workspace: &WorkspaceId, destination: &str) -> Key {
    Key::new(destinations(workspace), destination)
}

/// Who may send how much at the same time: of a workspace, or to one of its destinations.
pub(crate) fn lease(workspace: &WorkspaceId, destination: Option<&str>) -> Key {
    let sk = destination.map_or_else(
        || "W".to_owned(),
        |destination| format!("D{SEPARATOR}{destination}"),
    );
    Key::new(format!("{workspace}{SEPARATOR}leases"), sk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_what_they_are_of() {
        let workspace = WorkspaceId::parse("acme-1").unwrap();
        let run_id = RunId::parse(&"0a".repeat(16)).unwrap();
        let workflow = WorkflowId::parse("3fYx9QkLm2Ab").unwrap();
        let at = Timestamp::from_millis(1_795_229_788_987);
        let key = run(&workspace, &run_id);
        assert_eq!(
            run_of(&key.pk, &key.sk),
            Some((workspace.clone(), run_id.clone()))
        );
        let place = listed(of_dead(&workspace), at, &run_id);
        assert_eq!(listed_run(&place.sk), Some(run_id.clone()));
        let key = due_run(&workspace, &run_id, at);
        let of = DueOf::Run(run_id);
        assert_eq!(due(&key.sk), Some((at, workspace.clone(), of)));
        let (from, to) = due_range(at);
        assert!(from <= key.sk && key.sk <= to);
        let key = due_schedule(&workspace, &workflow, at);
        let of = DueOf::Schedule(workflow);
        assert_eq!(due(&key.sk), Some((at, workspace, of)));
    }
}
