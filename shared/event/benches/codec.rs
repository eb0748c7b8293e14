//! Encoding and decoding, by layout, level and size of batch: 620 B events of mixed users.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use event::codec::{self, Columns, Layout, Options};
use event::{IdError, Signal, WorkspaceId, chunk};
use traffic::{Size, Traffic, Users};

fn main() -> Result<(), IdError> {
    let workspace = WorkspaceId::parse("bench")?;
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .sample_size(20)
        .configure_from_args();
    let mut traffic = Traffic::new(7, Size::Medium, Users::Mixed);
    for count in [1, 10, 100, 500] {
        let events = traffic.events(count);
        let mut group = criterion.benchmark_group(format!("{count} events"));
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function("chunks", |bencher| {
            bencher.iter(|| chunk::build(&workspace, Signal::Events, black_box(&events)));
        });
        for layout in [Layout::Rows, Layout::Columns] {
            for level in [3, 6] {
                let options = Options { layout, level };
                let id = |what| BenchmarkId::new(what, format!("{layout:?} {level}"));
                group.bench_function(id("encode"), |bencher| {
                    bencher.iter(|| codec::encode(&workspace, black_box(&events), None, options));
                });
                let blob = codec::encode(&workspace, &events, None, options);
                group.bench_function(id("decode"), |bencher| {
                    bencher.iter(|| codec::decode(&workspace, black_box(&blob)));
                });
                group.bench_function(id("decode names"), |bencher| {
                    bencher.iter(|| {
                        codec::decode_columns(&workspace, black_box(&blob), Columns::NAME)
                    });
                });
            }
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
