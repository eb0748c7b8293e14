//! Who may ask, and about what.

use policy::{KeyKind, Policy};
use serde_json::json;
use testkit::{Call, Fault};

use crate::support::Asking;

#[tokio::test]
async fn only_the_key_of_a_service_account_may_ask() {
    let asking = Asking::start().await;
    for kind in KeyKind::ALL {
        let key = asking.app.key(kind).await;
        let call = Call::new(asking.router.clone(), "POST", "/metrics/query").key(&key);
        let answer = call.json(&json!({"query": "SELECT 1"})).send().await;
        let expected = if kind == KeyKind::ServiceAccount {
            200
        } else {
            403
        };
        assert_eq!(answer.status, expected, "{kind}: {}", answer.body);
    }
    let nobody = Call::new(asking.router.clone(), "POST", "/metrics/query")
        .send()
        .await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn a_query_sees_the_events_of_its_own_workspace() {
    let asking = Asking::shop().await;
    let other = asking.another_workspace("other").await;
    let issue = |record: &mut policy::KeyRecord| record.workspace = other.clone();
    let key = asking
        .app
        .issue(KeyKind::ServiceAccount, Policy::default(), issue)
        .await;
    let call = Call::new(asking.router.clone(), "POST", "/metrics/query").key(&key);
    let body =
        json!({"query": "SELECT count(*) FROM events WHERE timestamp > now() - INTERVAL '1' DAY"});
    assert_eq!(call.json(&body).send().await.json()["rows"], json!([[0]]));
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_503() {
    let asking = Asking::shop().await;
    asking.app.stand_in.faults().inject(Fault::server_error());
    let answer = asking.ask("SELECT count(*) FROM events").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (503, "unavailable")
    );
}
