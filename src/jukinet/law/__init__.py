"""Law: decisions with their reasons, dated and cited. Pure."""
