//! Every function in the loop that Lambda has around it.

use std::time::Duration;

use api::{Emulator, Function, Weir, eventually};
use serde_json::Value;

use crate::samples;

/// Longer than any start and any request takes on a busy machine.
const LONG: Duration = Duration::from_mins(1);

async fn answers(emulator: &Emulator, event: &Value, expected: &Value) {
    let (status, answer) = emulator.invoke(event).await;
    assert_eq!(status, 200, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(answer.get(member), Some(value), "{answer}");
    }
}

#[tokio::test]
async fn every_function_starts_and_answers_and_comes_back_after_a_crash() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    for function in Function::ALL {
        let (event, expected) = samples::last_of(function.name(), &tenant).await;
        let emulator = weir.emulate(function, LONG).await;
        answers(&emulator, &event, &expected).await;
        let first = emulator.process_id();

        emulator.signal("KILL");
        // Whoever asks next is told of the crash; after that there is a new process.
        let (status, answer) = emulator.invoke(&event).await;
        assert_eq!(status, 502, "{}: {answer}", function.name());
        // A workspace has one metrics key: this request is another one's.
        let other = weir.tenant().await;
        let (event, expected) = samples::last_of(function.name(), &other).await;
        answers(&emulator, &event, &expected).await;
        assert_ne!(emulator.process_id(), first);
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_ended_and_the_next_one_is_served() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    // A start and an answer fit in that on a busy machine, too.
    let timeout = Duration::from_secs(15);
    let emulator = weir.emulate(Function::Profiles, timeout).await;
    let (event, expected) = samples::last_of("profiles", &tenant).await;
    answers(&emulator, &event, &expected).await;
    let first = emulator.process_id();

    // The process stands still: whatever else it may wait for, it gives up sooner.
    emulator.signal("STOP");
    let (_, answer) = emulator.invoke(&event).await;
    assert_eq!(answer, "Task timed out after 15.00 seconds");
    answers(&emulator, &event, &expected).await;
    assert_ne!(emulator.process_id(), first);
}

#[tokio::test]
async fn what_was_measured_leaves_when_lambda_ends_the_process() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    let (mut event, expected) = samples::last_of("ingest", &tenant).await;
    let emulator = weir.emulate(Function::Ingest, LONG).await;
    answers(&emulator, &event, &expected).await;
    let body = r#"{"name": "signed_up", "userId": "ada"}"#;
    event["rawPath"] = "/event/ingest".into();
    event["requestContext"]["http"]["method"] = "POST".into();
    event["headers"] = serde_json::json!({
        "authorization": format!("Bearer {}", tenant.write_only.text),
        "content-type": "application/json",
    });
    event["body"] = body.into();
    answers(&emulator, &event, &serde_json::json!({"statusCode": 204})).await;

    emulator.signal("TERM");
    // The sample, which calls a workflow, and the event.
    let measured = || async { emulator.printed().contains("\"EventsAccepted\":2.0") };
    assert!(eventually(measured, |measured| *measured).await);
}
