-- A statement whose key had ended when it was created, in the envelope of another key of its origin: the same payload.
-- Written by the origin, which sends this one from then on, and by a receiver that had taken the former.
CREATE TABLE signed_again (
    statement_id text NOT NULL REFERENCES statements,
    key_id       text NOT NULL,
    envelope     bytea NOT NULL,
    signed_at    timestamptz NOT NULL,
    PRIMARY KEY (statement_id, key_id)
);
GRANT SELECT, INSERT ON signed_again TO jukinet_network, jukinet_worker;
GRANT SELECT ON signed_again TO jukinet_office;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('statements', 0, 'signed_again', 'statement_id');
SELECT retention_close();
