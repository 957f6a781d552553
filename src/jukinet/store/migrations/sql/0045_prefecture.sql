-- Misuse of Resident Record codes, with what the governor did about each case (Act Art. 30-43(2)-(5)); what the
-- prefecture's council answered and proposed (30-9(2)). Rows are added, never altered.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE misuses (
    misuse_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    violation   text NOT NULL CHECK (violation IN ('asked', 'database')),
    who         text NOT NULL,
    said        text NOT NULL,
    known_on    date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE TABLE misuse_steps (
    misuse_id   bigint NOT NULL REFERENCES misuses,
    step_no     integer NOT NULL CHECK (step_no >= 1),
    step        text NOT NULL,
    done_on     date NOT NULL,
    said        text NOT NULL,
    paper       text,
    measure     text,
    until       date,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (misuse_id, step_no),
    CHECK ((step IN ('recommended', 'heard', 'ordered')) = (paper IS NOT NULL)),
    CHECK ((step = 'recommended') = (measure IS NOT NULL)),
    CHECK ((step = 'ordered') = (until IS NOT NULL)),
    CHECK (until > done_on)
);
CREATE TABLE council_opinions (
    opinion_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    question    text,
    asked_on    date,
    said        text NOT NULL,
    paper       text NOT NULL,
    given_on    date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    CHECK ((question IS NULL) = (asked_on IS NULL))
);
GRANT SELECT, INSERT ON misuses, misuse_steps, council_opinions TO jukinet_office;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('misuses', 'misuses', 'misuse_id', 'bigint', 'misuses', 'misuse_id'),
    ('opinions', 'council_opinions', 'opinion_id', 'bigint', 'council_opinions', 'opinion_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('misuses', 10, 'misuse_steps', 'misuse_id'),
    ('misuses', 99, 'misuses', 'misuse_id'),
    ('opinions', 99, 'council_opinions', 'opinion_id');

-- A case that is open is kept.
CREATE FUNCTION retention_past_misuses(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(done_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM misuse_steps WHERE misuse_id = p_key AND step = 'settled'
$$;

CREATE FUNCTION retention_past_opinions(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(given_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM council_opinions WHERE opinion_id = p_key
$$;
SELECT retention_close();
