//! Logs, and CloudWatch metrics: aggregated, written and read.
