-- Copies of resident records, and certificates of what they say, issued by the municipality that keeps them (Act
-- Arts. 12 to 12-3): what is asked of a history of issues (specification 1.3.8). One application, one paper. The pages
-- are not kept: what the rows name is set again as it was.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE home_copies (
    copy_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id text NOT NULL UNIQUE,
    input_digest   bytea NOT NULL,
    paper          text NOT NULL,
    asker          text NOT NULL,
    brought_by     text NOT NULL,
    body           text,
    wanted         text[] NOT NULL,
    left_out       text[] NOT NULL,
    whole          boolean NOT NULL,
    persons        integer NOT NULL,
    issue_no       text NOT NULL UNIQUE,
    issued_on      date NOT NULL,
    operator       text NOT NULL,
    terminal       text,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX home_copies_age ON home_copies (recorded_at);
GRANT SELECT, INSERT ON home_copies TO jukinet_office;

-- Who is shown, in this order, as which version, and whose household it was.
CREATE TABLE home_copy_persons (
    copy_id         bigint NOT NULL REFERENCES home_copies,
    place           integer NOT NULL,
    resident_id     bigint NOT NULL REFERENCES residents,
    history_no      integer NOT NULL,
    head_id         bigint REFERENCES residents,
    head_history_no integer,
    PRIMARY KEY (copy_id, place)
);
CREATE INDEX home_copy_persons_resident ON home_copy_persons (resident_id);
CREATE INDEX home_copy_persons_head ON home_copy_persons (head_id) WHERE head_id IS NOT NULL;
GRANT SELECT, INSERT ON home_copy_persons TO jukinet_office;

-- With the application's term (Ord. 34(3)), and with any record that they name.
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('home_copies', 'home_copies', 'copy_id', 'bigint', 'home_copies', 'copy_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('home_copies', 1, 'home_copy_persons', 'copy_id'),
    ('home_copies', 2, 'home_copies', 'copy_id');

CREATE FUNCTION retention_past_home_copies(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(issued_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM home_copies WHERE copy_id = p_key
$$;

CREATE FUNCTION retention_home_copies_of(p_keys bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT copy_id FROM home_copy_persons WHERE resident_id = ANY (p_keys) OR head_id = ANY (p_keys)
$$;
INSERT INTO retention_parts (subject, place, part, part_column, keys_by) VALUES
    ('residents', 19, 'home_copy_persons', 'copy_id', 'retention_home_copies_of');
SELECT retention_close();
