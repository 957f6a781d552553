"""Network: the doors for machines only, HTTPS with mutual TLS."""
