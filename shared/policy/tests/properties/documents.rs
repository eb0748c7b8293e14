use event::Timestamp;
use policy::{
    AddressRow, AddressRules, EventRules, FieldProblem, MAX_ADDRESS_ROWS, MAX_EVENT_PATTERNS,
    Policy, PolicyDraft,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::events::any_pattern;
use crate::networks::{any_moment, any_network};

fn any_policy() -> impl Strategy<Value = Policy> {
    let row = (
        any_network(),
        proptest::option::of("[a-zé \"\\\\]{0,12}"),
        proptest::option::of(any_moment()),
    )
        .prop_map(|(network, description, expires_at)| AddressRow {
            description,
            expires_at,
            ..AddressRow::new(network)
        });
    let addresses = prop_oneof![
        Just(AddressRules::Anywhere),
        proptest::collection::vec(row, 0..6).prop_map(AddressRules::Specific),
    ];
    let events = prop_oneof![
        Just(EventRules::All),
        proptest::collection::vec(any_pattern(), 0..6).prop_map(EventRules::Only),
    ];
    let origin = "https://[a-z]{1,8}\\.example(:8[0-9]{3})?";
    let origins = proptest::option::of(proptest::collection::vec(origin, 0..3));
    (addresses, events, origins).prop_map(|(addresses, events, origins)| Policy {
        addresses,
        events,
        origins,
    })
}

proptest! {
    #[test]
    fn a_policy_survives_storage(policy in any_policy()) {
        let text = serde_json::to_string(&policy).unwrap();
        prop_assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy.clone());
        let value = serde_json::to_value(&policy).unwrap();
        prop_assert_eq!(serde_json::from_value::<Policy>(value).unwrap(), policy);
    }

    #[test]
    fn a_stored_policy_has_no_host_bits_left_to_warn_about(policy in any_policy()) {
        let checked = PolicyDraft::from(policy.clone()).check().unwrap();
        prop_assert_eq!(checked.policy, policy);
        let texts = checked.warnings.iter().map(|warning| warning.reason.to_string());
        prop_assert!(texts.into_iter().all(|text| !text.contains("host bits")));
    }
}

/// What lies in storage must be readable for ever: this text never changes.
#[test]
fn the_json_of_a_policy_keeps_its_form() {
    let default = serde_json::to_string(&Policy::default()).unwrap();
    insta::assert_snapshot!(default, @r#"{"addresses":"anywhere","events":"all"}"#);

    let office = AddressRow {
        description: Some("office".to_owned()),
        expires_at: Some(Timestamp::from_millis(1_795_229_788_987)),
        ..AddressRow::new("192.0.2.0/24".parse().unwrap())
    };
    let policy = Policy {
        addresses: AddressRules::Specific(vec![
            office,
            AddressRow::new("2001:db8::1/128".parse().unwrap()),
        ]),
        events: EventRules::Only(vec!["page_*", "sign_up"].into_iter().map(pattern).collect()),
        origins: Some(vec!["https://app.example.com".to_owned()]),
    };
    insta::assert_snapshot!(serde_json::to_string_pretty(&policy).unwrap(), @r#"
    {
      "addresses": [
        {
          "cidr": "192.0.2.0/24",
          "description": "office",
          "expiresAt": 1795229788987
        },
        {
          "cidr": "2001:db8::1/128"
        }
      ],
      "events": [
        "page_*",
        "sign_up"
      ],
      "origins": [
        "https://app.example.com"
      ]
    }
    "#);
}

fn pattern(text: &str) -> policy::EventPattern {
    policy::EventPattern::parse(text).unwrap()
}

#[test]
fn a_typo_never_widens_a_policy() {
    let wrong = [
        json!({}),
        json!({"addresses": "anywhere"}),
        json!({"events": "all"}),
        json!({"addresses": null, "events": "all"}),
        json!({"addresses": "Anywhere", "events": "all"}),
        json!({"addresses": "all", "events": "all"}),
        json!({"addresses": "anywhere", "events": "anywhere"}),
        json!({"addresses": "anywhere", "events": "all", "orgins": []}),
        json!({"addresses": ["10.0.0.0/8"], "events": "all"}),
        json!({"addresses": [{"cidr": "10.0.0.0/8", "expires_at": 5}], "events": "all"}),
        json!({"addresses": [{"description": "office"}], "events": "all"}),
        json!({"addresses": "anywhere", "events": ["*"]}),
        json!({"addresses": "anywhere", "events": [{"name": "a"}]}),
    ];
    for document in wrong {
        assert!(
            serde_json::from_value::<Policy>(document.clone()).is_err(),
            "{document}"
        );
    }
}

#[test]
fn every_wrong_field_is_named_with_its_path_and_reason() {
    let errors = errors(json!({
        "addresses": [
            {"cidr": "10.0.0.0/8"},
            {"cidr": "01.2.3.4"},
            {"cidr": "1.2.3", "description": "a\nb"},
            {"cidr": "::1%eth0"},
        ],
        "events": ["page_*", "*", "a*b"],
        "origins": ["app.example.com"],
    }));
    insta::assert_snapshot!(errors.join("\n"), @r#"
    addresses[1].cidr: must not have a number with a leading zero: some programs read it as octal
    addresses[2].cidr: must have four numbers separated by dots, such as 192.0.2.1
    addresses[2].description: must not contain a control character
    addresses[3].cidr: must not have a zone such as %eth0: a zone means something on one machine only
    events[1]: must not be * alone: to allow every event, set events to "all"
    events[2]: must not contain * except at its end
    origins[0]: must start with https:// or http://
    "#);
}

fn errors(document: Value) -> Vec<String> {
    let draft: PolicyDraft = serde_json::from_value(document).unwrap();
    draft
        .check()
        .unwrap_err()
        .errors
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn what_is_allowed_but_perhaps_not_meant_is_a_warning() {
    let draft: PolicyDraft = serde_json::from_value(json!({
        "addresses": [
            {"cidr": "10.1.2.3/8"},
            {"cidr": "10.9.0.0/16"},
            {"cidr": "::ffff:10.0.0.0/104"},
        ],
        "events": ["page_view", "page_*", "page_view"],
        "origins": [],
    }))
    .unwrap();
    let warnings = draft.check().unwrap().warnings;
    let lines: Vec<_> = warnings
        .iter()
        .map(|warning| format!("{}: {}", warning.path, warning.reason))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    addresses[0].cidr: host bits were set: kept as 10.0.0.0/8
    addresses[1].cidr: lies inside addresses[0].cidr
    addresses[2].cidr: is the same as addresses[0].cidr
    events[0]: lies inside events[1]
    events[2]: is the same as events[0]
    origins: the list is empty: it admits nothing
    ");
}

#[test]
fn a_list_beyond_its_limit_is_refused_as_a_whole() {
    let document = |rows: usize, names: usize| {
        json!({
            "addresses": vec![json!({"cidr": "10.0.0.0/8"}); rows],
            "events": vec!["page_view"; names],
        })
    };
    let at_the_limit = document(MAX_ADDRESS_ROWS, MAX_EVENT_PATTERNS);
    assert!(serde_json::from_value::<Policy>(at_the_limit).is_ok());
    let beyond = document(MAX_ADDRESS_ROWS + 1, MAX_EVENT_PATTERNS + 1);
    let draft: PolicyDraft = serde_json::from_value(beyond).unwrap();
    let problems = draft
        .check()
        .unwrap_err()
        .errors
        .into_iter()
        .map(|error| error.problem);
    let limits = [MAX_ADDRESS_ROWS, MAX_EVENT_PATTERNS].map(|max| FieldProblem::TooMany { max });
    assert_eq!(problems.collect::<Vec<_>>(), limits);
}
