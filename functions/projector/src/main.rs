//! The Lambda function `projector`.

fn main() {}
