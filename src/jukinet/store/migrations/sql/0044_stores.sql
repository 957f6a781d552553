-- A code that replaced another is found by the one before it.
CREATE INDEX identity_history_previous ON identity_history (previous_code) WHERE previous_code IS NOT NULL;
