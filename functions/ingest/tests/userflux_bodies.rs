//! What the UserFlux format's decoder makes of bodies, good and bad.

use event::Timestamp;
use ingest::sources::userflux::{self, MAX_EVENTS};
use ingest::sources::{Invalid, Unreadable};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_millis(1_795_240_000_000);

/// `path: message` of the one event's fault.
#[cfg(test)]
fn fault(event: &Value) -> String {
    let body = event.to_string();
    let Invalid { path, message, .. } = userflux::event(&body, NOW).unwrap().unwrap_err();
    format!("{path}: {message}")
}

#[cfg(test)]
fn unreadable(body: &str) -> String {
    match userflux::batch(body, NOW).unwrap_err() {
        Unreadable::Malformed { at, message } => format!("{at}: {message}"),
        Unreadable::TooMany { max } => format!("more than {max}"),
    }
}

#[test]
fn an_event_keeps_what_it_was_sent_with() {
    let body = r#"{"id":"m-1","name":"order_placed","userId":"u","anonymousId":"a",
        "sessionId":"s","externalId":null,"timestamp":1795230000000,"later":[1],
        "properties": {"n": 9007199254740993, "uni":"h\u00e9llo ✓"} ,"deviceData":null}"#;
    let draft = userflux::event(body, NOW).unwrap().unwrap();
    assert_eq!(draft.id.as_deref(), Some("m-1"));
    assert_eq!(
        draft.members.timestamp,
        Timestamp::from_millis(1_795_230_000_000)
    );
    assert!(draft.members.time_given);
    assert_eq!(draft.members.external_id, None);
    let properties = draft.members.properties.unwrap();
    assert_eq!(
        properties,
        r#"{"n": 9007199254740993, "uni":"h\u00e9llo ✓"}"#
    );
}

#[test]
fn an_event_without_a_time_takes_the_time_of_receipt() {
    let draft = userflux::event(r#"{"name":"x","userId":"u"}"#, NOW)
        .unwrap()
        .unwrap();
    assert_eq!(
        (draft.members.timestamp, draft.members.time_given),
        (NOW, false)
    );
}

#[test]
fn a_fault_names_the_member_and_the_rule() {
    let faults = [
        fault(&json!({"userId": "u"})),
        fault(&json!({"name": "", "userId": "u"})),
        fault(&json!({"name": 5, "userId": "u"})),
        fault(&json!({"name": "x".repeat(129), "userId": "u"})),
        fault(&json!({"name": "x", "userId": {"id": 1}})),
        fault(&json!({"name": "x"})),
        fault(&json!({"name": "x", "userId": "u", "timestamp": "today"})),
        fault(&json!({"name": "x", "userId": "u", "timestamp": 1})),
        fault(&json!({"name": "x", "userId": "u", "timestamp": 1e300})),
        fault(&json!({"name": "x", "userId": "u", "properties": [1]})),
        fault(&json!({"name": "x", "userId": "u", "deviceData": "phone"})),
        fault(&json!({"name": "x", "userId": "u", "id": "x".repeat(129)})),
        fault(&json!({"name": "x", "userId": "u", "properties": {"p": "x".repeat(256 * 1024)}})),
    ];
    insta::assert_snapshot!(faults.join("\n"), @"
    name: is missing
    name: must not be empty
    name: must be a string, not a number
    name: must be at most 128 characters
    userId: must be a string, not an object
    userId: is missing, and so is anonymousId: one is needed
    timestamp: must be a number, not a string
    timestamp: must be milliseconds since 1970, at most 10 years ago and 1 day ahead
    timestamp: must be milliseconds since 1970, at most 10 years ago and 1 day ahead
    properties: must be an object
    deviceData: must be an object
    id: must be at most 128 characters
    : is larger than 256 KB
    ");
}

#[test]
fn properties_may_nest_64_levels_and_no_more() {
    let nested = |levels: usize| {
        let inner = (1..levels).fold(json!({}), |inner, _| json!({"k": inner}));
        json!({"name": "x", "userId": "u", "properties": inner}).to_string()
    };
    assert!(userflux::event(&nested(64), NOW).unwrap().is_ok());
    let fault = userflux::event(&nested(65), NOW).unwrap().unwrap_err();
    assert_eq!(fault.message, "is nested deeper than 64 levels");
}

#[test]
fn a_body_that_is_no_batch_says_where_it_is_wrong() {
    let messages = [
        unreadable(""),
        unreadable("{"),
        unreadable("{\"events\": [\n  {\"name\": x}]}"),
        unreadable("[]"),
        unreadable("{}"),
        unreadable(r#"{"events": null}"#),
        unreadable(r#"{"events": {}}"#),
        unreadable(r#"{"events": [], "events": []}"#),
    ];
    insta::assert_snapshot!(messages.join("\n"), @"
    line 1, column 1: the body is empty
    line 1, column 1: the JSON text ends too early
    line 2, column 12: the text is not valid JSON
    line 1, column 1: must be an object, not an array
    events: is missing
    events: is missing
    events: must be an array, not an object
    line 1, column 23: the JSON text has a member of the wrong shape
    ");
}

#[test]
fn good_events_of_a_batch_survive_bad_ones() {
    let body = json!({"events": [
        {"name": "a", "userId": "u"},
        {"name": 5, "userId": "u"},
        "no event",
        {"name": "b", "anonymousId": "d"},
    ]});
    let body = body.to_string();
    let outcomes = userflux::batch(&body, NOW).unwrap();
    let names: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| {
            outcome
                .map(|draft| draft.name.into_owned())
                .map_err(|fault| fault.path)
        })
        .collect();
    assert_eq!(
        names,
        [Ok("a".to_owned()), Err("name"), Err(""), Ok("b".to_owned())]
    );
}

#[test]
fn a_batch_may_have_a_thousand_events_and_no_more() {
    let batch = |count: usize| {
        let events = vec![json!({"name": "x", "userId": "u"}); count];
        json!({"events": events}).to_string()
    };
    assert_eq!(
        userflux::batch(&batch(MAX_EVENTS), NOW).unwrap().len(),
        MAX_EVENTS
    );
    assert_eq!(unreadable(&batch(MAX_EVENTS + 1)), "more than 1000");
}

#[test]
fn no_id_means_one_by_content_and_with_an_idempotency_key_one_by_request_and_content() {
    let workspace = event::WorkspaceId::parse("w").unwrap();
    let key_id = event::KeyId::parse("000000000001").unwrap();
    let id_at = |body: &str, mark: Option<&str>, now| {
        let key_id = &key_id;
        let mark = mark.map(|text| event::RequestMark { key_id, text });
        let draft = userflux::event(body, now).unwrap().unwrap();
        draft.identify(&workspace, mark, 0).id.to_string()
    };
    let id = |body: &str, mark: Option<&str>| id_at(body, mark, NOW);
    let timed = r#"{"name":"x","userId":"u","timestamp":1795230000000}"#;
    let timeless = r#"{"name":"x","userId":"u"}"#;
    assert_eq!(id(timed, None), id(timed, Some("k")));
    let later = NOW.plus(std::time::Duration::from_hours(1));
    assert_eq!(id(timeless, Some("k")), id_at(timeless, Some("k"), later));
    assert_ne!(id(timeless, None), id_at(timeless, None, later));
    assert_ne!(
        id(timeless, Some("k")),
        id(r#"{"name":"y","userId":"u"}"#, Some("k"))
    );
    assert_ne!(id(timeless, Some("k")), id(timeless, Some("l")));
}

proptest! {
    #[test]
    fn no_text_makes_the_decoder_panic(body in any::<String>()) {
        let _outcome = userflux::batch(&body, NOW);
        let _outcome = userflux::event(&body, NOW);
        let _outcome = userflux::profile(&body, NOW);
    }

    #[test]
    fn a_bad_neighbour_changes_nothing_for_a_good_event(name in "[a-z]{1,20}", number in any::<i64>()) {
        let good = json!({"name": name, "userId": "u", "properties": {"n": number}});
        let alone = json!({"events": [good]}).to_string();
        let beside = json!({"events": [good, {"name": []}]}).to_string();
        let alone = userflux::batch(&alone, NOW).unwrap();
        let beside = userflux::batch(&beside, NOW).unwrap();
        prop_assert_eq!(&alone[0], &beside[0]);
    }
}
