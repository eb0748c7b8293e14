//! A dry run says of the past what the verdict would say request by request.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use event::Timestamp;
use policy::{
    AddressRow, AddressRules, CompiledPolicy, EventPattern, EventRules, KeyKind, Operation, Past,
    Policy, Refusal, judge_request, parse_network,
};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_229_788_987);

fn addresses() -> impl Strategy<Value = AddressRules> {
    let row = (0..8_u8, 28..33_u8, prop::option::of(-1..2_i64)).prop_map(|(last, length, days)| {
        let network = parse_network(&format!("10.0.0.{last}/{length}"))
            .unwrap()
            .network;
        let mut row = AddressRow::new(network);
        row.expires_at =
            days.map(|days| Timestamp::from_millis(NOW.as_millis() + days * 86_400_000));
        row
    });
    prop_oneof![
        Just(AddressRules::Anywhere),
        prop::collection::vec(row, 0..4).prop_map(AddressRules::Specific),
    ]
}

fn events() -> impl Strategy<Value = EventRules> {
    let pattern = prop_oneof![Just("a"), Just("b"), Just("b*")];
    let pattern = pattern.prop_map(|text| EventPattern::parse(text).unwrap());
    prop_oneof![
        Just(EventRules::All),
        prop::collection::vec(pattern, 0..3).prop_map(EventRules::Only),
    ]
}

proptest! {
    #[test]
    fn what_it_says_would_be_refused_is_what_the_verdict_refuses(
        addresses in addresses(),
        events in events(),
        past in prop::collection::vec(
            (prop::option::of(0..12_u8), 0..5_u64, prop::collection::btree_map("[ab]{1,2}", 1..9_u64, 0..4)),
            0..8,
        ),
    ) {
        let policy = CompiledPolicy::new(&Policy { addresses, events, origins: None });
        let address = |last: Option<u8>| last.map(|last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)));
        let run = policy.dry_run(
            past.iter().map(|(last, requests, events)| Past {
                address: address(*last),
                requests: *requests,
                events,
            }),
            NOW,
        );

        let (mut requests, mut named) = (BTreeMap::new(), BTreeMap::new());
        let mut unknown = 0;
        for (last, count, events) in &past {
            if last.is_none() {
                unknown += count;
            }
            let operation = Operation::SendEvents;
            let judge = |address| judge_request(KeyKind::WriteOnly, &policy, address, operation, NOW);
            let refusal = address(*last).and_then(|address| judge(address).refusal());
            if let Some(refusal) = refusal.filter(|_| *count > 0) {
                *requests.entry(refusal).or_insert(0) += count;
            }
            for (name, count) in events {
                let refusal = refusal.or_else(|| (!policy.admits_event(name)).then_some(Refusal::EventNotAllowed));
                if let Some(refusal) = refusal {
                    *named.entry(refusal).or_insert(0) += count;
                }
            }
        }
        prop_assert_eq!(&run.refused_requests, &requests);
        prop_assert_eq!(&run.refused_events, &named);
        prop_assert_eq!(run.requests_without_address, unknown);
        prop_assert_eq!(run.requests, past.iter().map(|(_, count, _)| count).sum::<u64>());
        prop_assert!(run.examples.is_sorted_by(|a, b| a.events >= b.events));
    }
}

#[test]
fn a_dry_run_shows_the_twenty_most_frequent() {
    let events = (0..50_u64).map(|i| (format!("e{i:02}"), i + 1)).collect();
    let nothing = Policy {
        events: EventRules::Only(Vec::new()),
        ..Policy::default()
    };
    let past = Past {
        address: None,
        requests: 3,
        events: &events,
    };
    let run = CompiledPolicy::new(&nothing).dry_run([past], NOW);
    assert_eq!(run.examples.len(), 20);
    assert_eq!(
        (run.examples[0].event.as_str(), run.examples[0].events),
        ("e49", 50)
    );
    assert_eq!(run.refused_events[&Refusal::EventNotAllowed], 1_275);
}
