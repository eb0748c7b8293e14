//! AWS on loopback: DynamoDB, Secrets Manager and CloudWatch for development and tests.
