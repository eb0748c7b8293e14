//! DynamoDB: the only crate that knows a table's layout.
