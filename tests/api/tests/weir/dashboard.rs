//! The dashboard, as somebody uses it who signed in.

use api::{Browser, Tenant, Weir};
use policy::{ApiKey, Role};
use reqwest::Method;
use serde_json::json;

use crate::workflows::paused_destination;

const KEYS: &str = "/dashboard/ingestion-keys";
const METRICS: &str = "/dashboard/metrics-api";
const WORKFLOWS: &str = "/dashboard/workflows";

/// Sends a form that leads on to a page, and gives that page's path.
async fn sent(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, 303, "{path}: {answer}");
    answer.header("location").to_owned()
}

/// What a page shows in the field of that id.
fn shown(page: &str, id: &str) -> String {
    let field = page.split_once(&format!("id=\"{id}\"")).unwrap().1;
    let value = field.split_once("value=\"").unwrap().1;
    value.split_once('"').unwrap().0.to_owned()
}

/// What a page has its form carry under that name.
fn carried(page: &str, name: &str) -> String {
    let value = page.split_once(&format!("name=\"{name}\" value=\""));
    value.unwrap().1.split_once('"').unwrap().0.to_owned()
}

/// What a key's address is answered with that sends an event.
async fn status(tenant: &Tenant<'_>, key: &ApiKey) -> u16 {
    let event = json!({"name": "paid", "userId": "ann"});
    let client = tenant.client().with_key(key.expose());
    client.post("/event/ingest", &event).await.status
}

#[tokio::test]
async fn every_page_shows_what_is_there() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .track(&json!({"name": "paid", "userId": "ann"}))
        .await;
    tenant.projected().await;
    let mut browser = tenant.browser(Role::Admin).await;
    let home = browser.get("/dashboard").await;
    assert_eq!(home.status, 200, "{home}");
    let links = home.body.split("href=\"/dashboard/").skip(1);
    let links = links.filter_map(|rest| rest.split(['"', '#']).next());
    let mut paths: Vec<_> = links.collect();
    paths.retain(|path| !path.starts_with("assets/") && *path != "sign-out");
    paths.sort_unstable();
    paths.dedup();
    assert!(paths.len() >= 10, "{paths:?}");
    for path in paths {
        let page = browser.get(&format!("/dashboard/{path}")).await;
        assert_eq!(page.status, 200, "{path}: {page}");
    }
    let graphs = browser.get("/dashboard/data/graphs").await;
    assert_eq!(graphs.status, 200, "{graphs}");
}

#[tokio::test]
async fn an_admin_makes_renames_shows_and_revokes_a_key() {
    let tenant = Weir::shared().await.tenant().await;
    let mut browser = tenant.browser(Role::Admin).await;
    let made = [("name", "Web"), ("kind", "write_only")];
    let made = browser.post(&format!("{KEYS}/new"), &made).await;
    let key = ApiKey::parse(&shown(&made.body, "issued-key")).unwrap();
    assert_eq!(status(&tenant, &key).await, 204);

    let page = format!("{KEYS}/{}", key.id());
    let details = format!("{page}/details");
    let version = carried(&browser.get(&details).await.body, "version");
    let fields = [
        ("version", version.as_str()),
        ("name", "Shop"),
        ("tags", ""),
        ("expires", ""),
    ];
    assert_eq!(sent(&mut browser, &details, &fields).await, page);
    let revealed = browser.post(&format!("{page}/reveal"), &[]).await;
    assert_eq!(shown(&revealed.body, "issued-key"), key.expose());
    assert_eq!(
        sent(&mut browser, &format!("{page}/revoke"), &[]).await,
        KEYS
    );
    assert_eq!(status(&tenant, &key).await, 403);
}

#[tokio::test]
async fn a_client_secret_is_rotated_and_the_one_before_it_ended() {
    let tenant = Weir::shared().await.tenant().await;
    let mut browser = tenant.browser(Role::Admin).await;
    let made = browser
        .post(&format!("{METRICS}/key"), &[("name", "Metrics")])
        .await;
    let (key, first) = (
        shown(&made.body, "api-key"),
        shown(&made.body, "client-secret"),
    );
    let current = carried(&browser.get(METRICS).await.body, "current");
    let fields = [("current", current.as_str()), ("overlap", "3600")];
    let rotated = browser
        .post(&format!("{METRICS}/client-secret"), &fields)
        .await;
    let second = shown(&rotated.body, "client-secret");
    let exchanged = async |secret: &str| {
        let body = json!({"clientSecret": secret, "environmentApiKey": key});
        tenant
            .client()
            .post("/metrics/auth/token", &body)
            .await
            .status
    };
    assert_eq!(
        (exchanged(&first).await, exchanged(&second).await),
        (200, 200)
    );
    let end = format!("{METRICS}/client-secret/end-previous");
    assert_eq!(sent(&mut browser, &end, &[]).await, METRICS);
    assert_eq!(
        (exchanged(&first).await, exchanged(&second).await),
        (401, 200)
    );
}

#[tokio::test]
async fn an_editor_ends_a_run_starts_it_once_more_and_goes_on_with_one_that_failed() {
    let tenant = Weir::shared().await.tenant().await;
    let mut browser = tenant.browser(Role::Editor).await;
    let waits = json!([{"id": "a", "type": "wait", "seconds": 3_600}]);
    let page = format!("{WORKFLOWS}/runs/{}", tenant.run(&waits, "waiting").await);
    assert_eq!(browser.get(&page).await.status, 200);
    assert_eq!(
        sent(&mut browser, &format!("{page}/cancel"), &[]).await,
        page
    );
    let once = carried(&browser.get(&page).await.body, "once");
    let again = [("once", once.as_str())];
    assert_ne!(
        sent(&mut browser, &format!("{page}/rerun"), &again).await,
        page
    );

    let fails = json!([{
        "id": "a", "type": "send_event", "name": "b", "properties": {"order": "{{ variables.order }}"},
    }]);
    let page = format!("{WORKFLOWS}/runs/{}", tenant.run(&fails, "failed").await);
    assert!(
        browser.get(WORKFLOWS).await.body.contains(&page),
        "the list of the dead"
    );
    assert_eq!(
        sent(&mut browser, &format!("{page}/replay"), &[]).await,
        page
    );

    let destination = paused_destination(&tenant).await;
    let resume = format!("{WORKFLOWS}/destinations");
    let resumed = sent(&mut browser, &resume, &[("destination", &destination)]).await;
    assert_eq!(resumed, WORKFLOWS);
}

#[tokio::test]
async fn the_script_of_a_page_asks_the_metrics_api_with_the_session() {
    let tenant = Weir::shared().await.tenant().await;
    let mut browser = tenant.browser(Role::Editor).await;
    let sql = "SELECT count(*) FROM events WHERE name = 'paid'";
    let draft = json!({"sql": sql, "variables": []});
    let path = "/admin/v1/metrics/dry-run";
    let tried = browser.ask(Method::POST, path, &draft).await;
    let columns = json!([{"name": "count(*)", "type": "bigint"}]);
    assert_eq!(
        (tried.status, &tried.json()["columns"]),
        (200, &columns),
        "{tried}"
    );
}
