//! The run as a function: whatever is interrupted, no step that was done is done again.
#![allow(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::time::Duration;

use event::{ProfileId, RunId, Timestamp, UserId, WorkflowId};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use workflow::machine::{self, Act, KnownProfile};
use workflow::{
    Attempt, Definition, Effect, Inputs, MAX_LIFE, MAX_TRIES, Origin, Outcome, Rules, Run,
};

fn parse(steps: &Value) -> Result<Definition, Vec<String>> {
    let json = json!({"name": "Test", "trigger": {"type": "api"}, "steps": steps});
    Definition::parse(&json.to_string(), Rules::default()).map_err(|faults| {
        let shown = |fault: workflow::Fault| format!("{}: {}", fault.path, fault.message);
        faults.into_iter().map(shown).collect()
    })
}

fn refused(steps: &Value) -> Vec<String> {
    parse(steps).unwrap_err()
}

fn run(definition: &Definition) -> Run {
    let inputs = Inputs {
        origin: Origin::Api,
        profile: Some(ProfileId::known(UserId::parse("ann").unwrap())),
        variables: Map::from_iter([("n".to_owned(), json!(1))]),
        event: None,
        hops: 0,
        received_at: None,
    };
    Run::new(
        RunId::parse(&"0".repeat(32)).unwrap(),
        WorkflowId::parse("3fYx9QkLm2Ab").unwrap(),
        1,
        definition.first().unwrap().clone(),
        inputs,
        Timestamp::from_millis(0),
    )
}

/// A step of that kind.
fn step(index: usize, kind: u8) -> Value {
    let id = format!("s{index}");
    match kind {
        0 => json!({"id": id, "type": "webhook", "url": "https://a.io/{{ variables.n }}"}),
        1 => json!({"id": id, "type": "update_profile", "properties": {"n": "{{ variables.n }}"}}),
        2 => json!({"id": id, "type": "send_event", "name": "e"}),
        3 => json!({"id": id, "type": "wait", "seconds": 60}),
        _ => json!({"id": id, "type": "branch", "when": {"all": [
            {"path": "variables.n", "operator": "equals", "value": 1},
        ]}}),
    }
}

fn attempt(at: Timestamp, status: u16) -> Attempt {
    Attempt {
        at,
        took: 1,
        status: Some(status),
        error: None,
    }
}

/// The identity of an effect: what a receiver, the log or a profile tells it by.
fn identity(effect: &Effect) -> String {
    match effect {
        Effect::Deliver(delivery) => delivery.message.id.clone(),
        Effect::UpdateProfile { properties, at } => format!("{properties} {at}"),
        Effect::SendEvent { id, .. } => id.clone(),
    }
}

proptest! {
    /// `crashes` says before which recordings of what was done the process ends: then the run is as it
    /// was recorded before, and the effect is decided no second time.
    #[test]
    fn a_run_that_is_interrupted_anywhere_takes_each_step_once(
        kinds in prop::collection::vec(0..5_u8, 1..12),
        crashes in prop::collection::vec(any::<bool>(), 40),
    ) {
        let steps: Vec<_> = kinds.iter().enumerate().map(|(index, kind)| step(index, *kind)).collect();
        let definition = parse(&json!(steps)).unwrap();
        let profile = KnownProfile::default();
        let mut recorded = run(&definition);
        let mut now = Timestamp::from_millis(1);
        let (mut effects, mut crashes) = (Vec::new(), crashes.into_iter());
        for _ in 0..200 {
            // Read back, as another process would.
            let text = serde_json::to_string(&recorded).unwrap();
            let mut run: Run = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&run, &recorded);
            match machine::advance(&mut run, &definition, &profile, now) {
                Act::Ended => {
                    recorded = run;
                    break;
                }
                Act::WaitUntil(at) => {
                    recorded = run;
                    now = at;
                }
                Act::Do(effect) => {
                    recorded = run.clone();
                    effects.push(identity(&effect));
                    now = now.plus(Duration::from_millis(1));
                    if crashes.next() == Some(true) {
                        continue;
                    }
                    let last = matches!(effect, Effect::Deliver(_)).then(|| attempt(now, 204));
                    machine::done(&mut run, &definition, last, now);
                    recorded = run;
                }
            }
        }
        let ended = recorded.ended().unwrap();
        prop_assert_eq!(ended.outcome, Outcome::Completed);
        let taken: Vec<_> = recorded.history.iter().map(|record| record.step.as_str()).collect();
        let expected: Vec<_> = (0..kinds.len()).map(|index| format!("s{index}")).collect();
        prop_assert_eq!(taken, expected);
        effects.dedup();
        let with_effect = kinds.iter().filter(|kind| **kind < 3).count();
        prop_assert_eq!(effects.len(), with_effect);
    }

    #[test]
    fn a_text_that_is_no_definition_is_refused_and_breaks_nothing(text in ".{0,200}") {
        prop_assert!(Definition::parse(&text, Rules::default()).is_err());
    }
}

#[test]
fn a_delivery_that_fails_for_a_day_ends_the_run_and_is_replayed_under_its_id() {
    let definition = parse(&json!([step(0, 0), step(1, 2)])).unwrap();
    let profile = KnownProfile::default();
    let mut run = run(&definition);
    let mut now = Timestamp::from_millis(1);
    let mut attempts = 0;
    let id = loop {
        match machine::advance(&mut run, &definition, &profile, now) {
            Act::Do(Effect::Deliver(_)) => {
                attempts += 1;
                machine::failed(&mut run, attempt(now, 500), true, 0.5, now);
            }
            Act::WaitUntil(at) => now = at,
            Act::Ended => {
                let resume = run.ended().unwrap().resume.clone().unwrap();
                break resume.delivery.unwrap().message.id;
            }
            Act::Do(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(attempts, 15);
    assert_eq!(run.ended().unwrap().outcome, Outcome::Failed);
    assert!(machine::replay(&mut run, now));
    let Act::Do(Effect::Deliver(again)) = machine::advance(&mut run, &definition, &profile, now)
    else {
        panic!("the delivery comes again");
    };
    assert_eq!(again.message.id, id);
    machine::done(&mut run, &definition, Some(attempt(now, 204)), now);
    assert!(!machine::replay(&mut run, now));
    let results: Vec<_> = run
        .history
        .iter()
        .map(|record| record.step.as_str())
        .collect();
    assert_eq!(results, ["s0"]);
}

/// A run that is at the delivery of its only step.
fn delivering(definition: &Definition, now: Timestamp) -> Run {
    let mut run = run(definition);
    let act = machine::advance(&mut run, definition, &KnownProfile::default(), now);
    assert!(matches!(act, Act::Do(Effect::Deliver(_))), "{act:?}");
    run
}

fn error(run: &Run) -> &str {
    run.ended().unwrap().error.as_deref().unwrap()
}

#[test]
fn a_delivery_whose_destination_is_paused_for_a_day_is_given_up_and_may_be_replayed() {
    let definition = parse(&json!([step(0, 0)])).unwrap();
    let mut now = Timestamp::from_millis(1);
    let mut run = delivering(&definition, now);
    let id = run.delivery().unwrap().message.id.clone();
    let mut hours = 0;
    while run.ended().is_none() {
        let until = now.plus(Duration::from_hours(1));
        machine::pause(&mut run, until, now);
        now = until;
        hours += 1;
    }
    assert_eq!(hours, 25);
    assert_eq!(
        error(&run),
        "given up: the destination was paused for a day"
    );
    assert!(machine::replay(&mut run, now));
    let delivery = run.delivery().unwrap();
    assert_eq!((&delivery.message.id, delivery.first_at), (&id, None));

    // What was tried before the pause has its day from the first attempt on.
    machine::failed(&mut run, attempt(now, 500), true, 0.5, now);
    let later = now.plus(Duration::from_hours(23));
    machine::pause(&mut run, later.plus(Duration::from_hours(2)), later);
    assert_eq!(
        error(&run),
        "given up after 1 attempts: the destination is paused"
    );
}

#[test]
fn a_run_about_somebody_who_was_deleted_since_ends_and_forgets_what_it_was_told() {
    let definition = parse(&json!([step(0, 3), step(1, 0)])).unwrap();
    let received_at = Timestamp::from_millis(5);
    for (deleted_at, ends) in [(4, false), (5, true), (6, true)] {
        let mut run = run(&definition);
        run.created_at = Timestamp::from_millis(9);
        run.inputs.received_at = Some(received_at);
        let profile = KnownProfile {
            found: true,
            deleted_at: Some(Timestamp::from_millis(deleted_at)),
            ..KnownProfile::default()
        };
        machine::advance(&mut run, &definition, &profile, Timestamp::from_millis(10));
        assert_eq!(run.ended().is_some(), ends, "{deleted_at}");
        assert_eq!(run.inputs.variables.is_empty(), ends, "{deleted_at}");
        if let Some(ended) = run.ended() {
            assert_eq!(ended.outcome, Outcome::Cancelled);
            assert_eq!(error(&run), "the profile was deleted");
        }
    }
}

#[test]
fn a_step_that_nobody_comes_back_from_fails_after_three_of_them() {
    let definition = parse(&json!([step(0, 0)])).unwrap();
    let (profile, now) = (KnownProfile::default(), Timestamp::from_millis(1));
    let mut run = run(&definition);
    run.tries = MAX_TRIES;
    assert_eq!(
        machine::advance(&mut run, &definition, &profile, now),
        Act::Ended
    );
    assert_eq!(
        error(&run),
        "given up: 3 times whoever began the step came to no end"
    );
    assert!(machine::replay(&mut run, now));
    let again = machine::advance(&mut run, &definition, &profile, now);
    assert!(matches!(again, Act::Do(_)), "{again:?}");
}

#[test]
fn an_effect_that_never_happens_is_given_up_when_the_run_is_too_old() {
    let definition = parse(&json!([step(0, 1)])).unwrap();
    let (profile, now) = (KnownProfile::default(), Timestamp::from_millis(1));
    let mut run = run(&definition);
    machine::advance(&mut run, &definition, &profile, now);
    let last = run.created_at.plus(MAX_LIFE);
    let act = machine::advance(&mut run, &definition, &profile, last);
    assert!(matches!(act, Act::Do(_)), "{act:?}");
    let late = last.plus(Duration::from_millis(1));
    assert_eq!(
        machine::advance(&mut run, &definition, &profile, late),
        Act::Ended
    );
    assert_eq!(error(&run), "the run is older than 90 days");
}

#[test]
fn templates_of_a_stored_definition_are_read_by_who_fills_them_alone() {
    let steps =
        json!([{"id": "a", "type": "webhook", "url": "http://127.0.0.1/", "body": "{{ oops"}]);
    let json = json!({"name": "Test", "trigger": {"type": "api"}, "steps": steps}).to_string();
    assert!(Definition::parse(&json, Rules { loopback: true }).is_err());
    let definition = Definition::stored(&json).unwrap();
    let mut run = run(&definition);
    let now = Timestamp::from_millis(1);
    machine::advance(&mut run, &definition, &KnownProfile::default(), now);
    assert!(error(&run).starts_with("body: syntax error"));
}

#[test]
fn what_cannot_run_is_refused_with_every_place() {
    assert_eq!(refused(&json!([])), ["steps: must have 1 to 100 steps"]);
    assert_eq!(
        refused(&json!([{"id": "a", "type": "stop"}, {"id": "b", "type": "stop"}])),
        ["steps[1]: cannot be reached from the first step"]
    );
    assert_eq!(
        refused(&json!([
            {"id": "a", "type": "send_event", "name": "x"},
            {"id": "b", "type": "send_event", "name": "y", "next": "a"},
        ])),
        [
            "steps[0]: is on a way that comes back to it without a wait step in between",
            "steps[1]: is on a way that comes back to it without a wait step in between",
        ]
    );
    assert!(parse(&json!([{"id": "a", "type": "wait", "seconds": 1, "next": "a"}])).is_ok());
    assert_eq!(
        refused(&json!([
            {"id": "a", "type": "webhook", "url": "ftp://x", "seconds": 5, "headers": {"webhook-id": "1"}},
            {"id": "a", "type": "wait", "next": "nowhere"},
            {"id": "c", "type": "webhook", "url": "https://a.io/", "body": {"x": ["{{ oops"]}},
            {"id": "d", "type": "branch", "when": {"all": [{"path": "user.x", "operator": "equals"}]}},
            {"id": "e", "type": "webhook"},
            {"id": "f", "type": "webhook", "url": ""},
        ])),
        [
            "steps[1].id: is the id of another step, too",
            "steps[0].seconds: is no member of a step of this type",
            "steps[0].headers.webhook-id: is a header that Weir sets itself",
            "steps[0].url: must begin with https://",
            "steps[1].next: must be the id of a step",
            "steps[2].body.x[0]: cannot be read as a template: syntax error: unexpected end of input, expected end of variable block",
            "steps[3].when.all[0].path: must be names joined by dots, and begin with one of: profile, event, variables",
            "steps[3].when.all[0].value: is missing: the operator compares with it",
            "steps[4].url: is missing: a webhook needs an address that begins with https://",
            "steps[5].url: is missing: a webhook needs an address that begins with https://",
        ]
    );
}
