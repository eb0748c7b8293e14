//! The AWS SDK's settings for a service of the stand-in.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;

use crate::ready::{ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY};

/// For the one service that answers at this endpoint.
pub(crate) async fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "local");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(credentials)
        .endpoint_url(endpoint)
        .load()
        .await
}
