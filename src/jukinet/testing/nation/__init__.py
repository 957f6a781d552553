"""The nation in one process: every municipality as a node, for a simulated year (``make nation``)."""
