use std::net::IpAddr;

use event::{Timestamp, WorkspaceId};
use policy::{
    AddressRow, AddressRules, ApiKey, CompiledPolicy, KeyKind, KeyRecord, KeyState, Operation,
    Policy, PreviousSecret, Refusal, SecretSlot, Verdict, judge_key, judge_request,
};
use proptest::prelude::*;
use proptest::sample::select;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::keys::any_kind;
use crate::networks::any_moment;

/// A key rotated once: the old text, the new one, and another id's.
struct Keys {
    old: ApiKey,
    new: ApiKey,
    stranger: ApiKey,
}

fn keys() -> Keys {
    let mut rng = StdRng::seed_from_u64(11);
    let old = ApiKey::generate(KeyKind::WriteOnly, &mut rng);
    let new = ApiKey::generate_with_id(old.kind(), old.id().clone(), &mut rng);
    let stranger = ApiKey::generate_with_id(old.kind(), old.id().clone(), &mut rng);
    Keys { old, new, stranger }
}

fn rotated(keys: &Keys, deadline: Timestamp) -> KeyRecord {
    let previous = PreviousSecret {
        hash: keys.old.secret_hash(),
        expires_at: deadline,
    };
    let record = KeyRecord::issued(&keys.new, WorkspaceId::parse("acme").unwrap());
    KeyRecord {
        previous: Some(previous),
        ..record
    }
}

const NOW: Timestamp = Timestamp::from_millis(1_000);
const LATER: Timestamp = Timestamp::from_millis(2_000);

#[test]
fn an_unknown_key_and_a_wrong_secret_get_the_same_answer() {
    let keys = keys();
    let refused = Verdict::Refused(Refusal::KeyUnknown);
    assert_eq!(judge_key(None, &keys.stranger, NOW), refused);
    assert_eq!(
        judge_key(Some(&rotated(&keys, LATER)), &keys.stranger, NOW),
        refused
    );
}

#[test]
fn a_previous_secret_is_accepted_until_its_deadline() {
    let keys = keys();
    let record = rotated(&keys, LATER);
    let judge = |key, now| judge_key(Some(&record), key, now);
    assert_eq!(judge(&keys.new, NOW), Verdict::Allowed(SecretSlot::Current));
    assert_eq!(
        judge(&keys.old, NOW),
        Verdict::Allowed(SecretSlot::Previous)
    );
    assert_eq!(
        judge(&keys.old, LATER),
        Verdict::Refused(Refusal::KeyUnknown)
    );
    assert_eq!(
        judge(&keys.new, LATER),
        Verdict::Allowed(SecretSlot::Current)
    );
}

#[test]
fn a_revoked_key_says_so_to_its_holders_only() {
    let keys = keys();
    let record = KeyRecord {
        state: KeyState::Revoked,
        ..rotated(&keys, LATER)
    };
    // Before and after the deadline of the old secret.
    for now in [NOW, LATER] {
        let refusal = |key| judge_key(Some(&record), key, now).refusal();
        assert_eq!(refusal(&keys.new), Some(Refusal::KeyRevoked));
        assert_eq!(refusal(&keys.old), Some(Refusal::KeyRevoked));
        assert_eq!(refusal(&keys.stranger), Some(Refusal::KeyUnknown));
    }
}

#[test]
fn no_hash_matches_the_dummy_of_an_absent_one() {
    let keys = keys();
    let record = KeyRecord {
        previous: None,
        ..rotated(&keys, LATER)
    };
    assert_eq!(
        judge_key(Some(&record), &keys.old, NOW).refusal(),
        Some(Refusal::KeyUnknown)
    );
}

#[test]
fn a_kind_has_its_operations_and_no_other() {
    use Operation as Op;
    let table: [(KeyKind, &[Op]); 7] = [
        (KeyKind::WriteOnly, &[Op::SendEvents, Op::UpdateProfile]),
        (
            KeyKind::ReadWrite,
            &[
                Op::SendEvents,
                Op::UpdateProfile,
                Op::ReadProfile,
                Op::DeleteProfile,
                Op::TriggerWorkflow,
            ],
        ),
        (
            KeyKind::Sensor,
            &[Op::SendOtlp, Op::SendJsonLogs, Op::ReadRemoteConfig],
        ),
        (KeyKind::Rum, &[Op::SendRum]),
        (
            KeyKind::ThirdParty,
            &[Op::SendOtlp, Op::SendFirehose, Op::SendJsonLogs],
        ),
        (KeyKind::Metrics, &[Op::MintToken]),
        (
            KeyKind::ServiceAccount,
            &[Op::ReadProfile, Op::Administer, Op::QueryMetrics],
        ),
    ];
    for (kind, operations) in table {
        let permitted: Vec<_> = Operation::ALL
            .into_iter()
            .filter(|operation| kind.permits(*operation))
            .collect();
        // Whether it is good may be asked of any key.
        let operations = [operations, &[Op::CheckHealth]].concat();
        assert_eq!(permitted, operations, "{kind}");
    }
}

#[test]
fn names_and_codes_are_those_that_serde_writes() {
    for kind in KeyKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        assert_eq!(KeyKind::parse(kind.as_str()), Some(kind));
        assert_eq!(KeyKind::from_tag(kind.tag()), Some(kind));
    }
    for refusal in Refusal::ALL {
        assert_eq!(serde_json::to_value(refusal).unwrap(), refusal.code());
    }
    for slot in [SecretSlot::Current, SecretSlot::Previous] {
        assert_eq!(serde_json::to_value(slot).unwrap(), slot.as_str());
        assert_eq!(SecretSlot::parse(slot.as_str()), Some(slot));
    }
    for state in [KeyState::Enabled, KeyState::Disabled, KeyState::Revoked] {
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        assert_eq!(KeyState::parse(state.as_str()), Some(state));
    }
}

proptest! {
    #[test]
    fn of_several_refusals_the_first_in_order_is_given(
        known in any::<bool>(),
        right_secret in any::<bool>(),
        state in select(&[KeyState::Enabled, KeyState::Disabled, KeyState::Revoked][..]),
        expires_at in proptest::option::of(any_moment()),
        now in any_moment(),
    ) {
        let keys = keys();
        let record = KeyRecord { state, expires_at, ..rotated(&keys, LATER) };
        let presented = if right_secret { &keys.new } else { &keys.stranger };
        let expected = [
            (!known || !right_secret, Refusal::KeyUnknown),
            (state == KeyState::Revoked, Refusal::KeyRevoked),
            (state == KeyState::Disabled, Refusal::KeyDisabled),
            (expires_at.is_some_and(|expires_at| expires_at <= now), Refusal::KeyExpired),
        ];
        let first = expected.into_iter().find(|(applies, _)| *applies).map(|(_, refusal)| refusal);
        let verdict = judge_key(known.then_some(&record), presented, now);
        prop_assert_eq!(verdict.refusal(), first);
    }

    #[test]
    fn the_address_is_judged_before_the_scope(
        kind in any_kind(),
        operation in select(Operation::ALL.as_slice()),
        here in any::<bool>(),
    ) {
        let network = if here { "192.0.2.0/24" } else { "198.51.100.0/24" };
        let row = AddressRow::new(network.parse().unwrap());
        let policy = Policy { addresses: AddressRules::Specific(vec![row]), ..Policy::default() };
        let policy = CompiledPolicy::new(&policy);
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let expected = match (here, kind.permits(operation)) {
            (false, _) => Some(Refusal::AddressNotAllowed),
            (true, false) => Some(Refusal::ScopeMissing),
            (true, true) => None,
        };
        prop_assert_eq!(judge_request(kind, &policy, address, operation, NOW).refusal(), expected);
    }
}
