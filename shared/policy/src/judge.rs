//! The judgements, in the order in which a request meets them.

use std::net::IpAddr;

use event::Timestamp;
use subtle::{Choice, ConstantTimeEq};

use crate::{
    ApiKey, CompiledPolicy, KeyKind, KeyRecord, KeyState, Operation, Refusal, SecretHash,
    SecretSlot, Verdict,
};

/// Judges a presented key against what is known of its id: secret, then revoked, then disabled,
/// then expired.
///
/// An unknown id and a wrong secret get the same answer for the same work: one SHA-256 and two
/// comparisons in constant time. Nothing about a key's state is told to a caller whose secret does
/// not match. A previous secret past its deadline does not match, but that of a revoked key: whoever
/// still sends it hears that the key was revoked, for as long as they send it.
pub fn judge_key(
    record: Option<&KeyRecord>,
    presented: &ApiKey,
    now: Timestamp,
) -> Verdict<SecretSlot> {
    let slot = matching_slot(record, &presented.secret_hash(), now);
    let (Some(record), Some(slot)) = (record, slot) else {
        return Verdict::Refused(Refusal::KeyUnknown);
    };
    judge_state(record, now).map(|()| slot)
}

/// Judges whether a key is in use, for a caller who has proved to hold it: revoked, then disabled,
/// then expired.
pub fn judge_state(record: &KeyRecord, now: Timestamp) -> Verdict<()> {
    match record.state {
        KeyState::Revoked => return Verdict::Refused(Refusal::KeyRevoked),
        KeyState::Disabled => return Verdict::Refused(Refusal::KeyDisabled),
        KeyState::Enabled => {}
    }
    if record
        .expires_at
        .is_some_and(|expires_at| now >= expires_at)
    {
        return Verdict::Refused(Refusal::KeyExpired);
    }
    Verdict::Allowed(())
}

fn matching_slot(
    record: Option<&KeyRecord>,
    hash: &SecretHash,
    now: Timestamp,
) -> Option<SecretSlot> {
    let current = record.map(|record| &record.secret);
    let previous = record
        .and_then(|record| record.previous.as_ref())
        .filter(|previous| {
            let is_revoked = record.is_some_and(|record| record.state == KeyState::Revoked);
            now < previous.expires_at || is_revoked
        })
        .map(|previous| &previous.hash);
    // Both comparisons are made whatever the first one says.
    let (is_current, is_previous) = (matches(current, hash), matches(previous, hash));
    if bool::from(is_current) {
        Some(SecretSlot::Current)
    } else if bool::from(is_previous) {
        Some(SecretSlot::Previous)
    } else {
        None
    }
}

/// Compares with the dummy where there is nothing to compare with; that never counts as a match.
fn matches(known: Option<&SecretHash>, hash: &SecretHash) -> Choice {
    let equal = known.unwrap_or(&SecretHash::DUMMY).ct_eq(hash);
    equal & Choice::from(u8::from(known.is_some()))
}

/// Judges what a known key wants: first from where, then what.
///
/// `address` is the caller's as the connection shows it, never a header.
pub fn judge_request(
    kind: KeyKind,
    policy: &CompiledPolicy,
    address: IpAddr,
    operation: Operation,
    now: Timestamp,
) -> Verdict<()> {
    if !policy.admits_address(address, now) {
        return Verdict::Refused(Refusal::AddressNotAllowed);
    }
    if !kind.permits(operation) {
        return Verdict::Refused(Refusal::ScopeMissing);
    }
    Verdict::Allowed(())
}
