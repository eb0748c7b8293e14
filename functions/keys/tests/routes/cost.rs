//! What the admin API asks of AWS.

use serde_json::json;

use crate::support::Office;

/// The actions asked of AWS meanwhile, but those of the metrics.
fn asked(office: &Office) -> Vec<String> {
    let calls = office.app.stand_in.recorded();
    office.app.stand_in.clear_recorded();
    let of_interest = calls
        .into_iter()
        .filter(|call| call.service != local::Service::CloudWatch);
    of_interest.map(|call| call.action).collect()
}

#[tokio::test]
async fn create_reveal_and_rotate_take_four_calls_at_most_on_a_warm_function() {
    let office = Office::open().await;
    office.key("first").await;
    asked(&office);
    let made = office.key("Web shop").await;
    assert_eq!(asked(&office), ["GetItem", "TransactWriteItems"]);
    office.call("POST", &made.below("reveal")).send().await;
    assert_eq!(
        asked(&office),
        ["GetItem", "BatchGetItem", "TransactWriteItems"]
    );
    office
        .post(&made.below("rotate"), &json!({"overlapSeconds": 60}))
        .await;
    assert_eq!(asked(&office), ["GetItem", "GetItem", "TransactWriteItems"]);
}

#[tokio::test]
async fn a_list_of_a_thousand_keys_is_four_queries() {
    let office = Office::open().await;
    for _ in 0..1_000 {
        office.app.key(policy::KeyKind::WriteOnly).await;
    }
    asked(&office);
    let list = office.get("/admin/v1/keys?limit=1000").await;
    assert_eq!(list.json()["keys"].as_array().unwrap().len(), 1_000);
    assert_eq!(list.json()["nextCursor"], json!(null));
    // The caller's key, its policy; the keys, when they were last used, and two days of usage.
    let asked = asked(&office);
    assert_eq!(
        asked,
        ["GetItem", "GetItem", "Query", "Query", "Query", "Query"]
    );
}
