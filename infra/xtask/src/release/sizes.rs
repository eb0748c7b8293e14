//! The zip files, and for the machine that they are uploaded for what they may weigh.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

const MEGABYTE: f64 = 1e6;
/// What a function's zip for arm64 may weigh, in MB: it is fetched before the first start.
const BUDGET: f64 = 5.0;
/// The function that carries a query engine, and what it may weigh.
const LARGE: (&str, f64) = ("metrics-query", 40.0);

pub(super) struct Sizes(Vec<Zip>);

struct Zip {
    function: String,
    bytes: Vec<u8>,
}

impl Zip {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a size in MB is shown with two digits"
    )]
    fn megabytes(&self) -> f64 {
        self.bytes.len() as f64 / MEGABYTE
    }

    fn budget(&self) -> f64 {
        let (large, budget) = LARGE;
        if self.function == large {
            budget
        } else {
            BUDGET
        }
    }

    fn fits(&self) -> bool {
        self.megabytes() <= self.budget()
    }
}

impl Sizes {
    pub(super) fn read(folder: &Path, functions: &[&str]) -> Result<Self> {
        let zips = functions.iter().map(|&function| {
            let path = folder.join(function).join("bootstrap.zip");
            let bytes = std::fs::read(&path);
            Ok(Zip {
                function: function.to_owned(),
                bytes: bytes.with_context(|| format!("{} is missing", path.display()))?,
            })
        });
        zips.collect::<Result<_>>().map(Self)
    }

    /// Where it is not `uploaded`, being for another machine, what it weighs is just told.
    pub(super) fn print(&self, uploaded: bool) {
        println!("\n| function | zip, MB | at most, for arm64 | |\n|---|---|---|---|");
        for zip in &self.0 {
            let verdict = match (uploaded, zip.fits()) {
                (false, _) => "",
                (true, true) => "met",
                (true, false) => "MISSED",
            };
            let (name, size, budget) = (&zip.function, zip.megabytes(), zip.budget());
            println!("| {name} | {size:.2} | {budget} | {verdict} |");
        }
    }

    /// The functions whose zips are not the same.
    pub(super) fn differences(&self, other: &Self) -> Vec<&str> {
        let pairs = self.0.iter().zip(&other.0);
        let different = pairs.filter(|(one, other)| content(&one.bytes) != content(&other.bytes));
        different.map(|(one, _)| one.function.as_str()).collect()
    }

    pub(super) fn check(&self) -> Result<()> {
        let heavy: Vec<_> = self.0.iter().filter(|zip| !zip.fits()).collect();
        if heavy.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = heavy.iter().map(|zip| zip.function.as_str()).collect();
        bail!("too heavy: {}", names.join(", "))
    }
}

/// What a zip of one file holds, without the times at which it was made: the CRC, the sizes and the
/// compressed bytes of its local entry.
fn content(zip: &[u8]) -> Option<(&[u8], &[u8])> {
    const HEADER: usize = 30;
    let header = zip.get(..HEADER)?;
    let number = |at: usize| {
        Some(usize::from(u16::from_le_bytes([
            *header.get(at)?,
            *header.get(at + 1)?,
        ])))
    };
    let length = |at: usize| {
        let bytes: [u8; 4] = header.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    let start = HEADER + number(26)? + number(28)?;
    let data = zip.get(start..start + length(18)?)?;
    Some((header.get(14..26)?, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(time: u8, data: &[u8]) -> Vec<u8> {
        let mut zip = vec![0; 30];
        zip[10] = time;
        zip[18] = u8::try_from(data.len()).unwrap();
        zip[26] = 9;
        zip.extend(b"bootstrap");
        zip.extend(data);
        zip.extend(b"the directory of the file");
        zip
    }

    fn sizes(bytes: Vec<u8>) -> Sizes {
        let function = "ingest".to_owned();
        Sizes(vec![Zip { function, bytes }])
    }

    #[test]
    fn two_builds_differ_by_their_content_and_not_by_their_time() {
        let one = sizes(zip(1, b"code"));
        assert!(one.differences(&sizes(zip(2, b"code"))).is_empty());
        assert_eq!(one.differences(&sizes(zip(1, b"edoc"))), ["ingest"]);
    }

    #[test]
    fn a_function_that_is_too_heavy_is_named() {
        assert!(sizes(vec![0; 5_000_000]).check().is_ok());
        let error = sizes(vec![0; 5_000_001]).check().unwrap_err();
        assert_eq!(error.to_string(), "too heavy: ingest");
    }
}
