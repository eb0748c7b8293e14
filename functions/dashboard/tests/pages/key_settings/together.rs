//! A form and what others do meanwhile, or what it does not show.

use policy::{KeyKind, Policy, Role};
use serde_json::json;

use super::{PAGE, edit, form, send};
use crate::browser::{Browser, app};
use crate::markup::text_of;

#[tokio::test]
async fn of_two_who_edit_the_second_sees_the_firsts_rules_beside_their_own() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut ann = Browser::of(&app, Role::Editor).await;
    let mut ben = Browser::of(&app, Role::Admin).await;
    let of_ann = edit(&mut ann, &key)
        .await
        .with("events", "only")
        .with("new-name", "of_ann");
    let of_ben = edit(&mut ben, &key)
        .await
        .with("events", "only")
        .with("new-name", "of_ben");
    assert_eq!(of_ben.press(&mut ben, "do", "save").await.status, 303);

    let page = of_ann.press(&mut ann, "do", "save").await;
    assert_eq!(page.status, 409);
    insta::assert_snapshot!(text_of(&page.body, "[role=alert]"), @"Somebody else has saved these rules meanwhile. Nothing of yours is lost, and nothing is saved: below is what you typed. Save it to replace the rules that hold now: Access Control Anywhere Allowed Profile Events Specific Profile Events of_ben");
    let mine = form(&page, &key);
    assert_eq!(mine.all("name"), ["of_ann"]);
    assert_eq!(
        send(&app, &key, "of_ben", "192.0.2.7").await,
        204,
        "not overwritten"
    );
    assert_eq!(mine.press(&mut ann, "do", "save").await.status, 303);
    assert_eq!(send(&app, &key, "of_ann", "192.0.2.7").await, 204);
    assert_eq!(send(&app, &key, "of_ben", "192.0.2.7").await, 403);
}

#[tokio::test]
async fn a_change_of_something_else_is_in_no_ones_way() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key)
        .await
        .with("events", "only")
        .with("new-name", "x");
    app.set_enabled(&key, false).await;
    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
}

#[tokio::test]
async fn what_the_form_does_not_show_stays_as_it_is() {
    let app = app().await;
    let policy = json!({
        "addresses": [{"cidr": "192.0.2.7", "description": "short", "expiresAt": 1_830_000_000_000_i64}],
        "events": "all",
        "origins": ["https://shop.example"],
    });
    let policy: Policy = serde_json::from_value(policy).unwrap();
    let key = app.key_with(KeyKind::WriteOnly, policy.clone()).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key)
        .await
        .with("events", "only")
        .with("new-name", "x");
    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
    let saved = app.store.policy(key.id(), 2).await.unwrap().unwrap();
    assert_eq!(
        (saved.addresses, saved.origins),
        (policy.addresses, policy.origins)
    );
}

#[tokio::test]
async fn a_form_of_another_workspace_changes_nothing_here() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let path = format!("{PAGE}/{}?in=other", key.id());
    let page = browser
        .post(&path, "version=1.1&access=specific&do=save")
        .await;
    assert_eq!(page.status, 409);
    assert!(page.body.contains("switch to that one"), "{}", page.body);
    assert_eq!(send(&app, &key, "x", "192.0.2.7").await, 204);
}
