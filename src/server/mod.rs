//! HTTP: connections, limits, routes, and the pipeline from a request to its answer.
