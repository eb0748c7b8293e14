//! The Lambda function `profiles`.

fn main() {}
