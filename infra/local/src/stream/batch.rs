//! What a function's answer says about a batch.

use serde_json::Value;

use super::records::StreamRecord;

/// The outcome of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Every record is done.
    Done,
    /// Records before this one are done; it and those after it come again.
    FailedFrom(usize),
    /// Nothing is done.
    Failed(String),
    /// The function was not asked.
    Unreachable(String),
}

/// Reads `{"batchItemFailures": [{"itemIdentifier": SEQUENCE NUMBER}]}` as Lambda does: no list or an
/// empty one is a success, an identifier that is none of the batch's fails the batch.
pub(super) fn outcome(answer: &Value, batch: &[StreamRecord]) -> Outcome {
    if !(answer.is_object() || answer.is_null()) {
        return Outcome::Failed("the answer is neither an object nor null".into());
    }
    let failures = match answer
        .get("batchItemFailures")
        .filter(|list| !list.is_null())
    {
        None => return Outcome::Done,
        Some(list) => list.as_array(),
    };
    let Some(failures) = failures else {
        return Outcome::Failed("batchItemFailures is no list".into());
    };
    let mut lowest: Option<usize> = None;
    for failure in failures {
        let identifier = failure.get("itemIdentifier").and_then(Value::as_str);
        let place = identifier.and_then(|number| {
            batch
                .iter()
                .position(|record| record.sequence_number == number)
        });
        let Some(place) = place else {
            return Outcome::Failed("an itemIdentifier is none of the batch".into());
        };
        lowest = Some(lowest.map_or(place, |lowest| lowest.min(place)));
    }
    lowest.map_or(Outcome::Done, Outcome::FailedFrom)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch() -> Vec<StreamRecord> {
        ["100", "101", "102"].map(StreamRecord::numbered).into()
    }

    #[test]
    fn no_failures_are_a_success() {
        for answer in [
            json!(null),
            json!({}),
            json!({ "batchItemFailures": null }),
            json!({ "batchItemFailures": [] }),
        ] {
            assert_eq!(outcome(&answer, &batch()), Outcome::Done, "{answer}");
        }
    }

    #[test]
    fn the_lowest_failed_record_decides() {
        let failed = ["102", "101"].map(|number| json!({ "itemIdentifier": number }));
        let answer = json!({ "batchItemFailures": failed });
        assert_eq!(outcome(&answer, &batch()), Outcome::FailedFrom(1));
    }

    #[test]
    fn an_answer_that_cannot_be_read_fails_the_batch() {
        for answer in [
            json!("done"),
            json!({ "batchItemFailures": "101" }),
            json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": null }] }),
            json!({ "batchItemFailures": [{ "id": "101" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": "999" }] }),
        ] {
            assert!(
                matches!(outcome(&answer, &batch()), Outcome::Failed(_)),
                "{answer}"
            );
        }
    }
}
