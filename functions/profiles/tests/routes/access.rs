//! Who may read and delete.

use policy::KeyKind;
use testkit::TestApp;

#[tokio::test]
async fn reading_and_deleting_need_a_key_that_may() {
    let app = TestApp::start().await;
    for kind in KeyKind::ALL {
        let key = app.key(kind).await;
        let read = app.get("/profile/ann").key(&key).send().await;
        let timeline = app.get("/profile/ann/events").key(&key).send().await;
        let delete = app
            .to_profiles("DELETE", "/profile/ann")
            .key(&key)
            .send()
            .await;
        let statuses = (read.status, timeline.status, delete.status);
        let expected = match kind {
            KeyKind::ReadWrite => (404, 404, 204),
            KeyKind::ServiceAccount => (404, 404, 403),
            _ => (403, 403, 403),
        };
        assert_eq!(statuses, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn no_key_no_answer() {
    let app = TestApp::start().await;
    let answer = app.get("/profile/ann").send().await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "key_missing")
    );
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}
