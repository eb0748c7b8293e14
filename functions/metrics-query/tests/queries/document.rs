//! The walk of docs/metrics-api.md, with the real curl.

use std::process::Command;

use policy::Role;

use crate::tokens::Desk;

const TEXT: &str = include_str!("../../../../docs/metrics-api.md");

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_who_follows_the_documentation_gets_to_a_saved_metric() {
    let desk = Desk::open().await;
    let app = &desk.asking.app;
    let functions = [
        ("/metrics/auth", desk.exchange.clone()),
        ("/metrics", desk.asking.router.clone()),
        ("/admin/v1/metrics", desk.asking.router.clone()),
    ];
    let server = app.serve_with(&functions).await;
    let mut script = "set -euo pipefail\n".to_owned();
    for block in TEXT.split("\n```sh\n").skip(1) {
        script.push_str(block.split("\n```").next().unwrap());
        script.push('\n');
    }
    let output = Command::new("bash")
        .args(["-c", &script])
        .env("WEIR", &server.url)
        .env("API_KEY", desk.key.expose())
        .env("CLIENT_SECRET", &desk.secret)
        .env("EDITOR_KEY", app.admin_key(Role::Editor).await.expose())
        .output()
        .unwrap();
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, failed) = (shown(&output.stdout), shown(&output.stderr));
    assert!(output.status.success(), "{said}\n{failed}");
    for part in [
        r#"[["page_view",4],["checkout",3],["add_to_cart",2]]"#,
        "ann,2026-11-21T03:00:00.000Z\r\n",
        r#""rows":[[3]]"#,
        r#""queries":["#,
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}
