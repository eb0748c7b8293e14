//! Who may send: the verdicts in their order, and that they hold from the next request.

use std::time::Duration;

use event::Clock as _;
use policy::{AddressRow, AddressRules, ApiKey, KeyKind, Policy, PreviousSecret, parse_network};
use serde_json::json;
use testkit::{Answer, TestApp};

async fn send(app: &TestApp, key: &ApiKey) -> Answer {
    let event = json!({"name": "x", "userId": "u"});
    app.post("/event/ingest").key(key).json(&event).send().await
}

async fn outcome(app: &TestApp, key: &ApiKey) -> (u16, String) {
    let answer = send(app, key).await;
    let code = if answer.body.is_empty() {
        String::new()
    } else {
        answer.code()
    };
    (answer.status, code)
}

fn from(networks: &[&str]) -> Policy {
    let row = |text: &&str| AddressRow::new(parse_network(text).unwrap().network);
    let rows = networks.iter().map(row).collect();
    Policy {
        addresses: AddressRules::Specific(rows),
        ..Policy::default()
    }
}

#[tokio::test]
async fn a_request_without_a_good_key_is_refused_with_the_reason() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let event = json!({"name": "x", "userId": "u"});
    let call = || app.post("/event/ingest").json(&event);

    insta::assert_snapshot!(call().send().await.shown(), @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"test-request"}}"#);
    let malformed = call()
        .header("authorization", "Bearer uf_write_KEY_123")
        .send()
        .await;
    insta::assert_snapshot!(malformed.shown(), @r#"401 {"error":{"code":"key_malformed","message":"the API key is malformed: check that it was copied whole","requestId":"test-request"}}"#);
    let unknown = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    insta::assert_snapshot!(send(&app, &unknown).await.shown(), @r#"401 {"error":{"code":"key_unknown","message":"the API key is not known","requestId":"test-request"}}"#);
    let wrong = ApiKey::generate_with_id(KeyKind::WriteOnly, key.id().clone(), &mut rand::rng());
    assert_eq!(
        send(&app, &wrong).await.shown(),
        send(&app, &unknown).await.shown()
    );
}

#[tokio::test]
async fn a_revoked_key_is_refused_on_the_next_request() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    assert_eq!(send(&app, &key).await.status, 204);
    app.revoke(&key).await;
    assert_eq!(outcome(&app, &key).await, (403, "key_revoked".to_owned()));
    let wrong = ApiKey::generate_with_id(KeyKind::WriteOnly, key.id().clone(), &mut rand::rng());
    assert_eq!(outcome(&app, &wrong).await, (401, "key_unknown".to_owned()));
}

#[tokio::test]
async fn a_disabled_key_is_refused_until_it_is_enabled() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    app.set_enabled(&key, false).await;
    assert_eq!(outcome(&app, &key).await, (403, "key_disabled".to_owned()));
    app.set_enabled(&key, true).await;
    assert_eq!(outcome(&app, &key).await.0, 204);
}

#[tokio::test]
async fn a_key_expires_at_its_time() {
    let app = TestApp::start().await;
    let end = app.clock.now().plus(Duration::from_mins(1));
    let key = app
        .issue(KeyKind::WriteOnly, Policy::default(), |record| {
            record.expires_at = Some(end);
        })
        .await;
    assert_eq!(outcome(&app, &key).await.0, 204);
    app.clock.advance(Duration::from_mins(1));
    assert_eq!(outcome(&app, &key).await, (403, "key_expired".to_owned()));
}

#[tokio::test]
async fn the_previous_secret_works_until_its_deadline() {
    let app = TestApp::start().await;
    let old = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let end = app.clock.now().plus(Duration::from_mins(1));
    let previous = PreviousSecret {
        hash: old.secret_hash(),
        expires_at: end,
    };
    app.issue(KeyKind::WriteOnly, Policy::default(), |record| {
        record.id = old.id().clone();
        record.previous = Some(previous);
    })
    .await;
    assert_eq!(outcome(&app, &old).await.0, 204);
    app.clock.advance(Duration::from_mins(1));
    assert_eq!(outcome(&app, &old).await, (401, "key_unknown".to_owned()));
}

#[tokio::test]
async fn only_the_gateways_address_counts() {
    let app = TestApp::start().await;
    let key = app
        .key_with(KeyKind::WriteOnly, from(&["10.0.0.0/8", "2001:db8::/32"]))
        .await;
    let event = json!({"name": "x", "userId": "u"});
    let send = async |address: &str| {
        let call = app.post("/event/ingest").key(&key).json(&event);
        call.header("x-forwarded-for", "10.1.2.3")
            .from(address)
            .send()
            .await
    };
    for allowed in ["10.9.8.7", "2001:db8::1", "::ffff:10.0.0.1"] {
        assert_eq!(send(allowed).await.status, 204, "{allowed}");
    }
    for refused in ["11.0.0.1", "2001:db9::1", "::ffff:11.0.0.1"] {
        let answer = send(refused).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "ip_not_allowed"),
            "{refused}"
        );
        assert!(!answer.body.contains(refused));
    }
}

#[tokio::test]
async fn a_change_of_the_policy_holds_for_the_next_request() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    assert_eq!(outcome(&app, &key).await.0, 204);
    app.replace_policy(&key, 1, &from(&["10.0.0.0/8"])).await;
    assert_eq!(
        outcome(&app, &key).await,
        (403, "ip_not_allowed".to_owned())
    );
}

#[tokio::test]
async fn a_key_may_do_what_its_kind_may_and_no_more() {
    let app = TestApp::start().await;
    for kind in KeyKind::ALL {
        let key = app.key(kind).await;
        let expected = match kind {
            KeyKind::WriteOnly | KeyKind::ReadWrite => (204, String::new()),
            _ => (403, "scope_missing".to_owned()),
        };
        assert_eq!(outcome(&app, &key).await, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_missing_policy_is_never_a_pass() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let client = aws_sdk_dynamodb::Client::new(&app.runtime.aws);
    let items = client
        .scan()
        .table_name("control")
        .send()
        .await
        .unwrap()
        .items
        .unwrap();
    for mut item in items {
        item.retain(|name, _| name == "pk" || name == "sk");
        if item["sk"].as_s().unwrap().starts_with("POLICY#") {
            let delete = client
                .delete_item()
                .table_name("control")
                .set_key(Some(item));
            delete.send().await.unwrap();
        }
    }
    assert_eq!(outcome(&app, &key).await, (503, "unavailable".to_owned()));
}
