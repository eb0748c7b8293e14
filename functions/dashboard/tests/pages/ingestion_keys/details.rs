//! A key's name, tags and day of expiry.

use policy::{ApiKey, Role};
use serde_json::json;

use super::{at, make};
use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::{check, text_of};

#[tokio::test]
async fn name_tags_and_expiry_are_changed_and_a_conflict_is_shown() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let key = make(&mut browser, "shop", "write_only").await;
    let path = at(&key, "/details");
    let page = browser.get(&path).await;
    check(&page.body);
    let form = Form::of(&page.body, &path);
    let late = form.clone().with("name", "late").with("tags", "x");

    let saved = form
        .with("name", "Shop (EU)")
        .with("tags", "eu, web shop,")
        .with("expires", "2999-01-31T18:00");
    assert_eq!(saved.press(&mut browser, "", "").await.status, 303);
    let facts = text_of(&browser.get(&at(&key, "")).await.body, ".facts");
    assert!(facts.contains("Expires 2999-01-31 18:00"), "{facts}");
    assert!(facts.ends_with("Tags eu web shop"), "{facts}");

    let page = late.press(&mut browser, "", "").await;
    assert_eq!(page.status, 409);
    insta::assert_snapshot!(text_of(&page.body, "[role=alert]"), @"Somebody else has changed this key meanwhile. Nothing of yours is lost, and nothing is saved: below is what you typed. Save it to replace what holds now: Name Shop (EU) Tags eu, web shop Expires 2999-01-31T18:00");
    let mine = Form::of(&page.body, &path);
    assert_eq!(
        (mine.get("name"), mine.get("tags")),
        (Some("late"), Some("x"))
    );
    assert_eq!(mine.press(&mut browser, "", "").await.status, 303);

    for (name, value, field, wrong) in [
        (
            "expires",
            "2001-01-31T18:00",
            "expires",
            "This must lie in the future, in milliseconds since 1970.",
        ),
        (
            "expires",
            "soon",
            "expires",
            "This must be a day and a time, such as 2027-01-31 18:00.",
        ),
        ("name", " ", "name", "This must be 1 to 64 characters."),
        ("tags", "a,a", "tags", "Each tag is the same as tags[0]."),
    ] {
        let form = Form::of(&browser.get(&path).await.body, &path).with(name, value);
        let page = form.press(&mut browser, "", "").await;
        assert_eq!(page.status, 400, "{name}={value}");
        assert_eq!(text_of(&page.body, &format!("[id={field}-wrong]")), wrong);
        assert_eq!(Form::of(&page.body, &path).get(name), Some(value));
    }
}

#[tokio::test]
async fn a_tag_with_a_comma_stays_one_tag_while_something_else_is_changed() {
    let app = app().await;
    let token = app.token(Role::Admin);
    let tags = ["eu, west", "web"];
    let body = json!({"name": "shop", "kind": "rum", "tags": tags});
    let made = app.to_keys("POST", "/admin/v1/keys").token(&token);
    let made = made.json(&body).send().await.json();
    let key = ApiKey::parse(made["key"].as_str().unwrap()).unwrap();
    let mut browser = Browser::of(&app, Role::Editor).await;
    let path = at(&key, "/details");
    let form = Form::of(&browser.get(&path).await.body, &path);
    let saved = form.with("name", "Shop").press(&mut browser, "", "").await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let entry = app.store.key_entry(&app.workspace, key.id()).await;
    let details = entry.unwrap().unwrap().details;
    assert_eq!(
        (&*details.name, &*details.tags),
        ("Shop", &tags.map(str::to_owned)[..])
    );
}
