"""The demonstration: a small Japan on one machine, built once, started anew each time, telling its story."""
