"""Transport: calls to peers over mutual TLS."""
