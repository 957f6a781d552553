"""Testing: fakes, fixtures and people who do not exist."""
