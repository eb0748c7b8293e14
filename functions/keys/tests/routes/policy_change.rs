//! Policies, and two admins at the same one.

use serde_json::{Value, json};
use testkit::Answer;

use crate::support::{Made, Office, masked};

async fn put(office: &Office, made: &Made, etag: &str, policy: &Value) -> Answer {
    let call = office.call("PUT", &made.below("policy"));
    call.header("if-match", etag).json(policy).send().await
}

fn from(addresses: &[&str]) -> Value {
    let rows: Vec<_> = addresses.iter().map(|cidr| json!({"cidr": cidr})).collect();
    json!({"addresses": rows, "events": "all"})
}

#[tokio::test]
async fn a_policy_holds_from_the_next_request_on() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    assert_eq!(office.send(&made.text).await, "");
    let narrowed = put(&office, &made, &made.etag, &from(&["10.0.0.0/8"])).await;
    insta::assert_snapshot!(masked(&narrowed), @r#"200 {"id":"<id>","name":"Web shop","kind":"write_only","tags":[],"state":"enabled","creator":{"kind":"service_account","id":"<creator>","name":"test admin"},"createdAt":1795240800001,"expiresAt":null,"previousExpiresAt":null,"policyVersion":2,"lastUsedAt":null,"policy":{"addresses":[{"cidr":"10.0.0.0/8"}],"events":"all"},"warnings":[]}"#);
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.policy_changed by test admin from 203.0.113.7 in test-request: Web shop {"policy":{"from":{"addresses":"anywhere","events":"all"},"to":{"addresses":[{"cidr":"10.0.0.0/8"}],"events":"all"}}}"#);
    assert_eq!(office.send(&made.text).await, "ip_not_allowed");
    let etag = &narrowed.headers["etag"];
    let names = json!({"addresses": "anywhere", "events": ["page*"]});
    let names = put(&office, &made, etag, &names).await;
    assert_eq!(office.send(&made.text).await, "event_not_allowed");
    let etag = &names.headers["etag"];
    put(
        &office,
        &made,
        etag,
        &json!({"addresses": "anywhere", "events": "all"}),
    )
    .await;
    assert_eq!(office.send(&made.text).await, "");
}

#[tokio::test]
async fn two_admins_cannot_overwrite_each_other() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let (one, other) = (from(&["10.0.0.0/8"]), from(&["192.0.2.0/24"]));
    let (first, second) = tokio::join!(
        put(&office, &made, &made.etag, &one),
        put(&office, &made, &made.etag, &other),
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let late = put(&office, &made, &made.etag, &other).await;
    insta::assert_snapshot!(late.shown(), @r#"412 {"error":{"code":"version_stale","message":"the version in If-Match is not the newest","requestId":"test-request"}}"#);
    // A change of anything else is one that the admin has not seen either.
    let newest = office.get(&made.path).await.headers["etag"].clone();
    office.call("POST", &made.below("disable")).send().await;
    assert_eq!(put(&office, &made, &newest, &other).await.status, 412);
    let newest = office.get(&made.path).await.headers["etag"].clone();
    assert_eq!(put(&office, &made, &newest, &other).await.status, 200);
}

#[tokio::test]
async fn a_change_needs_the_version_that_was_seen() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let policy = from(&["10.0.0.0/8"]);
    let call = office.call("PUT", &made.below("policy"));
    let without = call.clone().json(&policy).send().await;
    insta::assert_snapshot!(without.shown(), @r#"428 {"error":{"code":"precondition_required","message":"a change needs the version in If-Match","requestId":"test-request"}}"#);
    for (etag, status) in [("*", 428), ("\"0.1\"", 412), ("\"abc\"", 412), ("", 412)] {
        let answer = put(&office, &made, etag, &policy).await;
        assert_eq!(answer.status, status, "{etag}");
    }
    let call = office.call("PATCH", &made.path).json(&json!({"name": "a"}));
    assert_eq!(call.send().await.status, 428);
}

#[tokio::test]
async fn what_is_perhaps_not_meant_is_said_with_the_answer() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let policy = json!({
        "addresses": [
            {"cidr": "10.1.2.3/8", "description": "office"},
            {"cidr": "10.9.0.0/16"},
            {"cidr": "10.0.0.0/8"},
            {"cidr": "2001:DB8::1"},
        ],
        "events": ["page*", "page_view"],
        "origins": [],
    });
    let answer = put(&office, &made, &made.etag, &policy).await;
    assert_eq!(answer.status, 200);
    insta::assert_json_snapshot!(answer.json()["warnings"], @r#"
    [
      {
        "message": "host bits were set: kept as 10.0.0.0/8",
        "path": "addresses[0].cidr"
      },
      {
        "message": "lies inside addresses[0].cidr",
        "path": "addresses[1].cidr"
      },
      {
        "message": "is the same as addresses[0].cidr",
        "path": "addresses[2].cidr"
      },
      {
        "message": "lies inside events[0]",
        "path": "events[1]"
      },
      {
        "message": "the list is empty: it admits nothing",
        "path": "origins"
      }
    ]
    "#);
    insta::assert_json_snapshot!(answer.json()["policy"], @r#"
    {
      "addresses": [
        {
          "cidr": "10.0.0.0/8",
          "description": "office"
        },
        {
          "cidr": "10.9.0.0/16"
        },
        {
          "cidr": "10.0.0.0/8"
        },
        {
          "cidr": "2001:db8::1/128"
        }
      ],
      "events": [
        "page*",
        "page_view"
      ],
      "origins": []
    }
    "#);
}

#[tokio::test]
async fn every_error_of_a_policy_is_said_at_once() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let rows = |cidrs: &[&str]| from(cidrs)["addresses"].clone();
    let policy = json!({
        "addresses": rows(&["01.2.3.4", "1.2.3", "::1%eth0", "10.0.0.0/33", "example.com", "10.0.0.1"]),
        "events": ["a*b", "*", ""],
        "origins": ["shop.example"],
    });
    let answer = put(&office, &made, &made.etag, &policy).await;
    insta::assert_json_snapshot!(answer.json()["error"], @r#"
    {
      "code": "invalid_body",
      "errors": [
        {
          "message": "must not have a number with a leading zero: some programs read it as octal",
          "path": "addresses[0].cidr"
        },
        {
          "message": "must have four numbers separated by dots, such as 192.0.2.1",
          "path": "addresses[1].cidr"
        },
        {
          "message": "must not have a zone such as %eth0: a zone means something on one machine only",
          "path": "addresses[2].cidr"
        },
        {
          "message": "has a prefix length above /32",
          "path": "addresses[3].cidr"
        },
        {
          "message": "must be an IPv4 or IPv6 address or a CIDR range: not a host name or a wildcard",
          "path": "addresses[4].cidr"
        },
        {
          "message": "must not contain * except at its end",
          "path": "events[0]"
        },
        {
          "message": "must not be * alone: to allow every event, set events to \"all\"",
          "path": "events[1]"
        },
        {
          "message": "must not be empty",
          "path": "events[2]"
        },
        {
          "message": "must start with https:// or http://",
          "path": "origins[0]"
        }
      ],
      "message": "addresses[0].cidr: must not have a number with a leading zero: some programs read it as octal (and 8 more)",
      "requestId": "test-request"
    }
    "#);
    for (policy, path) in [
        (
            json!({"addresses": rows(&["10.0.0.1"; 1_001]), "events": "all"}),
            "addresses",
        ),
        (
            json!({"addresses": "anywhere", "events": vec!["a"; 501]}),
            "events",
        ),
    ] {
        let answer = put(&office, &made, &made.etag, &policy).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["error"]["errors"][0]["path"], path);
    }
    let large: Vec<_> = (0..1_000_u32)
        .map(|row| json!({"cidr": format!("10.{}.{}.0/24", row / 256, row % 256), "description": "office"}))
        .collect();
    let names: Vec<_> = (0..500).map(|name| format!("event {name}")).collect();
    let large = json!({"addresses": large, "events": names});
    assert_eq!(put(&office, &made, &made.etag, &large).await.status, 200);
}

#[tokio::test]
async fn a_policy_with_a_typo_is_refused() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let mut answers = String::new();
    for policy in [
        json!({"adresses": [], "events": "all"}),
        json!({"addresses": "anywhere"}),
        json!({"addresses": [{"cdir": "10.0.0.1"}], "events": "all"}),
        json!({"addresses": ["10.0.0.1"], "events": "all"}),
        json!({"addresses": "anywhere", "events": ["a", 7]}),
        json!({"addresses": "anywhere", "events": "all", "origins": "*"}),
        json!({"addresses": "anywhere", "events": "none"}),
    ] {
        let answer = put(&office, &made, &made.etag, &policy).await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_body","message":"adresses: is not a known member: expected one of `addresses`, `events`, `origins`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"missing member `events`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"addresses[0].cdir: is not a known member: expected one of `cidr`, `description`, `expiresAt`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"addresses[0]: must be an object","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"events[1]: must be a string","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"origins: must be an array","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"events: must be \"all\" or a list","requestId":"test-request"}}
    "#);
}
