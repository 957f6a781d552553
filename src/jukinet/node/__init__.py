"""Node: configuration, the embedded PostgreSQL, keys, and the wiring of everything by hand."""
