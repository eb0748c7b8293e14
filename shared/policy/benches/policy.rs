//! What a request pays for being judged.
//!
//! The targets: a verdict on a policy of 10,000 CIDR ranges within 1 µs. Beside each look-up stands
//! the linear scan it replaces.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper that fails is a benchmark that fails"
)]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use event::{Timestamp, WorkspaceId};
use ipnet::IpNet;
use policy::{
    AddressRow, AddressRules, ApiKey, CompiledPolicy, EventPattern, EventRules, KeyKind, KeyRecord,
    Operation, Policy, judge_key, judge_request,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const NOW: Timestamp = Timestamp::from_millis(1_795_229_788_987);

fn keys(criterion: &mut Criterion) {
    let mut rng = StdRng::seed_from_u64(1);
    let key = ApiKey::generate(KeyKind::WriteOnly, &mut rng);
    let wrong = ApiKey::generate_with_id(key.kind(), key.id().clone(), &mut rng);
    let record = KeyRecord::issued(&key, WorkspaceId::parse("acme").unwrap());
    let text = key.expose();
    let mut corrupt = text.to_owned();
    corrupt.replace_range(
        30..31,
        if corrupt.as_bytes()[30] == b'x' {
            "y"
        } else {
            "x"
        },
    );

    let mut group = criterion.benchmark_group("key");
    group.bench_function("parse", |bench| {
        bench.iter(|| ApiKey::parse(black_box(text)));
    });
    group.bench_function("parse, wrong checksum", |bench| {
        bench.iter(|| ApiKey::parse(black_box(&corrupt)).is_err());
    });
    group.bench_function("judge, right secret", |bench| {
        bench.iter(|| judge_key(Some(black_box(&record)), black_box(&key), NOW));
    });
    group.bench_function("judge, wrong secret", |bench| {
        bench.iter(|| judge_key(Some(black_box(&record)), black_box(&wrong), NOW));
    });
    group.bench_function("judge, unknown key", |bench| {
        bench.iter(|| judge_key(black_box(None), black_box(&wrong), NOW));
    });
    group.bench_function("parse and judge", |bench| {
        bench.iter(|| {
            let key = ApiKey::parse(black_box(text)).unwrap();
            judge_key(Some(black_box(&record)), &key, NOW)
        });
    });
    group.finish();
}

/// A thousand callers, half of them inside a row.
fn callers(rows: &[AddressRow], rng: &mut StdRng) -> Vec<IpAddr> {
    let caller = |index: usize| {
        let inside = index.is_multiple_of(2);
        match rows[index % rows.len()].network {
            network if inside => network.addr(),
            IpNet::V4(_) => IpAddr::V4(Ipv4Addr::from(rng.random::<u32>())),
            IpNet::V6(_) => IpAddr::V6(Ipv6Addr::from(rng.random::<u128>() >> 3 | 1 << 125)),
        }
    };
    (0..1_000).map(caller).collect()
}

fn rows(count: usize, v6: bool, rng: &mut StdRng) -> Vec<AddressRow> {
    let row = |_| {
        let network = if v6 {
            let address = Ipv6Addr::from(rng.random::<u128>() >> 3 | 1 << 125);
            IpNet::new(address.into(), rng.random_range(32..=128))
        } else {
            IpNet::new(
                Ipv4Addr::from(rng.random::<u32>()).into(),
                rng.random_range(16..=32),
            )
        };
        AddressRow::new(network.unwrap())
    };
    (0..count).map(row).collect()
}

fn addresses(criterion: &mut Criterion) {
    let mut rng = StdRng::seed_from_u64(2);
    for (family, v6) in [("IPv4", false), ("IPv6", true)] {
        let mut group = criterion.benchmark_group(format!("verdict from an address, {family}"));
        for count in [1, 100, 10_000] {
            let rows = rows(count, v6, &mut rng);
            let callers = callers(&rows, &mut rng);
            let addresses = AddressRules::Specific(rows.clone());
            let policy = CompiledPolicy::new(&Policy {
                addresses,
                ..Policy::default()
            });
            let mut turn = callers.iter().cycle();
            group.bench_function(BenchmarkId::new("trie", count), |bench| {
                bench.iter(|| {
                    let caller = *turn.next().unwrap();
                    let operation = black_box(Operation::SendEvents);
                    judge_request(
                        KeyKind::WriteOnly,
                        &policy,
                        black_box(caller),
                        operation,
                        NOW,
                    )
                });
            });
            group.bench_function(BenchmarkId::new("linear", count), |bench| {
                bench.iter(|| {
                    let caller = *turn.next().unwrap();
                    rows.iter()
                        .any(|row| row.network.contains(black_box(&caller)))
                });
            });
        }
        group.finish();
    }
    let policy = Policy {
        addresses: AddressRules::Specific(rows(10_000, false, &mut rng)),
        ..Policy::default()
    };
    criterion.bench_function("compile 10,000 rows", |bench| {
        bench.iter(|| CompiledPolicy::new(black_box(&policy)));
    });
}

fn events(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event name");
    for (form, star) in [("exact", ""), ("prefix", "*")] {
        for count in [1, 500] {
            let text = |index| format!("section_{index:03}_viewed{star}");
            let patterns: Vec<_> = (0..count)
                .map(|index| EventPattern::parse(&text(index)).unwrap())
                .collect();
            let names: Vec<_> = (0..1_000)
                .map(|index| format!("section_{:03}_viewed", index % 700))
                .collect();
            let events = EventRules::Only(patterns.clone());
            let policy = CompiledPolicy::new(&Policy {
                events,
                ..Policy::default()
            });
            let mut turn = names.iter().cycle();
            group.bench_function(BenchmarkId::new(form, count), |bench| {
                bench.iter(|| policy.admits_event(black_box(turn.next().unwrap())));
            });
            group.bench_function(
                BenchmarkId::new(format!("{form}, linear"), count),
                |bench| {
                    bench.iter(|| {
                        let name = black_box(turn.next().unwrap());
                        patterns.iter().any(|pattern| pattern.admits(name))
                    });
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, keys, addresses, events);
criterion_main!(benches);
