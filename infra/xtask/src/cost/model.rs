//! From traffic to money.

use anyhow::Result;

use super::measures::Measures;
use super::prices::Prices;

/// Batch sizes that are measured.
pub(crate) const BATCHES: [u32; 3] = [1, 10, 100];

const MILLION: f64 = 1e6;
const GIGABYTE: f64 = 1e9;
/// Memory with which a function has one whole vCPU, in MB.
const WHOLE_VCPU: f64 = 1_769.0;
/// What the runtime adds to an invocation, in ms.
const OVERHEAD: f64 = 1.0;
/// How long the projector works on a window, in ms.
const PROJECTION: f64 = 20.0;
/// Write units of the usage of a key in a window: its counters, and who sent what.
const USAGE_WRITES: f64 = 2.0;
/// Write units of the live view in a window of a workspace.
const LIVE_WRITES: f64 = 1.0;
/// Read units of the usage of a key in a window.
const USAGE_READS: f64 = 1.0;

/// What comes in, and on what it runs.
pub(crate) struct Traffic {
    pub(crate) events_per_second: f64,
    /// In one window of the projector, which is a second.
    pub(crate) events_per_profile: f64,
    /// Keys that send in one window.
    pub(crate) keys: f64,
    /// MB.
    pub(crate) memory: f64,
    /// Milliseconds of a request.
    pub(crate) database: f64,
    /// Of a request.
    pub(crate) log_bytes: f64,
}

/// USD per million events.
pub(crate) struct Cost {
    batch: u32,
    api: f64,
    lambda: f64,
    log: f64,
    timelines: f64,
    usage: f64,
    live: f64,
    key_reads: f64,
    log_lines: f64,
}

impl Cost {
    pub(crate) fn of(
        batch: u32,
        traffic: &Traffic,
        prices: &Prices,
        measures: &Measures,
    ) -> Result<Self> {
        let requests = MILLION / f64::from(batch);
        let rate = measures.get(&format!("gateway event to chunk, as stored: batch {batch}"))?;
        let cpu = f64::from(batch) / rate * 1e3 * (WHOLE_VCPU / traffic.memory).max(1.0);
        let ingest = requests * invocation(prices, traffic, OVERHEAD + traffic.database + cpu);
        // One invocation per window, or per request where those are fewer.
        let windows = requests.min(MILLION / traffic.events_per_second);
        let projector = windows * invocation(prices, traffic, PROJECTION);
        let log_units = measures.get(&format!("log: {batch} mixed users a batch"))? * 1e3;
        let unit = prices.write_units / MILLION;
        let usage = USAGE_WRITES * unit + USAGE_READS * prices.read_units / MILLION;
        Ok(Self {
            batch,
            api: requests * prices.api_requests / MILLION,
            lambda: ingest + projector,
            log: log_units * unit,
            timelines: timeline_units(traffic, measures)? * unit,
            // No request is of two keys.
            usage: (windows * traffic.keys).min(requests) * usage,
            live: windows * LIVE_WRITES * unit,
            key_reads: requests * prices.read_units / MILLION,
            log_lines: requests * traffic.log_bytes / GIGABYTE * prices.log_gigabyte,
        })
    }

    /// What a container would not cost: the gateway and the function, for one request.
    pub(crate) fn per_request(&self) -> f64 {
        (self.api + self.lambda) * f64::from(self.batch) / MILLION
    }

    fn total(&self) -> f64 {
        let written = self.log + self.timelines + self.usage + self.live;
        self.api + self.lambda + written + self.key_reads + self.log_lines
    }

    /// A row of a Markdown table.
    pub(crate) fn row(&self) -> String {
        let Self {
            batch,
            api,
            lambda,
            log,
            timelines,
            usage,
            live,
            key_reads,
            log_lines,
        } = self;
        let total = self.total();
        format!(
            "| {batch} | {api:.3} | {lambda:.3} | {log:.3} | {timelines:.3} | {usage:.3} | {live:.3} | {key_reads:.4} | {log_lines:.3} | **{total:.3}** |"
        )
    }
}

/// USD of an invocation of so many milliseconds, billed by whole ones.
fn invocation(prices: &Prices, traffic: &Traffic, millis: f64) -> f64 {
    let gigabyte_seconds = millis.ceil() / 1e3 * traffic.memory / 1024.0;
    prices.invocations / MILLION + gigabyte_seconds * prices.gigabyte_second
}

/// Write units for the timelines of a million events: an item per profile and window, of at least one
/// unit.
fn timeline_units(traffic: &Traffic, measures: &Measures) -> Result<f64> {
    let of_thousand = measures.get("timeline: 10 events a user in a window")?;
    let of_event = of_thousand / 1e3;
    let of_item = (of_event * traffic.events_per_profile).max(1.0).ceil();
    Ok(MILLION / traffic.events_per_profile * of_item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(batch: u32) -> Cost {
        let traffic = Traffic {
            events_per_second: 10.0,
            events_per_profile: 10.0,
            keys: 1.0,
            memory: 512.0,
            database: 6.0,
            log_bytes: 600.0,
        };
        let measures = Measures::published().unwrap();
        Cost::of(batch, &traffic, &Prices::default(), &measures).unwrap()
    }

    #[test]
    fn the_request_fee_shrinks_with_the_batch_and_the_timelines_do_not() {
        let [one, ten, hundred] = BATCHES.map(cost);
        assert_eq!((one.api, ten.api, hundred.api), (1.0, 0.1, 0.01));
        assert!((one.timelines - hundred.timelines).abs() < 1e-9);
        assert!((one.timelines - 0.125).abs() < 1e-9, "{}", one.timelines);
        assert!((one.usage - 0.1375).abs() < 1e-9, "{}", one.usage);
        assert!((one.live - 0.0625).abs() < 1e-9, "{}", one.live);
        assert!(one.total() > ten.total() && ten.total() > hundred.total());
    }

    #[test]
    fn a_request_is_billed_by_whole_milliseconds() {
        // 1 ms of the runtime, 6 of the database, a part of one of the CPU.
        let gigabyte_seconds = 0.008 * 0.5;
        let request = 0.2e-6 + gigabyte_seconds * 0.000_013_333_4;
        let projector = (0.2e-6 + 0.02 * 0.5 * 0.000_013_333_4) * 0.1;
        let expected = (request + projector) * 1e6;
        assert!((cost(1).lambda - expected).abs() < 1e-9);
    }
}
