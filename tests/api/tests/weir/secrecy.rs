//! What must not show in logs.

use api::{Function, Invocation, NewKey, Weir};
use serde_json::json;

#[tokio::test]
async fn logs_hold_no_key_no_address_and_nothing_that_a_client_sent() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    let key = tenant
        .issue(NewKey::from_addresses(&json!([{"cidr": "198.51.100.77"}])))
        .await;
    for (address, body) in [
        (
            "198.51.100.77",
            r#"{"name":"xyzzy-name","userId":"xyzzy-user"}"#,
        ),
        (
            "198.51.100.77",
            r#"{"name":"xyzzy-name","userId":"xyzzy-user","timestamp":"xyzzy"}"#,
        ),
        ("198.51.100.77", r#"{"xyzzy"#),
        (
            "198.51.100.78",
            r#"{"name":"xyzzy-name","userId":"xyzzy-user"}"#,
        ),
    ] {
        let invocation = Invocation::post("/event/ingest", body)
            .key(&key.text)
            .address(address);
        tenant.client().invoke(&invocation).await;
    }
    tenant
        .identify(&json!({"userId": "xyzzy-user", "properties": {"xyzzy": "xyzzy"}}))
        .await;
    tenant.timeline_of("xyzzy-user", 1).await;
    tenant.profile("xyzzy-user").await;
    let secret = key.text.rsplit_once('_').unwrap().1;
    for function in [Function::Ingest, Function::Profiles, Function::Projector] {
        let printed = weir.printed(function);
        for hidden in [secret, "198.51.100.77", "198.51.100.78", "xyzzy"] {
            let line = printed.lines().find(|line| line.contains(hidden));
            assert_eq!(line, None, "{hidden} in the log of {}", function.name());
        }
    }
}
