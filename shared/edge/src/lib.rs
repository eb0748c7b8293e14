//! Lambda and HTTP: request to caller, error to answer, limits, addresses, CORS.
