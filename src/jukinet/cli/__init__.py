"""Command line: commands as functions of a Context, and the sentences that people read there."""
