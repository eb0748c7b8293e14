//! Thirty days of made-up events, in the log and as lines of JSON.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use event::{Event, EventId, KeyId, Signal, Source, Timestamp, chunk};
use policy::SecretSlot;
use serde_json::{Value, json};
use store::{ChunkMeta, Store};

use crate::served::workspace;

/// When the first of them happens: when the stand-in's workspace is made.
const START: i64 = 1_795_240_800_000;
const HOUR: i64 = 3_600_000;
const HOURS: usize = 30 * 24;
/// After the last of them.
pub(crate) const END: Timestamp = Timestamp::from_millis(START + 30 * 24 * HOUR);
/// Events of a request.
const BATCH: usize = 200;
/// Of so many requests one is sent again, among others' events.
const RESENT: usize = 100;
const USERS: u64 = 40_000;
const NAMES: [&str; 14] = [
    "page_view",
    "page_view",
    "page_view",
    "page_view",
    "click",
    "click",
    "click",
    "scroll",
    "search",
    "login",
    "add_to_cart",
    "add_to_cart",
    "remove_from_cart",
    "checkout",
];
const COUNTRIES: [&str; 6] = ["AT", "DE", "DE", "US", "FR", "JP"];
const PATHS: [&str; 5] = ["shop", "blog", "shop/sale", "about", "shop/item"];

/// Puts so many events into the log, and the same ones line by line into a compressed file; how many
/// chunks they are.
pub(crate) async fn fill(store: &Store, count: usize, lines: &Path) -> usize {
    let file = BufWriter::new(File::create(lines).unwrap());
    let mut lines = zstd::Encoder::new(file, 3).unwrap();
    let mut random = Random(7);
    let (mut sent, mut chunks, mut batches) = (0, 0, 0);
    for hour in 0..HOURS {
        let until = count * (hour + 1) / HOURS;
        while sent < until {
            let size = BATCH.min(until - sent);
            let mut events: Vec<_> = (0..size).map(|_| event(&mut random, hour)).collect();
            sent += size;
            batches += 1;
            put(store, &events, &mut lines, &mut chunks).await;
            if batches % RESENT == 0 {
                // The same events with one more: another chunk, which repeats nearly all.
                events.push(event(&mut random, hour));
                sent += 1;
                put(store, &events, &mut lines, &mut chunks).await;
            }
        }
    }
    lines.finish().unwrap().flush().unwrap();
    chunks
}

async fn put(store: &Store, events: &[Event<'static>], lines: &mut impl Write, chunks: &mut usize) {
    for event in events {
        let properties: Value = serde_json::from_str(event.properties.as_deref().unwrap()).unwrap();
        let line = json!({
            "id": event.id.to_string(),
            "name": event.name,
            "userId": event.user_id,
            "anonymousId": event.anonymous_id,
            "sessionId": event.session_id,
            "timestamp": event.timestamp.as_millis(),
            "properties": properties,
        });
        writeln!(lines, "{line}").unwrap();
    }
    let meta = ChunkMeta {
        workspace: workspace(),
        signal: Signal::Events,
        source: Source::Userflux,
        key_id: KeyId::parse("3fYx9QkLm2Ab").unwrap(),
        slot: SecretSlot::Current,
        continues_request: false,
        address: None,
        received_at: events[0].timestamp,
        expires_at: None,
    };
    let built = chunk::build(&meta.workspace, meta.signal, events);
    *chunks += built.len();
    store.append_all(&meta, built).await.unwrap();
}

fn event(random: &mut Random, hour: usize) -> Event<'static> {
    let user = random.below(USERS);
    let name = NAMES[random.index(NAMES.len())];
    let time = START + i64::try_from(hour).unwrap() * HOUR + random.number(3_600_000);
    let mut properties = json!({
        "page": {
            "path": format!("/{}/{}", PATHS[random.index(PATHS.len())], random.below(300)),
            "title": format!("Page {} of our shop", random.below(300)),
        },
        "referrer": format!("https://www.example.com/search?q={}", random.below(5_000)),
        "durationMs": random.number(4_000),
        "geo": {"country": COUNTRIES[random.index(COUNTRIES.len())], "city": random.below(500)},
        "campaign": {"source": "newsletter", "medium": "email", "id": random.below(50)},
    });
    if name == "checkout" || name == "add_to_cart" {
        // Quarters add up without rounding, in any order.
        properties["revenue"] = json!(random.below(800) as f64 / 4.0);
    }
    Event {
        id: EventId::Given(random.uuid().into()),
        name: name.into(),
        timestamp: Timestamp::from_millis(time),
        time_given: true,
        user_id: user
            .is_multiple_of(3)
            .then(|| format!("user-{user}").into()),
        anonymous_id: Some(format!("{user:08x}-5c3e-4a7b-9d21-0f6b{user:08x}").into()),
        session_id: Some(format!("{user:08x}-{hour}").into()),
        external_id: None,
        properties: Some(properties.to_string().into()),
        device_data: None,
    }
}

/// Chance that is the same everywhere: `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }

    fn number(&mut self, end: u64) -> i64 {
        i64::try_from(self.below(end)).unwrap()
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff,
        )
    }
}
