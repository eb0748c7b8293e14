//! Who may use the admin API.

use policy::KeyKind;
use serde_json::json;

use crate::support::Office;

#[tokio::test]
async fn who_brings_no_service_accounts_key_is_refused() {
    let office = Office::open().await;
    let nobody = office.app.to_keys("GET", "/admin/v1/keys").send().await;
    assert_eq!(
        (nobody.status, nobody.code().as_str()),
        (401, "key_missing")
    );
    for kind in KeyKind::ALL {
        let key = office.app.key(kind).await;
        let answer = office.app.to_keys("GET", "/admin/v1/keys").key(&key);
        let answer = answer.send().await;
        let (status, code) = (answer.status, answer.code());
        // A service account without a role may do nothing.
        let expected = if kind == KeyKind::ServiceAccount {
            "role_missing"
        } else {
            "scope_missing"
        };
        assert_eq!((status, code.as_str()), (403, expected), "{kind}");
    }
}

#[tokio::test]
async fn a_viewer_reads_and_an_editor_makes_keys() {
    let office = Office::open().await;
    let body = json!({"name": "Web shop", "kind": "write_only"});
    let create = |key| office.app.to_keys("POST", "/admin/v1/keys").key(key);
    let refused = create(&office.viewer).json(&body).send().await;
    insta::assert_snapshot!(refused.shown(), @r#"403 {"error":{"code":"role_missing","message":"your role does not allow this","requestId":"test-request"}}"#);
    // Who may not do a thing does not hear what is wrong with how it is asked for.
    assert_eq!(create(&office.viewer).text("{").send().await.status, 403);
    let made = create(&office.editor).json(&body).send().await;
    assert_eq!(made.status, 201);
    let list = office
        .app
        .to_keys("GET", "/admin/v1/keys")
        .key(&office.viewer);
    assert_eq!(list.send().await.json()["keys"][0]["name"], "Web shop");
}

#[tokio::test]
async fn a_key_of_another_workspace_does_not_exist() {
    let office = Office::open().await;
    let stranger = office.stranger().await;
    let body = json!({"name": "Web shop", "kind": "write_only"});
    let made = office.post("/admin/v1/keys", &body).await.json();
    let path = format!("/admin/v1/keys/{}", made["id"].as_str().unwrap());
    assert_eq!(office.get(&path).await.status, 200);
    assert_eq!(office.get("/admin/v1/keys/none").await.status, 404);
    let get = |path: &str| office.app.to_keys("GET", path).key(&stranger).send();
    assert_eq!(get(&path).await.code(), "not_found");
    assert_eq!(get("/admin/v1/keys").await.json()["keys"], json!([]));
}
