//! Secrets Manager: sealing keys, the only place that sees a plaintext secret after it was issued.
