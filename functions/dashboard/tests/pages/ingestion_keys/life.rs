//! The life of a key: its secret is revealed and replaced, it is switched off, it is revoked.

use super::*;

#[tokio::test]
async fn a_reveal_is_audited_and_hides_again() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let key = make(&mut browser, "shop", "read_write").await;
    app.clock.advance(Duration::from_secs(1));
    let page = send(&mut browser, &key, "/reveal", &[]).await;
    assert_eq!(page.status, 200);
    assert_eq!(issued(&page).expose(), key.expose());
    assert_eq!(page.headers["refresh"], format!("60; url={}", at(&key, "")));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!browser.get(&at(&key, "")).await.body.contains(key.expose()));
    let gone = browser.get(&at(&key, "/reveal")).await;
    assert_eq!(
        (gone.status, &gone.headers["location"]),
        (303, &at(&key, ""))
    );
    let lines = audited(&app, &[AuditAction::KeyCreated, AuditAction::KeyRevealed]).await;
    assert_eq!(
        lines,
        [
            "key.created by admin@example.com",
            "key.revealed by admin@example.com"
        ]
    );
}

#[tokio::test]
async fn a_rotation_overlaps_and_the_old_secret_can_be_ended() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let old = make(&mut browser, "shop", "write_only").await;
    let page = send(&mut browser, &old, "/rotate", &[("overlap", "3600")]).await;
    let new = issued(&page);
    assert_ne!(new.expose(), old.expose());
    assert!(text_of(&page.body, ".issued").contains("The one before it works until 20"));
    assert_eq!(
        (use_of(&app, &old).await, use_of(&app, &new).await),
        (204, 204)
    );
    let ended = send(&mut browser, &old, "/previous", &[]).await;
    assert_eq!(ended.status, 303);
    assert_eq!(
        (use_of(&app, &old).await, use_of(&app, &new).await),
        (401, 204)
    );
    let page = browser.get(&at(&new, "")).await;
    assert_eq!(
        text_of(&page.body, ".notices"),
        "The previous secret has ended"
    );
    let odd = send(&mut browser, &new, "/rotate", &[("overlap", "1")]).await;
    assert_eq!(odd.status, 400);
    let path = at(&new, "/rotate");
    let form = Form::of(&browser.get(&path).await.body, &path);
    let newer = issued(&form.press(&mut browser, "", "").await);
    let twice = form.press(&mut browser, "", "").await;
    assert_eq!(twice.status, 409, "a form that is sent twice rotates once");
    assert_eq!(use_of(&app, &newer).await, 204);
    assert_eq!(use_of(&app, &new).await, 204);
}

#[tokio::test]
async fn while_a_rotation_is_under_way_the_next_one_has_to_say_what_ends() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let old = make(&mut browser, "shop", "write_only").await;
    let page = send(&mut browser, &old, "/rotate", &[("overlap", "3600")]).await;
    let second = issued(&page);
    let path = at(&old, "/rotate");
    let ask = browser.get(&path).await;
    check(&ask.body);
    assert!(text_of(&ask.body, "dialog").contains("A rotation is under way."));
    let form = Form::of(&ask.body, &path);
    let refused = form.press(&mut browser, "", "").await;
    assert_eq!(refused.status, 409);
    check(&refused.body);
    assert!(text_of(&refused.body, "dialog").contains("rotating once more ends it now"));
    assert_eq!(use_of(&app, &old).await, 204, "nothing has ended");
    let form = Form::of(&refused.body, &path).with("replace", "yes");
    let third = issued(&form.press(&mut browser, "", "").await);
    let mut uses = Vec::new();
    for key in [&old, &second, &third] {
        uses.push(use_of(&app, key).await);
    }
    assert_eq!(uses, [401, 204, 204]);
}

#[tokio::test]
async fn a_key_is_switched_off_and_on() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let key = make(&mut browser, "shop", "write_only").await;
    for (state, status, notice) in [("off", 403, "Key disabled"), ("on", 204, "Key enabled")] {
        let done = send(&mut browser, &key, "/state", &[("state", state)]).await;
        assert_eq!(done.status, 303);
        assert_eq!(use_of(&app, &key).await, status);
        let page = browser.get(&at(&key, "")).await;
        assert_eq!(text_of(&page.body, ".notices"), notice);
    }
}

#[tokio::test]
async fn a_revoked_key_is_gone_and_refused() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let key = make(&mut browser, "shop", "write_only").await;
    let ask = browser.get(&at(&key, "/revoke")).await;
    check(&ask.body);
    insta::assert_snapshot!(text_of(&ask.body, "dialog"), @"Revoke shop? What stops: 0 requests came with this key in the last 24 hours; it was never used. From the next request on, whoever sends it is refused with 403. The key, its rules and its secret are deleted for good. To stop it for a while, disable it instead. Revoke Cancel");
    assert_eq!(use_of(&app, &key).await, 204, "a question changes nothing");
    let done = send(&mut browser, &key, "/revoke", &[]).await;
    assert_eq!((done.status, &*done.headers["location"]), (303, PAGE));
    assert_eq!(use_of(&app, &key).await, 403);
    let page = browser.get(PAGE).await;
    assert_eq!(text_of(&page.body, ".notices"), "Key revoked");
    assert!(text_of(&page.body, "main").contains("There is no key yet."));
    assert_eq!(browser.get(&at(&key, "")).await.status, 404);
}
