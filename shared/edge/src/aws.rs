//! The settings that every client of AWS starts from, out of the environment alone.
//!
//! The SDK's own loader would look into files and link every way there is to come by credentials, for
//! each of which it brings a client. Lambda puts credentials into the environment.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatch::config::SharedCredentialsProvider;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// The variable that leads clients elsewhere; with a service's name behind it, those of that service.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// What is not said here, each crate says for its service.
pub(crate) fn config(region: &str) -> SdkConfig {
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .service_config(Environment);
    let name = variable("AWS_SDK_UA_APP_ID");
    config.set_app_name(name.and_then(|name| AppName::new(name).ok()));
    config.set_endpoint_url(variable(ENDPOINT));
    config.set_use_fips(variable("AWS_USE_FIPS_ENDPOINT").map(|value| is_true(&value)));
    config.set_use_dual_stack(variable("AWS_USE_DUALSTACK_ENDPOINT").map(|value| is_true(&value)));
    config.build()
}

fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is a configuration module, for the variables of AWS"
    )]
    let value = std::env::var(name);
    value.ok().filter(|value| !value.is_empty())
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// Variables about one service.
#[derive(Debug)]
struct Environment;

impl LoadServiceConfig for Environment {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        variable(&of_service(&key))
    }
}

/// The name of a variable with the service's behind it, such as `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
fn of_service(key: &ServiceConfigKey<'_>) -> String {
    let service = key.service_id().to_ascii_uppercase().replace(' ', "_");
    format!("{}_{service}", key.env())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_variables_of_its_own() {
        let key = ServiceConfigKey::builder().profile("endpoint_url");
        let key = key.service_id("Secrets Manager").env(ENDPOINT);
        let name = of_service(&key.build().unwrap());
        assert_eq!(name, "AWS_ENDPOINT_URL_SECRETS_MANAGER");
    }
}
