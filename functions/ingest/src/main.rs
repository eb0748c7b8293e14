//! The Lambda function `ingest`.

fn main() {}
