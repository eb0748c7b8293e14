//! Profile reads, timelines, deletion.
