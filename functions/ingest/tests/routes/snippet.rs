//! The script that pages embed.

use std::io::Read as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use testkit::TestApp;

const BUILT: &str = include_str!("../../rum/rum.js");

#[tokio::test]
async fn any_page_may_load_the_snippet_without_a_key() {
    let app = TestApp::start().await;
    let answer = app.to_ingest("GET", "/rum.js").send().await;
    assert_eq!((answer.status, &*answer.body), (200, BUILT));
    let tag = answer.headers["etag"].clone();
    let mut headers = answer.headers;
    assert!(headers.remove("etag").is_some());
    assert!(headers.remove("content-length").is_some());
    insta::assert_json_snapshot!(headers, @r#"
    {
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "Retry-After",
      "cache-control": "public, max-age=3600, stale-while-revalidate=86400",
      "content-type": "text/javascript; charset=utf-8",
      "cross-origin-resource-policy": "cross-origin",
      "vary": "Accept-Encoding, Origin",
      "x-content-type-options": "nosniff"
    }
    "#);

    let page = "https://shop.example.com";
    let call = app.to_ingest("GET", "/rum.js").header("origin", page);
    let answer = call.send().await;
    assert_eq!(answer.headers["access-control-allow-origin"], page);
    assert_eq!(answer.headers["etag"], tag);
}

#[tokio::test]
async fn the_snippet_is_compressed_for_who_asks() {
    let app = TestApp::start().await;
    let call = app
        .to_ingest("GET", "/rum.js")
        .header("accept-encoding", "gzip, deflate, br, zstd");
    let answer = call.send().await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    // The gateway takes bytes as base64.
    let gzip = BASE64_STANDARD.decode(answer.body).unwrap();
    let mut text = String::new();
    GzDecoder::new(&*gzip).read_to_string(&mut text).unwrap();
    assert_eq!(text, BUILT);
}

#[tokio::test]
async fn who_has_the_snippet_is_told_so() {
    let app = TestApp::start().await;
    let tag = app.to_ingest("GET", "/rum.js").send().await.headers["etag"].clone();
    let ask = async |known: &str| {
        let call = app
            .to_ingest("GET", "/rum.js")
            .header("if-none-match", known);
        call.send().await
    };
    let strong = tag.trim_start_matches("W/");
    for known in [&*tag, strong, "*", &format!("\"other\", {tag}")] {
        let answer = ask(known).await;
        assert_eq!((answer.status, &*answer.body), (304, ""), "{known}");
        assert_eq!(answer.headers["etag"], tag, "{known}");
        assert!(answer.headers.contains_key("cache-control"), "{known}");
    }
    for other in ["\"other\"", "", "W/\"\""] {
        assert_eq!(ask(other).await.status, 200, "{other}");
    }
}
