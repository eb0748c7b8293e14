//! Chunks of the log: one that can be read is read the same when it is written again.
#![no_main]

use event::WorkspaceId;
use event::codec::{Columns, ROWS, decode, decode_columns, encode};
use fuzz::bounded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|blob: &[u8]| {
    let workspace = WorkspaceId::parse("demo").expect("a workspace");
    let _columns = bounded(|| decode_columns(&workspace, blob, Columns::ALL));
    let Ok(decoded) = bounded(|| decode(&workspace, blob)) else {
        return;
    };
    let provenance = decoded.provenance.as_deref();
    let written = encode(&workspace, &decoded.events, provenance, ROWS);
    assert_eq!(decode(&workspace, &written).as_ref(), Ok(&decoded));
});
