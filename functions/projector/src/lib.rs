//! Event log to timelines: the projections of the DynamoDB stream.
