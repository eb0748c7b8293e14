//! Bodies compressed with gzip and zstd.
//!
//! Compressed bodies go through the Invoke API: the local gateway takes whatever calls itself JSON
//! for text, where the HTTP API hands bytes on as they are.

use std::io::Write as _;

use api::{Answer, Invocation, Tenant, Weir};
use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::encode_all(body, 19).unwrap()
}

async fn send(tenant: &Tenant<'_>, encoding: &str, body: Vec<u8>) -> Answer {
    let invocation = Invocation::post_bytes("/event/ingest/batch", body)
        .key(&tenant.write_only.text)
        .header("content-encoding", encoding);
    tenant.client().invoke(&invocation).await
}

fn batch(ids: &[&str]) -> Vec<u8> {
    let event = |id: &&str| json!({"id": id, "name": "a", "userId": "ann"});
    let events: Vec<Value> = ids.iter().map(event).collect();
    json!({"events": events}).to_string().into_bytes()
}

#[tokio::test]
async fn a_compressed_body_is_stored_like_a_plain_one() {
    let tenant = Weir::shared().await.tenant().await;
    for (encoding, body) in [
        ("gzip", gzip(&batch(&["gzip"]))),
        ("zstd", zstd(&batch(&["zstd"]))),
        ("identity", batch(&["identity"])),
        ("GZIP", gzip(&batch(&["upper case"]))),
        // Members one after another are one body.
        ("gzip", [gzip(b"{\"events\":["), gzip(b"]}")].concat()),
    ] {
        let answer = send(&tenant, encoding, body).await;
        assert_eq!(answer.status, 204, "{encoding}: {answer}");
    }
    let mut ids = tenant.timeline_of("ann", 4).await.texts("id");
    ids.sort_unstable();
    assert_eq!(ids, ["gzip", "identity", "upper case", "zstd"]);
}

#[tokio::test]
async fn a_body_that_is_not_what_its_encoding_says_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(send(&tenant, "gzip", batch(&["e1"])).await, @r#"400 {"error":{"code":"invalid_body","message":"byte 0 decompressed: not valid gzip data","requestId":"[id]"}}"#);
    assert_snapshot!(send(&tenant, "zstd", batch(&["e1"])).await, @r#"400 {"error":{"code":"invalid_body","message":"byte 0 decompressed: not valid zstd data","requestId":"[id]"}}"#);
    let whole = gzip(&batch(&["e1"]));
    let half = whole[..whole.len() / 2].to_vec();
    assert_snapshot!(send(&tenant, "gzip", half).await, @r#"400 {"error":{"code":"invalid_body","message":"byte 21 decompressed: the gzip data break off","requestId":"[id]"}}"#);
    let whole = zstd(&batch(&["e1"]));
    let half = whole[..whole.len() / 2].to_vec();
    assert_snapshot!(send(&tenant, "zstd", half).await, @r#"400 {"error":{"code":"invalid_body","message":"byte 0 decompressed: the zstd data break off","requestId":"[id]"}}"#);
    assert_eq!(tenant.chunks().await, 0);
}

/// A body that is small as sent, and this many megabytes decompressed.
fn bomb(compress: impl Fn(&[u8]) -> Vec<u8>, megabytes: usize) -> Vec<u8> {
    let body = vec![b' '; megabytes << 20];
    let bomb = compress(&body);
    assert!(bomb.len() < 1 << 20);
    bomb
}

#[tokio::test]
async fn a_bomb_is_cut_off_at_20_mb() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(send(&tenant, "gzip", bomb(gzip, 21)).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 20 MB decompressed","requestId":"[id]"}}"#);
    assert_snapshot!(send(&tenant, "zstd", bomb(|body| zstd::encode_all(body, 1).unwrap(), 21)).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 20 MB decompressed","requestId":"[id]"}}"#);
    // A gigabyte is no slower to refuse than 21 MB.
    let member = gzip(&vec![b' '; 32 << 20]);
    assert_snapshot!(send(&tenant, "gzip", member.repeat(32)).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 20 MB decompressed","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn a_body_may_decompress_to_more_than_may_be_sent() {
    let tenant = Weir::shared().await.tenant().await;
    let padding = " ".repeat(10 << 20);
    let body = [batch(&["e1"]), padding.into_bytes()].concat();
    assert_snapshot!(send(&tenant, "gzip", gzip(&body)).await, @"204");
}
