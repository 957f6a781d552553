"""Audit: the entries of the log, its Merkle tree and its verifier. Pure."""
