//! Problems in the words of gRPC, for protocols that answer with a `google.rpc.Status`.

use http::StatusCode;

use super::Problem;

impl Problem {
    /// The code of gRPC that stands for the status.
    pub fn rpc_code(&self) -> i32 {
        match self.status() {
            StatusCode::UNAUTHORIZED => 16,
            StatusCode::FORBIDDEN => 7,
            StatusCode::NOT_FOUND => 5,
            StatusCode::TOO_MANY_REQUESTS => 8,
            StatusCode::SERVICE_UNAVAILABLE => 14,
            status if status.is_server_error() => 13,
            _ => 3,
        }
    }
}
