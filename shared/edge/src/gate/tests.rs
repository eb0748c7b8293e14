//! Who is let in, and who is not.

use std::net::Ipv4Addr;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use policy::ApiKey;
use store::Tables;

use super::*;
use crate::Settings;

/// A gate before a store that nobody answers for.
fn gate() -> Gate {
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url("http://127.0.0.1:1")
        .build();
    let metrics = Metrics::off();
    let table = || "table".to_owned();
    let tables = Tables {
        control: table(),
        events: table(),
        profiles: table(),
        activity: table(),
        runs: table(),
    };
    let store = Store::new(store::client(&aws), tables, metrics.clone());
    let settings = Settings::new(store.clone());
    let tally = Tally::new(store.clone(), settings, Duration::from_secs(1));
    Gate::new(store, metrics, tally)
}

async fn admit(authorization: Option<&str>) -> Problem {
    let headers = authorization
        .map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()))
        .into_iter()
        .collect();
    let connection = Connection {
        source_ip: Ipv4Addr::LOCALHOST.into(),
        request_id: "id-1".into(),
    };
    let now = Timestamp::from_millis(1_795_229_788_987);
    let caller = gate()
        .admit(&headers, None, &connection, Operation::SendEvents, now)
        .await;
    caller.unwrap_err()
}

#[tokio::test]
async fn what_is_no_key_is_refused_without_a_read() {
    assert_eq!(admit(None).await, Problem::Refused(Refusal::KeyMissing));
    for garbage in ["Bearer x", "weir_wo_short", "Basic ???"] {
        let problem = admit(Some(garbage)).await;
        assert_eq!(
            problem,
            Problem::Refused(Refusal::KeyMalformed),
            "{garbage}"
        );
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_admits_nobody() {
    let key = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    assert_eq!(admit(Some(key.expose())).await, Problem::Unavailable);
}

#[test]
fn a_page_must_be_on_the_list_where_there_is_one() {
    let list = Policy {
        origins: Some(vec!["https://shop.example".to_owned()]),
        ..Policy::default()
    };
    let judge = |policy: &Policy, origin: &'static str| {
        let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static(origin))]);
        judge_origin(&CompiledPolicy::new(policy), &headers)
    };
    assert!(judge(&Policy::default(), "https://other.example"));
    assert!(judge(&list, "https://shop.example"));
    assert!(!judge(&list, "https://other.example"));
    assert!(!judge(&list, "null"));
    assert!(judge_origin(&CompiledPolicy::new(&list), &HeaderMap::new()));
}

#[test]
fn a_key_in_the_query_is_for_keys_that_stand_in_pages() {
    let in_query = |kind| judge_carrier(&Presented::Query("key".into()), kind).is_allowed();
    let in_header = |kind| judge_carrier(&Presented::Header("key".into()), kind).is_allowed();
    let allowed: Vec<_> = KeyKind::ALL
        .into_iter()
        .filter(|&kind| in_query(kind))
        .collect();
    assert_eq!(allowed, [KeyKind::WriteOnly, KeyKind::Rum]);
    assert!(KeyKind::ALL.into_iter().all(in_header));
}
