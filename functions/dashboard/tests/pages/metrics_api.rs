//! The Metrics API: its key, its settings, saved metrics, what ran.

use std::time::Duration;

use control::{MetricDraft, PlannedMetric, SavedMetrics};
use event::Clock;
use policy::{ApiKey, ClientSecret, Role, SecretSlot};
use store::{MetricVariable, QueryRun, QuerySource, VariableKind};
use testkit::{Answer, TestApp};

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::text_of;
use crate::office::{form, found, location, whole};

const PAGE: &str = "/dashboard/metrics-api";

/// The text in the field of that id.
fn shown(answer: &Answer, id: &str) -> String {
    let page = whole(answer, 200);
    let (_, rest) = page.split_once(&format!("<input id=\"{id}\"")).unwrap();
    let (_, rest) = rest.split_once("value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Makes the metrics key.
async fn make(browser: &mut Browser<'_>) -> (ApiKey, ClientSecret) {
    let made = browser.post(&format!("{PAGE}/key"), "name=Metrics").await;
    let key = ApiKey::parse(&shown(&made, "api-key")).unwrap();
    let secret = ClientSecret::parse(&shown(&made, "client-secret")).unwrap();
    (key, secret)
}

/// What the exchange for a token asks.
async fn check(app: &TestApp, key: &ApiKey, presented: &ClientSecret) -> Option<SecretSlot> {
    let record = app.store.key(key.id()).await.unwrap();
    let (secrets, now) = (&app.secrets, app.clock.now());
    let checked = secrets.check_client_secret(record.as_ref(), presented, now);
    checked.await.unwrap().map(|accepted| accepted.slot)
}

#[tokio::test]
async fn an_admin_makes_the_key_and_sees_its_secret_once_and_its_text_again() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let empty = browser.get(PAGE).await;
    assert!(whole(&empty, 200).contains("Make the metrics key"));
    let (key, secret) = make(&mut browser).await;
    assert!(check(&app, &key, &secret).await.is_some());
    let page = browser.get(PAGE).await;
    let page = whole(&page, 200);
    assert!(!page.contains("value=\"weir_") && !page.contains("Make the metrics key"));
    let revealed = browser.post(&format!("{PAGE}/key/reveal"), "").await;
    assert_eq!(shown(&revealed, "api-key"), key.expose());
    assert!(!revealed.body.contains("weir_mcs_"));
    let log = browser
        .get("/dashboard/audit-log?action=key.revealed")
        .await;
    assert!(text_of(whole(&log, 200), ".entries").starts_with("Key revealed Metrics"));
    let second = browser.post(&format!("{PAGE}/key"), "name=More").await;
    insta::assert_snapshot!(text_of(whole(&second, 409), ".note"), @"the workspace has a metrics key");
}

#[tokio::test]
async fn a_rotated_client_secret_works_beside_the_one_before_until_that_is_ended() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let (key, first) = make(&mut browser).await;
    let rotation = format!("{PAGE}/client-secret?");
    let form = Form::of(&browser.get(PAGE).await.body, &rotation);
    let rotated = form.with("overlap", "3600");
    let rotated = rotated.press(&mut browser, "", "").await;
    let second = ClientSecret::parse(&shown(&rotated, "client-secret")).unwrap();
    for secret in [&first, &second] {
        assert!(check(&app, &key, secret).await.is_some());
    }
    let page = browser.get(PAGE).await;
    assert!(whole(&page, 200).contains("The one before the last rotation works until"));
    let form = Form::of(&page.body, &format!("{PAGE}/client-secret?"));
    let again = form.press(&mut browser, "", "").await;
    insta::assert_snapshot!(text_of(whole(&again, 409), ".note"), @"the one before the last rotation still works: say that it may end now");
    assert!(check(&app, &key, &first).await.is_some());
    let ended = browser
        .post(&format!("{PAGE}/client-secret/end-previous"), "")
        .await;
    assert_eq!(location(&ended), PAGE);
    assert_eq!(check(&app, &key, &first).await, None);
    assert!(check(&app, &key, &second).await.is_some());
    let form = Form::of(&browser.get(PAGE).await.body, &rotation);
    let refused = form.with("overlap", "2592001");
    let refused = refused.press(&mut browser, "", "").await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn the_last_use_of_the_key_is_its_last_and_not_the_first_of_that_hour() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let (key, _) = make(&mut browser).await;
    app.clock.set(app.clock.now().start_of_hour());
    let use_it = async || {
        let now = app.clock.now();
        let (tally, operation) = (&app.runtime.tally, policy::Operation::MintToken);
        tally.called(&app.workspace, key.id(), operation, now).await;
        app.runtime.flush().await;
    };
    use_it().await;
    app.clock.advance(Duration::from_mins(7));
    use_it().await;
    let page = browser.get(PAGE).await;
    let minute = app.clock.now().to_string().replace('T', " ");
    let facts = text_of(whole(&page, 200), ".facts");
    assert!(
        facts.ends_with(&format!("Last used (UTC) {}", &minute[..16])),
        "{facts}"
    );
}

#[tokio::test]
async fn the_lifetime_of_answers_is_set_in_minutes_and_five_is_the_least() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let cache = format!("{PAGE}/cache");
    let edit = browser.get(&cache).await;
    assert_eq!(Form::of(whole(&edit, 200), &cache).get("ttl"), Some("5"));
    for (ttl, wrong) in [
        ("4", "This must be 5 to 1440."),
        ("soon", "This must be a whole number of minutes."),
    ] {
        let sent = form(&[("version", "1"), ("ttl", ttl)]);
        let refused = browser.post(&cache, &sent).await;
        assert_eq!(text_of(whole(&refused, 400), "[id=ttl-wrong]"), wrong);
        assert_eq!(Form::of(&refused.body, &cache).get("ttl"), Some(ttl));
    }
    let saved = browser
        .post(&cache, &form(&[("version", "1"), ("ttl", "30")]))
        .await;
    assert_eq!(location(&saved), PAGE);
    let late = browser
        .post(&cache, &form(&[("version", "1"), ("ttl", "60")]))
        .await;
    let again = Form::of(whole(&late, 409), &cache);
    assert_eq!(
        (again.get("version"), again.get("ttl")),
        (Some("2"), Some("60"))
    );
    assert!(text_of(&late.body, "[id=cache]").contains("Now: 30 minutes."));
    assert_eq!(again.press(&mut browser, "x", "").await.status, 303);
    let settings = app.store.workspace(&app.workspace).await.unwrap().unwrap();
    assert_eq!(settings.metrics_cache_ttl_minutes, 60);
    assert_eq!(settings.name, "Test");
}

#[tokio::test]
async fn from_where_the_key_may_be_used_is_edited_like_that_of_every_key() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let (key, _) = make(&mut browser).await;
    let rules = format!("{PAGE}/rules");
    let edit = browser.get(&rules).await;
    let typed = Form::of(whole(&edit, 200), &rules)
        .with("access", "specific")
        .with("new-cidr", "203.0.113.9/32")
        .with("new-description", "\"reports\" <server>");
    let added = typed.press(&mut browser, "do", "add-address").await;
    let added = Form::of(whole(&added, 200), &rules);
    let saved = added.press(&mut browser, "do", "save").await;
    assert_eq!(location(&saved), PAGE);
    let page = browser.get(PAGE).await;
    let shown = text_of(whole(&page, 200), "[id=rules]");
    assert!(
        shown.contains("Specific locations 203.0.113.9 \"reports\" <server>"),
        "{shown}"
    );
    let policy = app.store.policy(key.id(), 2).await.unwrap().unwrap();
    assert!(policy.addresses != policy::AddressRules::Anywhere);
}

#[tokio::test]
async fn saved_metrics_and_what_ran_are_listed() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let draft = MetricDraft {
        name: "Logins <b>".to_owned(),
        sql: "SELECT count(*) FROM events WHERE name = '@{eventName}'".to_owned(),
        variables: vec![MetricVariable {
            name: "eventName".to_owned(),
            kind: VariableKind::Text,
            default: Some("login".into()),
        }],
    };
    let by = control::By::bootstrap(app.clock.now());
    let metrics = SavedMetrics::new(app.store.clone());
    let planned = PlannedMetric::vouched(&draft);
    let metric = metrics.create(&app.workspace, &by, planned).await.unwrap();
    for (micros, cached) in [(10_000, false), (20_000, false), (400, true)] {
        app.clock.advance(Duration::from_secs(1));
        let run = QueryRun {
            at: app.clock.now(),
            hash: "h".repeat(22),
            text: draft.sql.clone(),
            source: QuerySource::Saved,
            metric: Some(metric.id.clone()),
            micros,
            rows_scanned: 7,
            bytes_scanned: 700,
            rows: 1,
            cached,
            error: None,
        };
        app.store.put_query_run(&app.workspace, &run).await.unwrap();
    }
    let page = browser.get(PAGE).await;
    let page = whole(&page, 200);
    assert!(!page.contains("<b>"));
    let row = text_of(page, "tbody").replace(metric.id.as_str(), "<id>");
    assert!(
        row.starts_with("Logins <b> <id> eventName bootstrap"),
        "{row}"
    );
    let figures = "Queries 3 From the cache 1 Failed 0 p50 ms 10 p90 ms 20 p99 ms 20";
    assert!(text_of(page, "[aria-labelledby=ran]").contains(figures));

    let log = browser.get(&format!("{PAGE}/log?range=7d")).await;
    let log = whole(&log, 200);
    assert_eq!(text_of(log, "[aria-labelledby=all] dl"), figures);
    let row = text_of(log, "tbody");
    assert!(
        row.starts_with(&draft.sql) && row.ends_with("3 1 0 10 20 20 3 2100"),
        "{row}"
    );
    assert_eq!(
        browser.get(&format!("{PAGE}/log?range=1y")).await.status,
        400
    );

    let path = format!("{PAGE}/saved/{}", metric.id);
    let edit = browser.get(&path).await;
    assert_eq!(text_of(whole(&edit, 200), "[id=sql]"), draft.sql);
    assert!(text_of(&edit.body, "[id=variables]").contains("\"default\": \"login\""));
    let mut viewer = Browser::of(&app, Role::Viewer).await;
    let read = viewer.get(&path).await;
    assert_eq!(text_of(whole(&read, 200), "pre"), draft.sql);
    assert!(!read.body.contains("<textarea") && !read.body.contains("metric.js"));
    assert_eq!(viewer.get(&format!("{PAGE}/saved/new")).await.status, 403);
    assert_eq!(
        viewer
            .get(&format!("{PAGE}/saved/0123456789ab"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_only_admins_may_is_not_offered_to_others() {
    let app = app().await;
    let mut admin = Browser::of(&app, Role::Admin).await;
    make(&mut admin).await;
    for role in [Role::Viewer, Role::Editor] {
        let mut browser = Browser::of(&app, role).await;
        let page = browser.get(PAGE).await;
        let page = whole(&page, 200);
        for offer in ["Reveal", "Rotate", "Make the", ">Edit"] {
            assert!(!page.contains(offer), "{offer}");
        }
        for below in ["rules", "cache"] {
            assert_eq!(browser.get(&format!("{PAGE}/{below}")).await.status, 403);
        }
        for below in [
            "key",
            "key/reveal",
            "client-secret",
            "client-secret/end-previous",
            "rules",
            "cache",
        ] {
            let sent = form(&[
                ("overlap", "0"),
                ("version", "1"),
                ("ttl", "9"),
                ("name", "x"),
            ]);
            let refused = browser.post(&format!("{PAGE}/{below}"), &sent).await;
            assert_eq!(refused.status, 403, "{below}");
        }
    }
}

#[tokio::test]
async fn a_client_secret_is_rotated_once_more_where_the_one_before_may_end() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let (key, first) = make(&mut browser).await;
    let action = format!("{PAGE}/client-secret?");
    let rotation = found(&mut browser, PAGE, &action).await;
    let rotation = rotation.with("overlap", "3600");
    whole(&rotation.press(&mut browser, "", "").await, 200);
    // What asks nothing about the one before is refused, and the page asks.
    let next = found(&mut browser, PAGE, &action).await;
    let next = next.with("overlap", "3600");
    whole(&next.press(&mut browser, "", "").await, 409);
    let agreed = next.with("replace", "yes");
    let rotated = agreed.press(&mut browser, "", "").await;
    let third = ClientSecret::parse(&shown(&rotated, "client-secret")).unwrap();
    assert_eq!(check(&app, &key, &first).await, None);
    assert!(check(&app, &key, &third).await.is_some());
}

#[tokio::test]
async fn the_metrics_key_is_an_admins_wherever_it_is_shown() {
    let app = app().await;
    let mut admin = Browser::of(&app, Role::Admin).await;
    let (key, _) = make(&mut admin).await;
    let mut editor = Browser::of(&app, Role::Editor).await;
    let mut viewer = Browser::of(&app, Role::Viewer).await;
    let at = |below: &str| format!("/dashboard/ingestion-keys/{}{below}", key.id());
    let rules = form(&[("version", "1.1"), ("access", "anywhere"), ("do", "save")]);
    let details = [
        ("version", "1.1"),
        ("name", "Mine"),
        ("tags", ""),
        ("expires", ""),
    ];
    let posts = [
        (at("/rules"), rules.clone()),
        (at("/details"), form(&details)),
        (at("/rotate"), form(&[("version", "1.1"), ("overlap", "0")])),
        (at("/previous"), String::new()),
        (at("/state"), form(&[("state", "off")])),
        (at("/reveal"), String::new()),
        (format!("/dashboard/ingest-api/{}", key.id()), rules),
        (at("/revoke"), String::new()),
    ];
    let gets = ["/rules", "/details", "/rotate", "/revoke"];
    let offers = ["Rotate", "Disable", "Edit", "Reveal", "Revoke"];
    for (browser, may) in [
        (&mut viewer, false),
        (&mut editor, false),
        (&mut admin, true),
    ] {
        let page = browser.get(&at("")).await;
        let main = text_of(whole(&page, 200), "main");
        for offer in offers {
            assert_eq!(main.contains(offer), may, "{offer}: {main}");
        }
        for below in gets {
            let status = browser.get(&at(below)).await.status;
            assert_eq!(status, if may { 200 } else { 403 }, "{below}");
        }
        for (path, sent) in &posts {
            let status = browser.post(path, sent).await.status;
            assert_eq!(status == 403, !may, "{path}: {status}");
        }
    }
}
