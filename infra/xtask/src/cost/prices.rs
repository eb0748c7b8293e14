//! What AWS asks for, in USD. List prices of us-east-1, without free tier and savings plans.

use serde::Deserialize;

const HOURS_PER_MONTH: f64 = 730.0;

/// Each member may be given another price.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Prices {
    /// A million requests to an HTTP API, up to 512 KB each.
    pub(crate) api_requests: f64,
    /// A million invocations.
    pub(crate) invocations: f64,
    /// A GB-second of Lambda on arm64.
    pub(crate) gigabyte_second: f64,
    /// A million write units, on demand.
    pub(crate) write_units: f64,
    /// A million read units, on demand.
    pub(crate) read_units: f64,
    /// A GB of log lines taken in.
    pub(crate) log_gigabyte: f64,
    /// An hour of a vCPU of Fargate on arm64.
    pub(crate) vcpu_hour: f64,
    /// An hour of a GB of Fargate on arm64.
    pub(crate) memory_hour: f64,
    /// An hour of an application load balancer, with one capacity unit.
    pub(crate) balancer_hour: f64,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            api_requests: 1.0,
            invocations: 0.2,
            gigabyte_second: 0.000_013_333_4,
            write_units: 0.625,
            read_units: 0.125,
            log_gigabyte: 0.5,
            vcpu_hour: 0.032_38,
            memory_hour: 0.003_56,
            balancer_hour: 0.0225 + 0.008,
        }
    }
}

impl Prices {
    /// A month of two tasks of half a vCPU and 1 GB, so that one may fail, behind a load balancer.
    pub(crate) fn container_month(&self) -> f64 {
        let task = 0.5 * self.vcpu_hour + self.memory_hour;
        (2.0 * task + self.balancer_hour) * HOURS_PER_MONTH
    }
}
