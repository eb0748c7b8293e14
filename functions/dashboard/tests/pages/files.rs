//! Styles and scripts.

use std::time::Duration;

use crate::browser::{Browser, app};
use crate::markup::files_of;

#[tokio::test]
async fn every_file_of_a_page_is_there_and_kept_for_ever() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard/ingest-api").await;
    let files = files_of(&page.body);
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        let answer = browser.get(&file).await;
        assert_eq!(answer.status, 200, "{file}");
        let cache = &answer.headers["cache-control"];
        assert_eq!(cache, "public, max-age=31536000, immutable", "{file}");
    }
}

#[tokio::test]
async fn a_file_that_caches_keep_for_everybody_sets_no_cookie() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard").await;
    app.clock.advance(Duration::from_mins(2));
    let file = browser.get(&files_of(&page.body)[0]).await;
    assert_eq!((file.status, file.cookies.len()), (200, 0));
    // A page renews the session.
    assert_eq!(browser.get("/dashboard").await.cookies.len(), 1);
}

#[tokio::test]
async fn modules_find_each_other_and_old_pages_find_todays_files() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard/ingest-api").await;
    let files = files_of(&page.body);
    let graphs = files
        .iter()
        .find(|file| file.ends_with("/graphs.js"))
        .unwrap();
    let folder = graphs.strip_suffix("graphs.js").unwrap();
    let script = browser.get(graphs).await;
    assert!(script.body.contains(r#"from "./chart.js""#));
    assert_eq!(browser.get(&format!("{folder}chart.js")).await.status, 200);

    let old = browser.get("/dashboard/assets/0123456789ab/chart.js").await;
    assert_eq!(
        (old.status, &*old.headers["cache-control"]),
        (200, "no-store")
    );
    assert_eq!(
        browser
            .get("/dashboard/assets/0123456789ab/x.js")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn who_reads_gzip_gets_gzip() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard/ingest-api").await;
    let mut paths = files_of(&page.body);
    paths.push("/dashboard".to_owned());
    let mut over_the_wire = 0;
    for path in paths {
        let call = app
            .to_dashboard("GET", &path)
            .header("accept-encoding", "gzip, br");
        let answer = call.send().await;
        assert_eq!(answer.headers["content-encoding"], "gzip", "{path}");
        assert_eq!(answer.headers["vary"], "Accept-Encoding", "{path}");
        // As base64, for it is binary.
        assert!(answer.body.starts_with("H4sI"), "{path}");
        over_the_wire += answer.body.len() * 3 / 4;
    }
    assert!(over_the_wire < 100_000, "{over_the_wire}");
}
