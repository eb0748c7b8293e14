//! Domain values with little writing.

use std::borrow::Cow;

use event::chunk::{Chunk, build};
use event::{
    Event, EventId, KeyId, ProfileId, ProfileUpdate, Provenance, Signal, Source, Timestamp, UserId,
    WorkspaceId,
};
use policy::{Actor, AddressRow, AddressRules, ApiKey, KeyKind, KeyRecord, Policy, SecretSlot};
use store::{
    AuditAction, AuditEntry, ChunkMeta, KeyChange, KeyDetails, NewKey, SealedSecret, TimelineEntry,
    TimelineWindow,
};

/// 2026-11-21T12:00:00Z, the start of an hour.
pub(crate) const NOON: i64 = 1_795_262_400_000;

pub(crate) fn at(millis_after_noon: i64) -> Timestamp {
    Timestamp::from_millis(NOON + millis_after_noon)
}

pub(crate) fn workspace(id: &str) -> WorkspaceId {
    WorkspaceId::parse(id).unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub(crate) fn known(id: &str) -> ProfileId {
    ProfileId::known(user(id))
}

pub(crate) fn anonymous(id: &str) -> ProfileId {
    ProfileId::anonymous(user(id))
}

pub(crate) fn ada() -> Actor {
    Actor::Person {
        subject: "42".to_owned(),
        name: "ada@example.org".to_owned(),
    }
}

/// What Ada did to something.
pub(crate) fn audit_entry(action: AuditAction) -> AuditEntry {
    AuditEntry {
        at: at(0),
        actor: ada(),
        address: None,
        request_id: None,
        action,
        subject: "it".to_owned(),
        subject_name: None,
        changes: serde_json::Map::new(),
    }
}

pub(crate) fn new_key(name: &str) -> (ApiKey, NewKey) {
    let key = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let new = NewKey {
        record: KeyRecord::issued(&key, workspace("acme")),
        policy: Policy::default(),
        details: KeyDetails {
            name: name.to_owned(),
            tags: vec!["shop".to_owned()],
            creator: Actor::Person {
                subject: "0123".to_owned(),
                name: "ada".to_owned(),
            },
            created_at: at(0),
        },
        sealed: Some(SealedSecret {
            ring_key: "ring".to_owned(),
            nonce_and_ciphertext: vec![7; 90],
        }),
    };
    (key, new)
}

/// A line of the audit log about a key.
pub(crate) fn audit(key: &KeyId) -> AuditEntry {
    AuditEntry {
        at: at(0),
        actor: Actor::Bootstrap,
        address: None,
        request_id: None,
        action: AuditAction::KeyChanged,
        subject: key.to_string(),
        subject_name: None,
        changes: serde_json::Map::new(),
    }
}

/// A change of a key, whichever version it has.
pub(crate) fn change<'a>(key: &'a NewKey, audit: &'a AuditEntry) -> KeyChange<'a> {
    KeyChange {
        workspace: &key.record.workspace,
        id: &key.record.id,
        expected: None,
        audit,
    }
}

/// A policy with so many rows, each with a description of its own.
pub(crate) fn policy_with_rows(rows: u32) -> Policy {
    let row = |index: u32| {
        let [_, a, b, c] = index.to_be_bytes();
        let network = format!("10.{a}.{b}.{c}").parse().unwrap();
        let mut row = AddressRow::new(ipnet::IpNet::new(network, 32).unwrap());
        row.description = Some(format!(
            "Branch office {index}, gateway of the second floor"
        ));
        row
    };
    let addresses = AddressRules::Specific((0..rows).map(row).collect());
    Policy {
        addresses,
        ..Policy::default()
    }
}

pub(crate) fn meta(signal: Signal) -> ChunkMeta {
    ChunkMeta {
        workspace: workspace("acme"),
        signal,
        source: Source::Userflux,
        key_id: KeyId::parse("0123456789ab").unwrap(),
        slot: SecretSlot::Current,
        continues_request: false,
        address: None,
        received_at: at(1_000),
        expires_at: None,
    }
}

/// An event with an id of its sender's.
pub(crate) fn event(id: &str, time: i64) -> Event<'static> {
    Event {
        id: EventId::Given(Cow::Owned(id.to_owned())),
        name: Cow::Borrowed("page_view"),
        timestamp: at(time),
        time_given: true,
        user_id: Some(Cow::Borrowed("u")),
        anonymous_id: None,
        session_id: None,
        external_id: None,
        properties: Some(Cow::Borrowed(r#"{"n": 9007199254740993}"#)),
        device_data: None,
    }
}

/// The one chunk of these events.
pub(crate) fn chunk(signal: Signal, events: &[Event<'_>]) -> Chunk {
    let mut chunks = build(&workspace("acme"), signal, events);
    assert_eq!(chunks.len(), 1);
    chunks.remove(0)
}

pub(crate) fn entry(event: Event<'static>, received_at: i64) -> TimelineEntry {
    let provenance = Provenance {
        received_at: at(received_at),
        key_id: KeyId::parse("0123456789ab").unwrap(),
        source: Source::Userflux,
    };
    TimelineEntry {
        event,
        provenance,
        expires_at: None,
    }
}

/// A window with events received the moment they happened.
pub(crate) fn window(profile: ProfileId, events: Vec<Event<'static>>) -> TimelineWindow {
    let received = |event: Event<'static>| {
        let time = event.timestamp.as_millis() - NOON;
        entry(event, time)
    };
    TimelineWindow {
        profile,
        entries: events.into_iter().map(received).collect(),
    }
}

pub(crate) fn update<'a>(
    user: Option<&'a str>,
    anonymous: Option<&'a str>,
    time: i64,
    properties: &'a str,
) -> ProfileUpdate<'a> {
    ProfileUpdate {
        user_id: user.map(Cow::Borrowed),
        anonymous_id: anonymous.map(Cow::Borrowed),
        external_id: None,
        timestamp: at(time),
        time_given: true,
        properties: Some(Cow::Borrowed(properties)),
        device_data: None,
    }
}
