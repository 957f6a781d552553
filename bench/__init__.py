"""Measurements: names and bars in ``bars.toml``, what was seen last in ``results.json``.

``make bench ONLY=register`` runs a group. Nothing here is part of the tests or of continuous integration.
"""
