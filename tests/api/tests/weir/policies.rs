//! From which addresses a key may be used, and for which events.

use api::{Answer, Invocation, Key, NewKey, Tenant, Weir, now};
use insta::assert_snapshot;
use policy::Policy;
use serde_json::{Value, json};

const EVENT: &str = r#"{"name":"page_view","userId":"ann"}"#;

async fn sent_from(tenant: &Tenant<'_>, key: &Key, address: &str) -> Answer {
    let invocation = Invocation::post("/event/ingest", EVENT)
        .key(&key.text)
        .address(address);
    tenant.client().invoke(&invocation).await
}

/// A policy with one row per network.
fn rows(networks: &[&str]) -> Value {
    networks
        .iter()
        .map(|network| json!({"cidr": network}))
        .collect()
}

#[tokio::test]
async fn an_address_outside_the_list_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant
        .issue(NewKey::from_addresses(&rows(&["203.0.113.7"])))
        .await;
    assert_eq!(sent_from(&tenant, &key, "203.0.113.7").await.status, 204);
    assert_snapshot!(sent_from(&tenant, &key, "203.0.113.8").await, @r#"403 {"error":{"code":"ip_not_allowed","message":"the API key may not be used from the address of this request","requestId":"[id]"}}"#);
    assert_eq!(tenant.chunks().await, 1);
}

#[tokio::test]
async fn single_addresses_and_ranges_of_both_families_are_allowed_to_their_last_address() {
    let tenant = Weir::shared().await.tenant().await;
    let list = rows(&[
        "203.0.113.7",
        "198.51.100.64/26",
        "2001:db8:1::/48",
        "2001:db8:2::5",
    ]);
    let key = tenant.issue(NewKey::from_addresses(&list)).await;
    for (address, status) in [
        ("203.0.113.7", 204),
        ("203.0.113.6", 403),
        ("198.51.100.63", 403),
        ("198.51.100.64", 204),
        ("198.51.100.127", 204),
        ("198.51.100.128", 403),
        ("2001:db8:1::", 204),
        ("2001:db8:1:ffff:ffff:ffff:ffff:ffff", 204),
        ("2001:db8:2::", 403),
        ("2001:db8:2::5", 204),
        ("2001:DB8:2:0:0:0:0:5", 204),
        ("::1", 403),
    ] {
        let answer = sent_from(&tenant, &key, address).await;
        assert_eq!(answer.status, status, "{address}: {answer}");
    }
}

#[tokio::test]
async fn an_ipv4_address_is_the_same_when_it_is_mapped_into_ipv6() {
    let tenant = Weir::shared().await.tenant().await;
    let plain = tenant
        .issue(NewKey::from_addresses(&rows(&["203.0.113.0/24"])))
        .await;
    assert_eq!(
        sent_from(&tenant, &plain, "::ffff:203.0.113.9")
            .await
            .status,
        204
    );
    assert_eq!(
        sent_from(&tenant, &plain, "::ffff:203.0.114.9")
            .await
            .status,
        403
    );
    let mapped = tenant
        .issue(NewKey::from_addresses(&rows(&["::ffff:203.0.113.0/120"])))
        .await;
    assert_eq!(sent_from(&tenant, &mapped, "203.0.113.9").await.status, 204);
    assert_eq!(sent_from(&tenant, &mapped, "203.0.114.9").await.status, 403);
}

#[tokio::test]
async fn a_forged_forwarding_header_has_no_effect() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant
        .issue(NewKey::from_addresses(&rows(&["203.0.113.7"])))
        .await;
    for header in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "x-client-ip",
        "true-client-ip",
    ] {
        let post = || Invocation::post("/event/ingest", EVENT).key(&key.text);
        let forged = post().address("192.0.2.1").header(header, "203.0.113.7");
        let answer = tenant.client().invoke(&forged).await;
        assert_eq!(answer.code(), "ip_not_allowed", "{header}: {answer}");
        let harmless = post().address("203.0.113.7").header(header, "192.0.2.1");
        let answer = tenant.client().invoke(&harmless).await;
        assert_eq!(answer.status, 204, "{header}: {answer}");
    }
    // Over HTTP the caller is 127.0.0.1, whatever it says.
    let request = tenant
        .client()
        .with_key(&key.text)
        .request(reqwest::Method::POST, "/event/ingest")
        .header("x-forwarded-for", "203.0.113.7")
        .json(&json!({"name": "a", "userId": "ann"}));
    assert_eq!(tenant.client().send(request).await.code(), "ip_not_allowed");
}

#[tokio::test]
async fn a_row_allows_until_it_expires() {
    let tenant = Weir::shared().await.tenant().await;
    let hour = std::time::Duration::from_hours(1);
    let list = json!([
        {"cidr": "203.0.113.0/24", "expiresAt": now().minus(hour)},
        {"cidr": "203.0.113.7", "expiresAt": now().plus(hour)},
    ]);
    let key = tenant.issue(NewKey::from_addresses(&list)).await;
    assert_eq!(sent_from(&tenant, &key, "203.0.113.7").await.status, 204);
    assert_eq!(sent_from(&tenant, &key, "203.0.113.8").await.status, 403);
}

#[tokio::test]
async fn a_change_of_the_policy_holds_for_the_next_request() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant.issue(NewKey::default()).await;
    let mut version = 1;
    // Several times, so that every process of the function has each version in its cache.
    for round in 0..3 {
        for (addresses, status) in [
            (rows(&["203.0.113.7"]), 403),
            (rows(&["203.0.113.7", "192.0.2.0/24"]), 204),
            (json!([]), 403),
            (json!("anywhere"), 204),
        ] {
            let policy = json!({"addresses": addresses, "events": "all"});
            let policy: Policy = serde_json::from_value(policy).unwrap();
            tenant.replace_policy(&key, version, &policy).await;
            version += 1;
            for _ in 0..3 {
                let answer = sent_from(&tenant, &key, "192.0.2.1").await;
                assert_eq!(
                    answer.status, status,
                    "round {round}, {addresses}: {answer}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_event_name_that_is_not_on_the_list_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant
        .issue(NewKey::for_events(&json!(["login", "page_*"])))
        .await;
    let client = tenant.client().with_key(&key.text);
    for (name, status) in [
        ("login", 204),
        ("Login", 403),
        ("login2", 403),
        ("page_", 204),
        ("page_view", 204),
        ("page", 403),
        ("my_page_view", 403),
    ] {
        let event = json!({"name": name, "userId": "ann"});
        let answer = client.post("/event/ingest", &event).await;
        assert_eq!(answer.status, status, "{name}: {answer}");
    }
    let event = json!({"name": "logout", "userId": "ann"});
    assert_snapshot!(client.post("/event/ingest", &event).await, @r#"403 {"error":{"code":"event_not_allowed","message":"the API key may not send events of this name","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"event_not_allowed","path":"name","message":"the API key may not send events of this name"}]}"#);
}

#[tokio::test]
async fn the_allowed_events_of_a_batch_are_stored_and_the_others_named() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant.issue(NewKey::for_events(&json!(["login"]))).await;
    let event = |id: &str, name: &str| json!({"id": id, "name": name, "userId": "ann"});
    let events = [
        event("1", "login"),
        event("2", "logout"),
        event("3", "login"),
    ];
    let client = tenant.client().with_key(&key.text);
    let answer = client
        .post("/event/ingest/batch", &json!({"events": events}))
        .await;
    assert_snapshot!(answer, @r#"200 {"accepted":2,"refused":[{"index":1,"id":"2","code":"event_not_allowed","path":"events[1].name","message":"the API key may not send events of this name"}]}"#);
    let mut ids = tenant.timeline_of("ann", 2).await.texts("id");
    ids.sort_unstable();
    assert_eq!(ids, ["1", "3"]);
}

#[tokio::test]
async fn event_rules_do_not_concern_profile_updates() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant.issue(NewKey::for_events(&json!([]))).await;
    let client = tenant.client().with_key(&key.text);
    let answer = client
        .post("/profile", &json!({"userId": "ann", "properties": {}}))
        .await;
    assert_eq!(answer.status, 204, "{answer}");
}

#[tokio::test]
async fn a_policy_holds_for_reads_too() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {}}))
        .await;
    let policy = json!({"addresses": rows(&["203.0.113.7"]), "events": "all"});
    let kind = policy::KeyKind::ReadWrite;
    let key = tenant
        .issue(NewKey {
            kind,
            policy,
            ..NewKey::default()
        })
        .await;
    for (method, path) in [
        ("GET", "/profile/ann"),
        ("GET", "/profile/ann/events"),
        ("DELETE", "/profile/ann"),
    ] {
        let request = Invocation::new(method, path)
            .function("profiles")
            .key(&key.text);
        let answer = tenant
            .client()
            .invoke(&request.clone().address("192.0.2.1"))
            .await;
        assert_eq!(answer.code(), "ip_not_allowed", "{method} {path}: {answer}");
        let answer = tenant
            .client()
            .invoke(&request.address("203.0.113.7"))
            .await;
        assert!(answer.status < 300, "{method} {path}: {answer}");
    }
}

#[tokio::test]
async fn a_policy_that_is_missing_is_unavailable_and_never_a_pass() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant.issue(NewKey::default()).await;
    assert_eq!(sent_from(&tenant, &key, "192.0.2.1").await.status, 204);
    tenant.lose_the_policy_of(&key).await;
    for _ in 0..4 {
        let answer = sent_from(&tenant, &key, "192.0.2.1").await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (503, "unavailable"),
            "{answer}"
        );
        assert_ne!(answer.header("retry-after"), "");
    }
}
