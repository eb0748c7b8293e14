//! The gateway leads here whatever begins with /admin/v1 and is no other function's.

use crate::support::Office;

#[tokio::test]
async fn a_path_or_method_that_no_route_has_is_answered_as_a_problem() {
    let office = Office::open().await;
    let send = async |method, path: &str| office.call(method, path).send().await.shown();
    for path in [
        "/admin/v1/nothing",
        "/admin/v1/keys/",
        "/admin/v1/metrics/x/y",
    ] {
        let answer = send("GET", path).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"test-request"}}"#);
        }
    }
    // What metrics-query has by other methods alone comes here, too.
    insta::assert_snapshot!(send("DELETE", "/admin/v1/metrics").await, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"test-request"}}"#);
    for (method, path) in [
        ("OPTIONS", "/admin/v1/keys"),
        ("PUT", "/admin/v1/keys/x/reveal"),
    ] {
        let answer = send(method, path).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer, @r#"405 {"error":{"code":"method_not_allowed","message":"this path does not take this method","requestId":"test-request"}}"#);
        }
    }
}

#[tokio::test]
async fn what_no_route_has_asks_for_no_key() {
    let office = Office::open().await;
    let answer = office.app.to_keys("GET", "/admin/v1/nothing").send().await;
    assert_eq!(answer.status, 404);
}
