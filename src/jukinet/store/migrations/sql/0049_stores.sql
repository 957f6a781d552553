-- most_of_one: in how many rows of its file one person can stand at most. leaf: of the entry of the answer, in the log that
-- is named; promise: that it will be in the tree, as it is handed out with the answer. history: earlier records are asked
-- for too.
ALTER TABLE supply_batches
    ADD COLUMN most_of_one bigint CHECK (most_of_one > 0),
    ADD COLUMN leaf bytea,
    ADD COLUMN leaf_log text,
    ADD COLUMN promise jsonb,
    ADD COLUMN history boolean NOT NULL DEFAULT false;
GRANT UPDATE (most_of_one, leaf, leaf_log, promise) ON supply_batches TO jukinet_office, jukinet_worker;

DROP INDEX supply_batches_same;
CREATE UNIQUE INDEX supply_batches_same
    ON supply_batches (organ, affair, digest, coalesce(since, 0), coalesce(asked_for, ''), history)
    WHERE state NOT IN ('refused', 'cancelled');

-- How often an organ was told of one person on a day is counted over single requests and rows of batches together.
CREATE INDEX supply_batch_parts_at ON supply_batch_parts (at);
GRANT SELECT ON supply_batch_parts, supply_batch_rows TO jukinet_supply;
GRANT SELECT (subject_code, actor, event, outcome, at) ON audit_entries TO jukinet_worker;
