//! The rules. Each looks at the facts and says one thing or nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use event::Timestamp;
use policy::{AddressRules, EventRules, KeyKind, Refusal};
use store::HourUsage;

use super::Advice;
use super::facts::Facts;

const DAY: Duration = Duration::from_hours(24);
/// A text is old after so many days.
const OLD_AFTER_DAYS: u64 = 90;
/// So many networks are one sender's at most: the zones and sites of a service.
const MAX_NETWORKS: usize = 10;
/// Fewer refusals in a day are no rise, whatever was before.
const NOTABLE_REFUSALS: u64 = 10;
/// So many times an average day is a rise.
const RISE: u64 = 3;
/// Days of which the average is taken: those before the last 24 hours.
const USUAL_DAYS: u64 = 7;

/// In the order in which notes are shown: what somebody may be waiting for first.
const RULES: [fn(&Facts<'_>) -> Option<Advice>; 5] = [
    more_refusals,
    open_to_anywhere,
    takes_every_event,
    several_sources,
    old_secret,
];

/// Everything that the rules have to say.
pub(super) fn judge(facts: &Facts<'_>) -> Vec<Advice> {
    RULES.iter().filter_map(|rule| rule(facts)).collect()
}

/// Keys that read what is stored belong to servers, and servers have addresses.
fn open_to_anywhere(facts: &Facts<'_>) -> Option<Advice> {
    let reads = matches!(facts.kind, KeyKind::ReadWrite | KeyKind::Metrics);
    let is_open = facts.policy.addresses == AddressRules::Anywhere;
    (reads && is_open).then_some(Advice::OpenToAnywhere)
}

/// A write-only key stands in pages and apps, where anybody finds it.
fn takes_every_event(facts: &Facts<'_>) -> Option<Advice> {
    let is_public = facts.kind == KeyKind::WriteOnly;
    let is_open = facts.policy.events == EventRules::All;
    (is_public && is_open).then_some(Advice::TakesEveryEvent { names: facts.names })
}

/// One key per source shows who sends what, and can be taken from one without harming another. Two wire
/// formats are two programs. Where a key belongs to servers, so are very many networks; the keys of
/// pages and apps come from everywhere.
fn several_sources(facts: &Facts<'_>) -> Option<Advice> {
    let is_of_servers = match facts.kind {
        KeyKind::ReadWrite | KeyKind::Sensor | KeyKind::ThirdParty => true,
        KeyKind::WriteOnly | KeyKind::Rum | KeyKind::Metrics | KeyKind::ServiceAccount => false,
    };
    let networks = Some(facts.networks).filter(|&count| is_of_servers && count > MAX_NETWORKS);
    (facts.formats.len() > 1 || networks.is_some()).then(|| Advice::SeveralSources {
        formats: facts.formats.clone(),
        networks,
    })
}

fn old_secret(facts: &Facts<'_>) -> Option<Advice> {
    let days = facts.now.since(facts.secret_since).as_secs() / DAY.as_secs();
    (days > OLD_AFTER_DAYS).then_some(Advice::OldSecret { days })
}

fn more_refusals(facts: &Facts<'_>) -> Option<Advice> {
    rise(facts.hours, facts.now)
}

/// A rise of answers with 403 usually means a key that was revoked, has expired, or is used elsewhere
/// than before.
pub(super) fn rise(hours: &BTreeMap<Timestamp, HourUsage>, now: Timestamp) -> Option<Advice> {
    // By whole hours, the present one among them.
    let border = now.start_of_hour().minus(Duration::from_hours(23));
    let (mut lately, mut before) = (BTreeMap::<&str, u64>::new(), 0);
    for (hour, usage) in hours {
        for (reason, count) in forbidden(usage) {
            if *hour >= border {
                *lately.entry(reason).or_default() += count;
            } else {
                before += count;
            }
        }
    }
    let sum: u64 = lately.values().sum();
    let usual = before / USUAL_DAYS;
    let (reason, _) = lately.into_iter().max_by_key(|(_, count)| *count)?;
    let rises = sum >= NOTABLE_REFUSALS && sum.saturating_mul(USUAL_DAYS) > before * RISE;
    rises.then(|| Advice::MoreRefusals {
        lately: sum,
        usual,
        reason: reason.to_owned(),
    })
}

/// The refusals that are answered with 403.
fn forbidden(usage: &HourUsage) -> impl Iterator<Item = (&str, u64)> {
    let is_forbidden = |reason: &str| match Refusal::ALL.into_iter().find(|it| it.code() == reason)
    {
        Some(Refusal::KeyMissing | Refusal::KeyMalformed | Refusal::KeyUnknown) => false,
        Some(
            Refusal::KeyRevoked
            | Refusal::KeyDisabled
            | Refusal::KeyExpired
            | Refusal::AddressNotAllowed
            | Refusal::ScopeMissing
            | Refusal::EventNotAllowed,
        ) => true,
        None => reason == ORIGIN_NOT_ALLOWED,
    };
    let refused = usage.refused.iter();
    refused
        .filter(move |(reason, _)| is_forbidden(reason))
        .map(|(reason, count)| (reason.as_str(), *count))
}

/// The refusal that is no key's verdict but the request's: its page is not on the key's list.
const ORIGIN_NOT_ALLOWED: &str = "origin_not_allowed";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use event::Source;
    use policy::{AddressRow, EventPattern, Policy, parse_network};

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);
    /// Half past an hour.
    const NOW: Timestamp = Timestamp::from_millis(1_795_242_600_000);

    type Hours = BTreeMap<Timestamp, HourUsage>;

    /// What the rules say of a key with a strict policy and a new text, changed so.
    fn said(kind: KeyKind, change: impl FnOnce(&mut Known)) -> Vec<Advice> {
        let network = parse_network("192.0.2.0/24").unwrap().network;
        let mut known = Known {
            policy: Policy {
                addresses: AddressRules::Specific(vec![AddressRow::new(network)]),
                events: EventRules::Only(vec![EventPattern::parse("buy").unwrap()]),
                origins: None,
            },
            days: 1,
            names: 2,
            networks: 1,
            formats: BTreeSet::from([Source::Userflux]),
            hours: Hours::new(),
        };
        change(&mut known);
        judge(&Facts {
            kind,
            policy: &known.policy,
            secret_since: NOW.minus(DAY * known.days),
            names: known.names,
            networks: known.networks,
            formats: &known.formats,
            hours: &known.hours,
            now: NOW,
        })
    }

    struct Known {
        policy: Policy,
        days: u32,
        names: usize,
        networks: usize,
        formats: BTreeSet<Source>,
        hours: Hours,
    }

    fn refused(hours_ago: u32, reason: &str, count: u64) -> (Timestamp, HourUsage) {
        let hour = NOW.start_of_hour().minus(HOUR * hours_ago);
        let usage = HourUsage {
            refused: BTreeMap::from([(reason.to_owned(), count)]),
            ..HourUsage::default()
        };
        (hour, usage)
    }

    #[test]
    fn a_strict_key_with_a_new_text_and_one_sender_gets_no_advice() {
        for kind in KeyKind::ALL {
            assert_eq!(said(kind, |_| {}), [], "{kind}");
        }
    }

    #[test]
    fn only_keys_that_read_should_not_be_open_to_anywhere() {
        let open = |kind| {
            let open = |known: &mut Known| known.policy.addresses = AddressRules::Anywhere;
            said(kind, open) == [Advice::OpenToAnywhere]
        };
        let kinds: Vec<_> = KeyKind::ALL
            .into_iter()
            .filter(|&kind| open(kind))
            .collect();
        assert_eq!(kinds, [KeyKind::ReadWrite, KeyKind::Metrics]);
    }

    #[test]
    fn only_a_write_only_key_should_not_take_every_event() {
        let all = |known: &mut Known| known.policy.events = EventRules::All;
        let expected = [Advice::TakesEveryEvent { names: 2 }];
        assert_eq!(said(KeyKind::WriteOnly, all), expected);
        assert_eq!(said(KeyKind::ReadWrite, all), []);
    }

    #[test]
    fn two_formats_or_very_many_networks_of_servers_are_several_sources() {
        let formats = BTreeSet::from([Source::Otlp, Source::Firehose]);
        let two = |known: &mut Known| known.formats.clone_from(&formats);
        assert_eq!(
            said(KeyKind::ThirdParty, two),
            [Advice::SeveralSources {
                formats: formats.clone(),
                networks: None
            }]
        );
        let many = |known: &mut Known| known.networks = 11;
        assert_eq!(
            said(KeyKind::Sensor, many),
            [Advice::SeveralSources {
                formats: BTreeSet::from([Source::Userflux]),
                networks: Some(11)
            }]
        );
        assert_eq!(said(KeyKind::Sensor, |known| known.networks = 10), []);
        // Browsers and telephones are everywhere.
        assert_eq!(said(KeyKind::Rum, many), []);
        assert_eq!(said(KeyKind::WriteOnly, many), []);
    }

    #[test]
    fn a_text_is_old_when_90_days_are_over() {
        assert_eq!(said(KeyKind::Rum, |known| known.days = 90), []);
        assert_eq!(
            said(KeyKind::Rum, |known| known.days = 91),
            [Advice::OldSecret { days: 91 }]
        );
    }

    #[test]
    fn more_than_three_times_the_usual_refusals_are_a_rise() {
        let rise = |hours: &[(Timestamp, HourUsage)]| {
            said(KeyKind::Rum, |known| {
                known.hours.extend(hours.iter().cloned());
            })
        };
        let lately = refused(23, "key_expired", 30);
        assert_eq!(
            rise(&[lately.clone(), refused(24, "key_expired", 69)]),
            [Advice::MoreRefusals {
                lately: 30,
                usual: 9,
                reason: "key_expired".to_owned()
            }]
        );
        assert_eq!(rise(&[lately, refused(24, "key_expired", 70)]), []);
    }

    #[test]
    fn a_few_refusals_and_those_that_are_no_403_are_no_rise() {
        let rise = |reason, count| {
            said(KeyKind::Rum, |known| {
                known.hours.extend([refused(0, reason, count)]);
            })
        };
        assert_eq!(rise("ip_not_allowed", 9), []);
        assert_eq!(rise("ip_not_allowed", 10).len(), 1);
        assert_eq!(rise("origin_not_allowed", 10).len(), 1);
        assert_eq!(rise("invalid_event", 1_000), []);
    }
}
