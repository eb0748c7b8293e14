//! What a key may do, edited from its page.

use policy::{KeyKind, Role};

use super::{PAGE, at, make};
use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::{check, text_of};

#[tokio::test]
async fn the_web_origins_of_a_rum_key_are_edited_like_its_events() {
    let app = app().await;
    let key = app.key(KeyKind::Rum).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let shown = text_of(&browser.get(&at(&key, "")).await.body, ".rules");
    assert!(shown.contains("Web origins Any web page"), "{shown}");
    let path = at(&key, "/rules");
    let form = Form::of(&browser.get(&path).await.body, &path)
        .with("origins", "list")
        .with("new-origin", "HTTPS://Shop.Example:443");
    let page = form.press(&mut browser, "do", "enter").await;
    let form = Form::of(&page.body, &path);
    assert_eq!(form.all("origin"), ["https://shop.example"]);

    let wrong = form.with("new-origin", "shop.example");
    let page = wrong.press(&mut browser, "do", "add-origin").await;
    assert_eq!(page.status, 400);
    check(&page.body);
    assert!(text_of(&page.body, "[id=new-origin-wrong]").starts_with("This "));
    let form = Form::of(&page.body, &path);
    assert_eq!(
        form.get("new-origin"),
        Some("shop.example"),
        "nothing is lost"
    );

    // What is typed and not added is meant too.
    let form = form.with("new-origin", "https://other.example");
    let saved = form.press(&mut browser, "do", "save").await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let shown = text_of(&browser.get(&at(&key, "")).await.body, ".rules");
    let listed = "Specific web origins https://shop.example https://other.example";
    assert!(shown.contains(listed), "{shown}");
    let origins = async |version| {
        let policy = app.store.policy(key.id(), version).await;
        policy.unwrap().unwrap().origins
    };
    assert_eq!(origins(2).await.unwrap().len(), 2);

    let mut form = Form::of(&browser.get(&path).await.body, &path);
    for _ in 0..2 {
        let page = form.press(&mut browser, "remove-origin", "0").await;
        form = Form::of(&page.body, &path);
    }
    assert_eq!(
        (form.get("origins"), form.all("origin")),
        (Some("list"), vec![])
    );
    let page = form.press(&mut browser, "do", "save").await;
    let said = text_of(&page.body, "[role=alert]");
    assert!(said.contains("every page would be refused"), "{said}");
    let form = Form::of(&page.body, &path);
    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
    let shown = text_of(&browser.get(&at(&key, "")).await.body, ".rules");
    assert!(shown.contains("None: every page is refused."), "{shown}");
    assert_eq!(origins(3).await, Some(vec![]));

    let form = Form::of(&browser.get(&path).await.body, &path).with("origins", "any");
    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
    assert_eq!(origins(4).await, None);
}

#[tokio::test]
async fn each_row_opens_the_editors_of_its_rules_whatever_its_kind() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    for kind in ["sensor", "rum", "third_party", "write_only", "read_write"] {
        let key = make(&mut browser, kind, kind).await;
        let path = at(&key, "/rules");
        assert!(browser.get(PAGE).await.body.contains(&path));
        let form = Form::of(&browser.get(&path).await.body, &path);
        let filled = form
            .with("access", "specific")
            .with("new-cidr", "192.0.2.7")
            .with("events", "only")
            .with("new-name", "x");
        let page = filled.press(&mut browser, "do", "add-address").await;
        check(&page.body);
        let saved = Form::of(&page.body, &path)
            .press(&mut browser, "do", "save")
            .await;
        assert_eq!(
            (saved.status, &saved.headers["location"]),
            (303, &at(&key, "")),
            "{kind}"
        );
        let page = browser.get(&at(&key, "")).await;
        let rules = text_of(&page.body, ".rules");
        assert!(
            rules.contains("192.0.2.7") && rules.ends_with(" x"),
            "{kind}: {rules}"
        );
    }
}
