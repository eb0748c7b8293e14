//! Service accounts and their API keys.

use std::time::Duration;

use event::Clock;
use policy::ApiKey;
use serde_json::{Value, json};
use testkit::Answer;

use crate::support::{Office, timeless};

const PATH: &str = "/admin/v1/service-accounts";

/// An answer with its ids, and the text of its key, replaced.
fn masked(answer: &Answer) -> String {
    let mut text = timeless(&answer.shown());
    let json = answer.json();
    for (pointer, name) in [
        ("/key", "<key>"),
        ("/id", "<id>"),
        ("/creator/id", "<admin>"),
    ] {
        if let Some(found) = json.pointer(pointer).and_then(Value::as_str) {
            text = text.replace(found, name);
        }
    }
    text
}

async fn account(office: &Office, name: &str, role: &str) -> String {
    let made = office
        .post(PATH, &json!({"name": name, "role": role}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.headers["location"].clone()
}

async fn key(office: &Office, account: &str) -> ApiKey {
    let body = json!({"name": "CI"});
    let made = office.post(&format!("{account}/keys"), &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    ApiKey::parse(made.json()["key"].as_str().unwrap()).unwrap()
}

async fn delete(office: &Office, path: &str) -> String {
    let call = office.app.to_keys("DELETE", path).key(&office.admin);
    call.send().await.shown()
}

async fn change(office: &Office, path: &str, version: &str, body: &Value) -> Answer {
    let call = office.app.to_keys("PUT", path).key(&office.admin);
    call.header("if-match", version).json(body).send().await
}

#[tokio::test]
async fn an_account_is_made_listed_and_read() {
    let office = Office::open().await;
    let body = json!({"name": "Nightly build", "role": "editor"});
    let made = office.post(PATH, &body).await;
    insta::assert_snapshot!(masked(&made), @r#"201 {"id":"<id>","name":"Nightly build","role":"editor","creator":{"kind":"service_account","id":"<admin>","name":"test admin"},"createdAt":<time>,"livingKeys":0,"deletedAt":null,"deletedBy":null}"#);
    assert_eq!(made.headers["etag"], "\"1\"");
    let read = office.get(&made.headers["location"]).await;
    assert_eq!((read.status, read.json()), (200, made.json()));
    let list = office.get(PATH).await;
    assert_eq!(list.json()["serviceAccounts"][0], made.json());
    insta::assert_snapshot!(office.post(PATH, &body).await.shown(), @r#"409 {"error":{"code":"conflict","message":"the name is taken","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn a_key_is_shown_once_and_administers_as_its_account() {
    let office = Office::open().await;
    let account = account(&office, "Nightly build", "viewer").await;
    let expires_at = office.app.clock.now().plus(Duration::from_mins(10));
    let body = json!({"name": "CI", "expiresAt": expires_at.as_millis()});
    let made = office.post(&format!("{account}/keys"), &body).await;
    insta::assert_snapshot!(masked(&made), @r#"201 {"id":"<id>","name":"CI","state":"enabled","creator":{"kind":"service_account","id":"<admin>","name":"test admin"},"createdAt":<time>,"expiresAt":<time>,"addresses":[],"lastUsedAt":null,"revokedAt":null,"revokedBy":null,"key":"<key>"}"#);
    let key = ApiKey::parse(made.json()["key"].as_str().unwrap()).unwrap();
    let list = office.get(&format!("{account}/keys")).await;
    assert!(!list.body.contains("weir_"), "{}", list.body);
    assert_eq!(list.json()["keys"][0]["state"], "enabled");

    let keys = || office.app.to_keys("GET", "/admin/v1/keys").key(&key).send();
    assert_eq!(keys().await.status, 200);
    let accounts = office.app.to_keys("GET", PATH).key(&key).send().await;
    assert_eq!(accounts.code(), "role_missing");

    office.app.clock.set(expires_at);
    assert_eq!(keys().await.code(), "key_expired");
    let list = office.get(&format!("{account}/keys")).await;
    assert_eq!(list.json()["keys"][0]["state"], "expired");
}

#[tokio::test]
async fn a_key_with_addresses_is_refused_from_elsewhere() {
    let office = Office::open().await;
    let account = account(&office, "Build", "admin").await;
    let path = format!("{account}/keys");
    let addresses = ["198.51.100.7", "2001:DB8::/32"];
    let body = json!({"name": "CI", "addresses": addresses});
    let made = office.post(&path, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let shown = json!(["198.51.100.7/32", "2001:db8::/32"]);
    assert_eq!(made.json()["addresses"], shown);
    let list = office.get(&path).await.json();
    assert_eq!(list["keys"][0]["addresses"], shown);

    let key = ApiKey::parse(made.json()["key"].as_str().unwrap()).unwrap();
    let keys = |address| {
        let call = office.app.to_keys("GET", "/admin/v1/keys").key(&key);
        call.from(address).send()
    };
    for (address, status) in [
        ("198.51.100.7", 200),
        ("2001:db8::9", 200),
        ("198.51.100.8", 403),
    ] {
        assert_eq!(keys(address).await.status, status, "{address}");
    }
    let read = office.app.get("/profile/ann").key(&key);
    let read = read.from("198.51.100.8").send().await;
    assert_eq!(read.code(), "ip_not_allowed");

    let body = json!({"name": "CI", "addresses": ["192.0.2.1", "shop.example", "192.0.2.1/32"]});
    insta::assert_snapshot!(office.post(&path, &body).await.shown(), @r#"400 {"error":{"code":"invalid_body","message":"addresses[1]: must be an IPv4 or IPv6 address or a CIDR range: not a host name or a wildcard","requestId":"test-request","errors":[{"path":"addresses[1]","message":"must be an IPv4 or IPv6 address or a CIDR range: not a host name or a wildcard"}]}}"#);
    let body = json!({"name": "CI", "addresses": vec!["192.0.2.1"; 21]});
    insta::assert_snapshot!(office.post(&path, &body).await.shown(), @r#"400 {"error":{"code":"invalid_body","message":"addresses: must have at most 20 entries","requestId":"test-request","errors":[{"path":"addresses","message":"must have at most 20 entries"}]}}"#);
}

#[tokio::test]
async fn a_key_of_any_role_reads_profiles_and_timelines_and_deletes_none() {
    let office = Office::open().await;
    for role in ["viewer", "editor", "admin"] {
        let account = account(&office, role, role).await;
        let key = key(&office, &account).await;
        for path in ["/profile/ann", "/profile/ann/events"] {
            let read = office.app.get(path).key(&key).send().await;
            assert_eq!(read.code(), "not_found", "{role} {path}");
        }
        let deleted = office.app.to_profiles("DELETE", "/profile/ann").key(&key);
        assert_eq!(deleted.send().await.code(), "scope_missing", "{role}");
        let body = json!({"name": "order", "userId": "ann"});
        let sent = office.app.post("/event/ingest").key(&key).json(&body);
        assert_eq!(sent.send().await.code(), "scope_missing", "{role}");
    }
}

#[tokio::test]
async fn a_change_of_role_and_name_holds_for_the_next_request_of_its_keys() {
    let office = Office::open().await;
    let account = account(&office, "Build", "viewer").await;
    let key = key(&office, &account).await;
    let make = |name: &str| {
        let body = json!({"name": name, "kind": "rum"});
        let call = office.app.to_keys("POST", "/admin/v1/keys").key(&key);
        call.json(&body).send()
    };
    assert_eq!(make("a").await.code(), "role_missing");
    let body = json!({"name": "Deploy", "role": "editor"});
    let changed = change(&office, &account, "\"1\"", &body).await;
    assert_eq!((changed.status, &*changed.headers["etag"]), (200, "\"2\""));
    let by_editor = make("b").await;
    assert_eq!(by_editor.status, 201);
    assert_eq!(by_editor.json()["creator"]["name"], "Deploy");

    let stale = change(&office, &account, "\"1\"", &body).await;
    insta::assert_snapshot!(stale.shown(), @r#"412 {"error":{"code":"version_stale","message":"the version in If-Match is not the newest","requestId":"test-request"}}"#);
    let call = office.app.to_keys("PUT", &account).key(&office.admin);
    insta::assert_snapshot!(call.json(&body).send().await.shown(), @r#"428 {"error":{"code":"precondition_required","message":"a change needs the version in If-Match","requestId":"test-request"}}"#);
    let same = change(&office, &account, "\"2\"", &body).await;
    assert_eq!(same.headers["etag"], "\"2\"", "nothing changed");
}

#[tokio::test]
async fn a_revoked_key_is_refused_on_the_next_request_and_stays_listed() {
    let office = Office::open().await;
    let account = account(&office, "Build", "viewer").await;
    let key = key(&office, &account).await;
    let list = || office.app.to_keys("GET", "/admin/v1/keys").key(&key).send();
    assert_eq!(list().await.status, 200);
    let path = format!("{account}/keys/{}", key.id());
    let revoked_at = office.app.clock.now();
    assert_eq!(delete(&office, &path).await, "204 ");
    assert_eq!(list().await.code(), "key_revoked");
    assert_eq!(delete(&office, &path).await, "204 ");
    let listed = office.get(&format!("{account}/keys")).await.json();
    let entry = &listed["keys"][0];
    assert_eq!(entry["state"], "revoked");
    assert_eq!(entry["revokedAt"], json!(revoked_at.as_millis()));
    assert_eq!(entry["revokedBy"]["name"], "test admin");
    let read = office.get(&account).await.json();
    assert_eq!(read["livingKeys"], 0);
}

#[tokio::test]
async fn a_deleted_account_takes_its_keys_along_and_stays_readable() {
    let office = Office::open().await;
    let path = account(&office, "Build", "admin").await;
    let key = key(&office, &path).await;
    assert_eq!(delete(&office, &path).await, "204 ");
    let refused = office.app.to_keys("GET", PATH).key(&key).send().await;
    assert_eq!(refused.code(), "key_revoked");
    // Beside it are those of the test's callers; deleted ones come behind the others.
    let living = office.get(PATH).await.json();
    let names = |list: &Value| {
        let accounts = list["serviceAccounts"].as_array().unwrap().iter();
        accounts.map(|it| it["name"].clone()).collect::<Vec<_>>()
    };
    assert!(!names(&living).contains(&json!("Build")), "{living}");
    let all = office.get(&format!("{PATH}?withDeleted=true")).await.json();
    assert_eq!(names(&all).last(), Some(&json!("Build")));
    let last = all["serviceAccounts"].as_array().unwrap().last().unwrap();
    assert_eq!(last["deletedBy"]["name"], "test admin");
    let keys = office.get(&format!("{path}/keys")).await.json();
    assert_eq!(keys["keys"][0]["state"], "revoked");
    let body = json!({"name": "CI"});
    let key = office.post(&format!("{path}/keys"), &body).await;
    insta::assert_snapshot!(key.shown(), @r#"409 {"error":{"code":"conflict","message":"the service account is deleted","requestId":"test-request"}}"#);
    assert_eq!(delete(&office, &path).await, "204 ");
    account(&office, "Build", "viewer").await;
}

#[tokio::test]
async fn an_account_has_twenty_living_keys_at_most() {
    let office = Office::open().await;
    let account = account(&office, "Build", "viewer").await;
    let mut last = None;
    for _ in 0..20 {
        last = Some(key(&office, &account).await);
    }
    let path = format!("{account}/keys");
    let body = json!({"name": "CI"});
    insta::assert_snapshot!(office.post(&path, &body).await.shown(), @r#"409 {"error":{"code":"conflict","message":"the service account has 20 API keys: revoke one of them first","requestId":"test-request"}}"#);
    let last = last.unwrap();
    delete(&office, &format!("{path}/{}", last.id())).await;
    key(&office, &account).await;
    let body = json!({"name": "Robots", "role": "editor"});
    let changed = change(&office, &account, "\"1\"", &body).await;
    assert_eq!(changed.status, 200, "all of them in one transaction");
}

#[tokio::test]
async fn its_keys_are_none_of_the_workspaces_list() {
    let office = Office::open().await;
    let account = account(&office, "Build", "viewer").await;
    let key = key(&office, &account).await;
    let keys = office.get("/admin/v1/keys").await.json();
    assert_eq!(keys["keys"], json!([]));
    let read = office.get(&format!("/admin/v1/keys/{}", key.id())).await;
    assert_eq!(read.code(), "not_found");
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_is_not_there_is_not() {
    let office = Office::open().await;
    let path = account(&office, "Build", "viewer").await;
    let mut answers = Vec::new();
    for body in [
        json!({"name": "", "role": "viewer"}),
        json!({"name": "a".repeat(65), "role": "viewer"}),
        json!({"name": "a", "role": "owner"}),
        json!({"name": "a", "role": "viewer", "rights": []}),
        json!({"role": "viewer"}),
    ] {
        answers.push(office.post(PATH, &body).await.shown());
    }
    let body = json!({"name": " CI", "expiresAt": 5});
    let keys = office.post(&format!("{path}/keys"), &body).await;
    answers.push(keys.shown());
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 {"error":{"code":"invalid_body","message":"name: must be 1 to 64 characters","requestId":"test-request","errors":[{"path":"name","message":"must be 1 to 64 characters"}]}}
    400 {"error":{"code":"invalid_body","message":"name: must be 1 to 64 characters","requestId":"test-request","errors":[{"path":"name","message":"must be 1 to 64 characters"}]}}
    400 {"error":{"code":"invalid_body","message":"role: must be one of `viewer`, `editor`, `admin`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"rights: is not a known member: expected `name` or `role`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"missing member `name`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"name: must not begin or end with white space (and 1 more)","requestId":"test-request","errors":[{"path":"name","message":"must not begin or end with white space"},{"path":"expiresAt","message":"must lie in the future, in milliseconds since 1970"}]}}
    "#);
    let stranger = office.stranger().await;
    for path in [
        path.clone(),
        format!("{path}/keys"),
        format!("{PATH}/000000000000"),
        format!("{PATH}/no-id"),
    ] {
        let answer = office.app.to_keys("GET", &path).key(&stranger).send().await;
        assert_eq!(answer.code(), "not_found", "{path}");
    }
    let missing = format!("{path}/keys/000000000000");
    assert!(delete(&office, &missing).await.starts_with("404"));
    for key in [&office.viewer, &office.editor] {
        let answer = office.app.to_keys("GET", &path).key(key).send().await;
        assert_eq!(answer.code(), "role_missing");
    }
}
