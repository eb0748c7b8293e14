//! The metrics key and its client secret.

use std::time::Duration;

use event::Clock;
use local::Service;
use policy::{ApiKey, ClientSecret, KeyKind, Role, SecretSlot};
use serde_json::{Value, json};
use testkit::{Answer, Fault};

use crate::support::{Made, Office};

const KEYS: &str = "/admin/v1/keys";

struct Metrics {
    office: Office,
    key: ApiKey,
    first: ClientSecret,
}

fn secret(answer: &Answer) -> ClientSecret {
    let json = answer.json();
    let text = json["clientSecret"].as_str();
    ClientSecret::parse(text.unwrap_or_else(|| panic!("{}", answer.body))).unwrap()
}

impl Metrics {
    async fn open() -> Self {
        let office = Office::open().await;
        let body = json!({"name": "Metrics", "kind": "metrics"});
        let made = office.post(KEYS, &body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let key = ApiKey::parse(made.json()["key"].as_str().unwrap()).unwrap();
        Self {
            office,
            key,
            first: secret(&made),
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("{KEYS}/{}/client-secret/{rest}", self.key.id())
    }

    async fn rotate(&self, overlap: u64) -> Answer {
        let body = json!({"overlapSeconds": overlap});
        self.office.post(&self.path("rotate"), &body).await
    }

    /// What the exchange for a token asks.
    async fn check(&self, presented: &ClientSecret) -> Option<SecretSlot> {
        let app = &self.office.app;
        let record = app.store.key(self.key.id()).await.unwrap().unwrap();
        let now = app.clock.now();
        let checked = app
            .secrets
            .check_client_secret(Some(&record), presented, now);
        checked.await.unwrap().map(|accepted| accepted.slot)
    }
}

#[tokio::test]
async fn a_workspace_has_one_and_only_an_admin_makes_it() {
    let office = Office::open().await;
    let body = json!({"name": "Metrics", "kind": "metrics"});
    let call = office.app.to_keys("POST", KEYS).key(&office.editor);
    assert_eq!(call.json(&body).send().await.code(), "role_missing");
    let made = office.post(KEYS, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let second = json!({"name": "More metrics", "kind": "metrics"});
    insta::assert_snapshot!(office.post(KEYS, &second).await.shown(), @r#"409 {"error":{"code":"conflict","message":"the workspace has a metrics key","requestId":"test-request"}}"#);
    let list = office.get(KEYS).await;
    assert!(!list.body.contains("weir_"), "{}", list.body);
    let other = json!({"name": "Web shop", "kind": "rum"});
    let other = office.post(KEYS, &other).await.json();
    assert_eq!(other.get("clientSecret"), None);
}

#[tokio::test]
async fn a_client_secret_is_good_beside_its_key() {
    let metrics = Metrics::open().await;
    assert_eq!(
        metrics.check(&metrics.first).await,
        Some(SecretSlot::Current)
    );
    let other = ClientSecret::generate(&mut rand::rng());
    assert_eq!(metrics.check(&other).await, None);
}

#[tokio::test]
async fn of_a_rotation_both_work_until_the_deadline() {
    let metrics = Metrics::open().await;
    let rotated = metrics.rotate(600).await;
    let until = metrics.office.app.clock.now().plus(Duration::from_mins(10));
    assert_eq!(
        rotated.json()["previousExpiresAt"],
        json!(until.as_millis())
    );
    let new = secret(&rotated);
    assert_eq!(metrics.check(&new).await, Some(SecretSlot::Current));
    assert_eq!(
        metrics.check(&metrics.first).await,
        Some(SecretSlot::Previous)
    );
    metrics.office.app.clock.set(until);
    assert_eq!(metrics.check(&metrics.first).await, None);
    assert_eq!(metrics.check(&new).await, Some(SecretSlot::Current));
}

#[tokio::test]
async fn the_previous_one_ends_at_once_on_demand_and_without_overlap() {
    let metrics = Metrics::open().await;
    let second = secret(&metrics.rotate(600).await);
    let app = &metrics.office.app;
    let end = || {
        let call = app.to_keys("DELETE", &metrics.path("previous"));
        call.key(&metrics.office.admin).send()
    };
    assert_eq!(end().await.shown(), "204 ");
    assert_eq!(end().await.shown(), "204 ");
    assert_eq!(metrics.check(&metrics.first).await, None);
    let third = metrics.rotate(0).await;
    assert_eq!(third.json()["previousExpiresAt"], json!(null));
    assert_eq!(metrics.check(&second).await, None);
    let third = secret(&third);
    let fourth = secret(&metrics.rotate(600).await);
    let again = metrics.rotate(600).await;
    assert_eq!(
        again.code(),
        "conflict",
        "one is accepted beside the newest"
    );
    assert_eq!(metrics.check(&third).await, Some(SecretSlot::Previous));
    let body = json!({"overlapSeconds": 600, "replacePrevious": true});
    let fifth = secret(&metrics.office.post(&metrics.path("rotate"), &body).await);
    assert_eq!(metrics.check(&third).await, None, "the oldest of three");
    assert_eq!(metrics.check(&fourth).await, Some(SecretSlot::Previous));
    assert_eq!(metrics.check(&fifth).await, Some(SecretSlot::Current));
    let id = metrics.key.id();
    let path = format!("/admin/v1/audit?subject={id}&action=client_secret.rotated");
    let audit = metrics.office.get(&path).await;
    assert_eq!(audit.json()["entries"].as_array().unwrap().len(), 4);
    assert!(!audit.body.contains("weir_mcs"), "{}", audit.body);
}

#[tokio::test]
async fn of_two_rotations_at_a_time_the_one_that_is_answered_is_good() {
    let metrics = Metrics::open().await;
    let (one, two) = tokio::join!(metrics.rotate(60), metrics.rotate(60));
    let mut good = 0;
    for answer in [one, two] {
        if answer.status == 200 {
            let known = metrics.check(&secret(&answer)).await;
            assert!(known.is_some(), "what was answered works");
            good += 1;
        } else {
            assert_eq!(answer.code(), "conflict");
        }
    }
    assert!(good >= 1);
}

#[tokio::test]
async fn only_the_metrics_key_of_the_workspace_has_one_and_only_admins_rotate_it() {
    let metrics = Metrics::open().await;
    let app = &metrics.office.app;
    let rum = app.key(KeyKind::Rum).await;
    let body = json!({"overlapSeconds": 0});
    for id in [rum.id().as_str(), "000000000000"] {
        let path = format!("{KEYS}/{id}/client-secret/rotate");
        let answer = metrics.office.post(&path, &body).await;
        assert_eq!(answer.code(), "not_found");
    }
    let stranger = metrics.office.stranger().await;
    let path = metrics.path("rotate");
    let call = app.to_keys("POST", &path).key(&stranger).json(&body);
    assert_eq!(call.send().await.code(), "not_found");
    let call = app.to_keys("POST", &path).key(&metrics.office.editor);
    assert_eq!(call.json(&body).send().await.code(), "role_missing");
    insta::assert_snapshot!(metrics.rotate(2_592_001).await.shown(), @r#"400 {"error":{"code":"invalid_body","message":"overlapSeconds: must be 0 to 2592000","requestId":"test-request","errors":[{"path":"overlapSeconds","message":"must be 0 to 2592000"}]}}"#);
}

#[tokio::test]
async fn an_interrupted_rotation_is_finished_by_the_next_and_ends_nothing() {
    let metrics = Metrics::open().await;
    let fault = Fault::server_error()
        .on_service(Service::SecretsManager)
        .on_action("UpdateSecretVersionStage");
    let fault = metrics.office.app.stand_in.faults().inject(fault);
    assert_eq!(metrics.rotate(600).await.status, 503);
    fault.clear();
    assert!(metrics.check(&metrics.first).await.is_some());
    let new = secret(&metrics.rotate(600).await);
    assert_eq!(metrics.check(&new).await, Some(SecretSlot::Current));
    let first = metrics.check(&metrics.first).await;
    assert_eq!(first, Some(SecretSlot::Previous));
}

/// Everything that can be done to a key, and the body that goes with it.
fn acts() -> [(&'static str, &'static str, Option<Value>); 8] {
    let policy = json!({"addresses": "anywhere", "events": "all"});
    [
        ("PATCH", "", Some(json!({"tags": ["x"]}))),
        ("PUT", "/policy", Some(policy)),
        ("POST", "/rotate", Some(json!({"overlapSeconds": 60}))),
        ("DELETE", "/previous", None),
        ("POST", "/disable", None),
        ("POST", "/enable", None),
        ("POST", "/reveal", None),
        ("DELETE", "", None),
    ]
}

#[tokio::test]
async fn each_role_may_do_with_each_kind_of_key_what_it_may_and_no_more() {
    let office = Office::open().await;
    let callers = [
        (&office.viewer, Role::Viewer),
        (&office.editor, Role::Editor),
        (&office.admin, Role::Admin),
    ];
    let mut refused = 0;
    for kind in KeyKind::ALL {
        if kind == KeyKind::ServiceAccount {
            continue;
        }
        let body = json!({"name": kind.as_str(), "kind": kind.as_str()});
        let made = Made::of(&office.post(KEYS, &body).await);
        for (key, role) in callers {
            for (method, below, body) in acts() {
                let etag = office.get(&made.path).await.headers["etag"].clone();
                let path = format!("{}{below}", made.path);
                let call = office.app.to_keys(method, &path).key(key);
                let call = call.header("if-match", &etag);
                let answer = match &body {
                    Some(body) => call.json(body).send().await,
                    None => call.send().await,
                };
                let admins = below == "/reveal" || (method, below) == ("DELETE", "");
                let least = if admins {
                    Role::Admin
                } else {
                    kind.least_role()
                };
                let told = format!("{role} {kind} {method} {below}: {}", answer.body);
                if role >= least {
                    assert!(answer.status < 300, "{told}");
                } else {
                    assert_eq!(answer.code(), "role_missing", "{told}");
                    refused += 1;
                }
            }
        }
    }
    // A viewer nothing; an editor neither reveals nor revokes, and does nothing to the metrics key.
    assert_eq!(refused, 6 * 8 + 5 * 2 + 8);
}
