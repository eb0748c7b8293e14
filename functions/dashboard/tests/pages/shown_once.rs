//! What is shown once is shown, also where the page around it cannot be read.

use policy::{KeyKind, Role};
use testkit::{Answer, Fault, TestApp};

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::text_of;
use crate::office::{form, found, location, whole};
use crate::workflow_editor::{PAGE as WORKFLOWS, made, stop};

const KEYS: &str = "/dashboard/ingestion-keys";
const METRICS: &str = "/dashboard/metrics-api";
const ACCOUNTS: &str = "/dashboard/service-accounts";

/// Sends the form while queries of the table fail, after so many that do not.
async fn press_while_away(
    app: &TestApp,
    browser: &mut Browser<'_>,
    form: &Form,
    button: &str,
    (table, after): (&str, u64),
) -> Answer {
    let fault = Fault::server_error().on_action("Query").on_table(table);
    let fault = app.stand_in.faults().inject(fault.skip(after));
    let answer = form.press(browser, "do", button).await;
    assert!(fault.hits() > 0, "nothing was read");
    fault.clear();
    answer
}

/// The page has the text and no more.
fn is_alone(answer: &Answer, text: &str) {
    let page = whole(answer, 200);
    assert!(page.contains(&format!("value=\"{text}")), "{page}");
    insta::allow_duplicates! {
        insta::assert_snapshot!(text_of(page, "[aria-labelledby=texts] p"), @"This is done. The page that belongs here cannot be read at the moment, so here is only what was made.");
    }
}

#[tokio::test]
async fn the_text_of_a_key_is_shown_when_it_is_made_and_when_it_is_rotated() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let new = format!("{KEYS}/new");
    let form = found(&mut browser, &new, &new).await.with("name", "shop");
    let away = ("activity", 0);
    let made = press_while_away(&app, &mut browser, &form, "", away).await;
    is_alone(&made, "weir_");

    let key = app.key(KeyKind::WriteOnly).await;
    let rotate = format!("{KEYS}/{}/rotate", key.id());
    let form = found(&mut browser, &rotate, &rotate).await;
    let rotated = press_while_away(&app, &mut browser, &form, "", away).await;
    is_alone(&rotated, "weir_wo_");
}

#[tokio::test]
async fn the_texts_of_the_metrics_key_are_shown_when_they_are_made() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let form = found(&mut browser, METRICS, &format!("{METRICS}/key")).await;
    let made = press_while_away(&app, &mut browser, &form, "", ("activity", 0)).await;
    is_alone(&made, "weir_mcs_");
    assert!(made.body.contains("id=\"api-key\""));

    let form = found(&mut browser, METRICS, &format!("{METRICS}/client-secret?")).await;
    // One query says which key it is.
    let rotated = press_while_away(&app, &mut browser, &form, "", ("activity", 1)).await;
    is_alone(&rotated, "weir_mcs_");
}

#[tokio::test]
async fn the_text_of_an_api_key_is_shown_when_it_is_made() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = form(&[("name", "Build"), ("role", "viewer")]);
    let account = location(&browser.post(ACCOUNTS, &account).await);
    let form = found(&mut browser, &account, &format!("{account}/keys?")).await;
    let form = form.with("name", "CI");
    let made = press_while_away(&app, &mut browser, &form, "", ("activity", 0)).await;
    is_alone(&made, "weir_sa_");
}

#[tokio::test]
async fn a_signing_secret_is_shown_when_it_is_made_and_when_it_is_replaced() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let away = ("runs", 0);
    let new = found(&mut browser, &format!("{WORKFLOWS}?new=json"), WORKFLOWS).await;
    let first = press_while_away(&app, &mut browser, &new, "save", away).await;
    is_alone(&first, "whsec_");

    let other = crate::browser::app().await;
    let mut browser = Browser::of(&other, Role::Editor).await;
    let id = made(&mut browser, &stop().to_string()).await;
    let page = format!("{WORKFLOWS}/{id}");
    let form = found(&mut browser, &page, &format!("{page}/secret")).await;
    let rotated = press_while_away(&other, &mut browser, &form, "", away).await;
    is_alone(&rotated, "whsec_");
}

#[tokio::test]
async fn where_nothing_was_made_the_problem_is_said() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let form = found(&mut browser, METRICS, &format!("{METRICS}/key")).await;
    let form = form.with("name", "");
    let away = press_while_away(&app, &mut browser, &form, "", ("activity", 0)).await;
    assert!(text_of(whole(&away, 503), "h1").contains("One moment"));
}
