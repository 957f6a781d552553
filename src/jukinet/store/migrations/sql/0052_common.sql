-- What was cut as a measure was asked for: one that was to cut more opens nothing once somebody has cut further.

ALTER TABLE line_measures ADD COLUMN asked_in text CHECK (asked_in IN ('open', 'identity', 'all'));
