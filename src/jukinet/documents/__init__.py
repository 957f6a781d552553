"""Documents: the forms that the office prints."""
