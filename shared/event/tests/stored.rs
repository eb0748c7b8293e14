//! What earlier releases stored stays readable.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;
use std::time::Duration;

use event::codec;
use event::{Event, EventId, KeyId, Provenance, Source, Timestamp, WorkspaceId};

const ROWS: &[u8] = include_bytes!("blobs/rows-1.bin");
const COLUMNS: &[u8] = include_bytes!("blobs/columns-2.bin");

fn workspace() -> WorkspaceId {
    WorkspaceId::parse("acme").unwrap()
}

/// The events of both blobs. Every way of writing a column occurs.
fn events() -> Vec<Event<'static>> {
    let mut events: Vec<Event<'static>> = (0..8_i64)
        .map(|index| Event {
            id: EventId::Given(Cow::Owned(format!("3f2504e0-4f89-41d3-9a0c-0305e82c330{index}"))),
            name: Cow::Borrowed(if index % 3 == 0 { "page_view" } else { "click" }),
            timestamp: Timestamp::from_millis(1_795_255_200_000 + index * index * 70),
            time_given: index != 5,
            user_id: (index != 2).then(|| Cow::Owned(format!("user {index} äöü"))),
            anonymous_id: Some(Cow::Borrowed("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
            session_id: Some(Cow::Owned(format!("{}", 100_000 + index * 77_777))),
            external_id: None,
            properties: Some(Cow::Owned(format!(
                concat!(
                    r#"{{ "path":"/a/{}","price":{}.{:02},"trace":"{:016x}","big":9007199254740993,"#,
                    r#""odd":[-0,1e400,null,"\u00e4"],"n":{},"plan":"{}","title":"{}"}}"#
                ),
                index,
                index * 3,
                index,
                0x1234_5678_9abc_def0_i64 + index,
                index % 4,
                if index > 3 { "pro" } else { "free" },
                if index > 3 { "Pro" } else { "Free" },
            ))),
            device_data: (index > 0).then_some(Cow::Borrowed(r#"{"os":"Linux","touch":true}"#)),
        })
        .collect();
    let last = events.last_mut().unwrap();
    last.properties = Some(Cow::Borrowed("not JSON"));
    last.id = EventId::Fingerprint(last.fingerprint(&workspace()));
    events
}

fn provenance(events: &[Event<'_>]) -> Vec<Provenance> {
    let row = |(event, source): (&Event<'_>, &Source)| Provenance {
        received_at: event.timestamp.plus(Duration::from_millis(250)),
        key_id: KeyId::parse("0a1b2c3d4e5f").unwrap(),
        source: *source,
    };
    events
        .iter()
        .zip(Source::ALL.iter().cycle())
        .map(row)
        .collect()
}

#[test]
fn rows_of_version_1_are_read() {
    let decoded = codec::decode(&workspace(), ROWS).unwrap();
    assert_eq!(decoded.events, events());
    assert_eq!(decoded.provenance, Some(provenance(&events())));
}

#[test]
fn columns_of_version_2_are_read() {
    let decoded = codec::decode(&workspace(), COLUMNS).unwrap();
    assert_eq!(decoded.events, events());
    assert_eq!(decoded.provenance, Some(provenance(&events())));
}
