-- Since when a lane fails or is halted, and why it was halted here: what a person is told. Rows of before have no day.
ALTER TABLE lanes_out ADD COLUMN failing_since timestamptz, ADD COLUMN halted_at timestamptz;
ALTER TABLE lanes_in ADD COLUMN halted_at timestamptz, ADD COLUMN problem text;

-- A person releases a lane. Numbers and cursors are none of a person's business: nothing is skipped.
GRANT UPDATE (halted, halted_at, failures, failing_since, attempt_after, last_problem) ON lanes_out TO jukinet_office;
GRANT UPDATE (halted, halted_at, problem) ON lanes_in TO jukinet_office;
