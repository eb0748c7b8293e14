//! What scripts of the dashboard's pages ask, with the session's cookie.

use std::collections::BTreeMap;

use edge::{Identity, SESSION_COOKIE, Session};
use event::{Clock, WorkspaceId};
use policy::Role;
use secrets::{SESSION_KEYS, SessionKeys};
use serde_json::json;
use testkit::{Call, ORIGIN};

use crate::support::Asking;

/// The cookie of a person with that role.
async fn cookie(asking: &Asking, role: Role) -> String {
    let memberships: BTreeMap<WorkspaceId, Role> =
        BTreeMap::from([(asking.app.workspace.clone(), role)]);
    let identity = Identity {
        subject: "1".to_owned(),
        name: "ann@example.com".to_owned(),
        memberships,
    };
    let now = asking.app.clock.now();
    let keys = SessionKeys::new(asking.app.secrets_manager(), SESSION_KEYS);
    let sealed = Session::start(identity, now).seal(&keys, now).await;
    format!("{SESSION_COOKIE}={}", sealed.unwrap().0)
}

fn call(asking: &Asking, method: &str, path: &str, cookie: &str) -> Call {
    let call = asking.to(method, path).header("cookie", cookie);
    call.header("host", "127.0.0.1:9000")
}

#[tokio::test]
async fn a_session_reads_and_changes_as_its_role_allows_from_its_own_pages() {
    let asking = Asking::shop().await;
    let path = "/admin/v1/metrics";
    let metric = json!({"name": "All", "sql": "SELECT count(*) FROM events"});
    let editor = cookie(&asking, Role::Editor).await;
    assert_eq!(call(&asking, "GET", path, &editor).send().await.status, 200);
    let post = || call(&asking, "POST", path, &editor).json(&metric);
    assert_eq!(post().send().await.code(), "cross_site");
    let elsewhere = post().header("origin", "https://evil.example").send().await;
    assert_eq!(elsewhere.code(), "cross_site");
    let made = post().header("origin", ORIGIN).send().await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["creator"]["name"], json!("ann@example.com"));
    let viewer = cookie(&asking, Role::Viewer).await;
    let refused = call(&asking, "POST", path, &viewer).json(&metric);
    let refused = refused.header("origin", ORIGIN).send().await;
    assert_eq!(refused.code(), "role_missing");
}

#[tokio::test]
async fn a_page_that_was_made_in_another_workspace_changes_nothing_in_this_one() {
    let asking = Asking::start().await;
    let path = "/admin/v1/metrics";
    let metric = json!({"name": "All", "sql": "SELECT count(*) FROM events"});
    let editor = cookie(&asking, Role::Editor).await;
    let post = |workspace: &str| {
        let call = call(&asking, "POST", path, &editor).json(&metric);
        let call = call.header("x-weir-workspace", workspace);
        call.header("origin", ORIGIN).send()
    };
    assert_eq!(post("other").await.code(), "conflict");
    assert_eq!(post(asking.app.workspace.as_str()).await.status, 201);
}

#[tokio::test]
async fn a_session_asks_and_the_log_names_the_dashboard() {
    let asking = Asking::shop().await;
    let viewer = cookie(&asking, Role::Viewer).await;
    let body = json!({"query": "SELECT count(*) FROM events"});
    let ask = call(&asking, "POST", "/metrics/query", &viewer).json(&body);
    let answer = ask.header("origin", ORIGIN).send().await;
    assert_eq!(answer.json()["rows"], json!([[9]]));
    asking.app.runtime.flush().await;
    let log = call(&asking, "GET", "/admin/v1/metrics/log", &viewer);
    let log = log.send().await.json();
    assert_eq!(log["queries"][0]["source"], json!("dashboard"));
}

#[tokio::test]
async fn a_session_that_is_over_or_made_up_is_none() {
    let asking = Asking::start().await;
    let path = "/admin/v1/metrics";
    let sealed = cookie(&asking, Role::Admin).await;
    let made_up = format!("{SESSION_COOKIE}=x.y");
    assert_eq!(
        call(&asking, "GET", path, &made_up).send().await.code(),
        "signed_out"
    );
    asking.app.clock.advance(std::time::Duration::from_hours(2));
    assert_eq!(
        call(&asking, "GET", path, &sealed).send().await.code(),
        "signed_out"
    );
}
