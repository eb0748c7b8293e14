//! What a layout and a level cost, and what the codec's own choice costs.
//!
//! Prints a row for each layout, level and size of batch, then the choice for each kind of traffic,
//! then its measures against their targets. Times are the least of several runs.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use event::codec::{self, ITEM_OVERHEAD, Layout, Options, WRITE_UNIT};
use event::{Event, IdError, KeyId, Provenance, Source, WorkspaceId};
use traffic::{Size, Traffic, Users};

/// Batches that are encoded for each row of the table.
const BATCHES: usize = 20;
/// Dollars of a million write units, on demand.
const WRITE_UNITS: f64 = 0.625;
/// Dollars of a million microseconds of a Lambda's core (arm64).
const MICROSECONDS: f64 = 2.4e-5;

type Encode<'a> = &'a dyn Fn(&[Event<'_>]) -> Vec<u8>;

/// What a way of encoding costs for each event.
struct Cost {
    bytes: f64,
    units: f64,
    microseconds: f64,
}

impl Cost {
    fn of(batches: &[Vec<Event<'_>>], overhead: usize, encode: Encode<'_>) -> Self {
        let events = float(batches.iter().map(Vec::len).sum());
        let sizes = || batches.iter().map(|batch| encode(batch).len());
        let units = sizes()
            .map(|size| (size + overhead).div_ceil(WRITE_UNIT))
            .sum();
        let mut least = Duration::MAX;
        let start = Instant::now();
        // At least five runs; of the quick ones as many as half a second holds.
        for run in 0.. {
            let before = Instant::now();
            for batch in batches {
                drop(black_box(encode(batch)));
            }
            least = least.min(before.elapsed());
            if run >= 5 && start.elapsed() > Duration::from_millis(500) {
                break;
            }
        }
        Self {
            bytes: float(sizes().sum()) / events,
            units: float(units) / events,
            microseconds: least.as_secs_f64() * 1e6 / events,
        }
    }

    /// Of a million events.
    fn dollars(&self) -> f64 {
        self.units * WRITE_UNITS + self.microseconds * MICROSECONDS
    }

    fn print(&self, what: &str) {
        println!(
            "| {what} | {:.0} | {:.0} | {:.2} | {:.5} |",
            self.bytes,
            self.units * 1_000.0,
            self.microseconds,
            self.dollars()
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
fn float(count: usize) -> f64 {
    count as f64
}

fn batches(size: Size, users: Users, count: usize) -> Vec<Vec<Event<'static>>> {
    let mut traffic = Traffic::new(7, size, users);
    (0..BATCHES).map(|_| traffic.events(count)).collect()
}

fn measure(name: &str, value: f64, unit: &str, target: &str) {
    println!(r#"measure {{"name":"{name}","value":{value:.3},"unit":"{unit}"{target}}}"#);
}

fn main() -> Result<(), IdError> {
    let workspace = WorkspaceId::parse("bench")?;
    curve(&workspace);
    choice(&workspace);
    timeline(&workspace)
}

fn curve(workspace: &WorkspaceId) {
    println!("\nMixed users, 1 KB an event:\n");
    println!("| batch, layout, level | B/event | write units/1,000 | µs/event | $/M events |");
    println!("|---|---|---|---|---|");
    for count in [1, 10, 100] {
        let batches = batches(Size::Large, Users::Mixed, count);
        for layout in [Layout::Rows, Layout::Columns] {
            for level in [-5, 1, 3, 6, 9, 12, 19] {
                let options = Options { layout, level };
                let encode = |batch: &[Event<'_>]| codec::encode(workspace, batch, None, options);
                let cost = Cost::of(&batches, ITEM_OVERHEAD, &encode);
                cost.print(&format!("{count} {layout:?} {level}"));
            }
        }
    }
}

fn choice(workspace: &WorkspaceId) {
    println!("\nThe codec's choice:\n");
    println!("| traffic | B/event | write units/1,000 | µs/event | $/M events |");
    println!("|---|---|---|---|---|");
    let mut measures = Vec::new();
    for users in [Users::Mixed, Users::One] {
        for size in [Size::Small, Size::Medium, Size::Large, Size::Huge] {
            for (count, most) in [(1, 1_000), (10, 300), (100, 150)] {
                let batches = batches(size, users, count);
                let encode = |batch: &[Event<'_>]| codec::encode_best(workspace, batch, None);
                let cost = Cost::of(&batches, ITEM_OVERHEAD, &encode);
                let body: usize = batches
                    .iter()
                    .flatten()
                    .map(|event| traffic::body(event).len())
                    .sum();
                let size_text = body / (BATCHES * count);
                cost.print(&format!("{count} of {size_text} B, {users:?}"));
                if size == Size::Large && users == Users::Mixed {
                    measures.push((count, cost.units * 1_000.0, most));
                }
            }
        }
    }
    for (count, units, most) in measures {
        let name = format!("log, 1 KB events, {count} a batch");
        measure(
            &name,
            units,
            "write units per 1,000",
            &format!(r#","atMost":{most}"#),
        );
    }
}

/// One user's ten events of a window, each with its provenance.
fn timeline(workspace: &WorkspaceId) -> Result<(), IdError> {
    let batches = batches(Size::Large, Users::One, 10);
    let key_id = KeyId::parse("0a1b2c3d4e5f")?;
    let encode = |batch: &[Event<'_>]| {
        let provenance: Vec<Provenance> = batch
            .iter()
            .map(|event| Provenance {
                received_at: event
                    .timestamp
                    .plus(Duration::from_millis(event.size() as u64)),
                key_id: key_id.clone(),
                source: Source::Userflux,
            })
            .collect();
        codec::encode_best(workspace, batch, Some(&provenance))
    };
    let cost = Cost::of(&batches, 200, &encode);
    measure(
        "timeline, 10 events of 1 KB of one user",
        cost.units * 1_000.0,
        "write units per 1,000",
        r#","atMost":210"#,
    );
    Ok(())
}
