//! What is refused is counted and kept as a sample, whichever function refuses it.

use api::{Invocation, NewKey, Weir};
use policy::{KeyKind, Role};
use serde_json::json;

#[tokio::test]
async fn every_function_with_keys_refuses_an_address_that_the_key_does_not_allow() {
    let tenant = Weir::shared().await.tenant().await;
    let elsewhere = || NewKey::from_addresses(&json!([{"cidr": "203.0.113.0/24"}]));
    let admin = NewKey {
        kind: KeyKind::ServiceAccount,
        role: Some(Role::Admin),
        ..elsewhere()
    };
    let reader = NewKey {
        kind: KeyKind::ReadWrite,
        ..elsewhere()
    };
    let (admin, reader) = (tenant.issue(admin).await, tenant.issue(reader).await);
    let query = json!({"query": "SELECT 1"}).to_string();
    let requests = [
        Invocation::new("GET", "/admin/v1/keys")
            .function("keys")
            .key(&admin.text),
        Invocation::post("/metrics/query", query)
            .function("metrics-query")
            .key(&admin.text),
        Invocation::new("GET", "/profile/ada")
            .function("profiles")
            .key(&reader.text),
        Invocation::post("/event/ingest", r#"{"name":"a","userId":"b"}"#).key(&reader.text),
    ];
    for request in requests {
        let answer = tenant.client().invoke(&request).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "ip_not_allowed")
        );
    }
}
