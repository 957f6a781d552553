-- Browsing of a part of the register (Act Arts. 11, 11-2): requests and applications that were granted, as they were made,
-- and what became of each: who was shown which town area when, and what the mayor did. Rows are added, never altered.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE browsings (
    browsing_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_body boolean NOT NULL,
    details     jsonb NOT NULL,
    received_on date NOT NULL,
    recorded_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE TABLE browsing_steps (
    step_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    browsing_id bigint NOT NULL REFERENCES browsings,
    step        text NOT NULL,
    details     jsonb NOT NULL,
    done_on     date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE INDEX browsing_steps_browsing ON browsing_steps (browsing_id);
CREATE INDEX browsing_steps_shown ON browsing_steps (done_on) WHERE step = 'shown';
GRANT SELECT, INSERT ON browsings, browsing_steps TO jukinet_office;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('browsing', 'browsings', 'browsing_id', 'bigint', 'browsings', 'browsing_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('browsing', 10, 'browsing_steps', 'browsing_id'),
    ('browsing', 99, 'browsings', 'browsing_id');

-- From the end of the year of the last that became of it: the state of browsing is published once a year.
CREATE FUNCTION retention_past_browsing(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT make_date(extract(year FROM last)::integer, 12, 31) <= retention_began('retention-years-filings', p_day)
      FROM (SELECT greatest(b.received_on, b.recorded_on, retention_japan(b.recorded_at), max(s.done_on),
                            retention_japan(max(s.recorded_at))) AS last
              FROM browsings b LEFT JOIN browsing_steps s USING (browsing_id)
             WHERE b.browsing_id = p_key
             GROUP BY b.browsing_id) AS course
$$;
SELECT retention_close();

-- Whose record changed in a span of days, for the election commission (Act Art. 15(2)): versions are added in time.
CREATE INDEX resident_versions_recorded ON resident_versions USING brin (recorded_at);

-- That somebody says, or the office finds, that a record is missing or wrong (Act Arts. 13, 14, 34), and what the office did:
-- called on somebody in writing to notify, or closed it. Rows are added, never altered.
CREATE TABLE doubts (
    doubt_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL,
    resident_no text,
    by_no       text,
    said        text NOT NULL,
    received_on date NOT NULL,
    history_no  integer,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE TABLE doubt_steps (
    doubt_id    bigint NOT NULL REFERENCES doubts,
    step_no     integer NOT NULL CHECK (step_no >= 1),
    step        text NOT NULL,
    done_on     date NOT NULL,
    due_on      date,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (doubt_id, step_no)
);
-- It is closed once.
CREATE UNIQUE INDEX doubt_steps_closed ON doubt_steps (doubt_id) WHERE step <> 'called-on';
GRANT SELECT, INSERT ON doubts, doubt_steps TO jukinet_office;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('doubts', 'doubts', 'doubt_id', 'bigint', 'doubts', 'doubt_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('doubts', 10, 'doubt_steps', 'doubt_id'),
    ('doubts', 99, 'doubts', 'doubt_id');

-- One that is open is kept.
CREATE FUNCTION retention_past_doubts(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(done_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM doubt_steps WHERE doubt_id = p_key AND step <> 'called-on'
$$;
SELECT retention_close();

-- What clerks write beside a record (specification 1.1.14, 1.1.15): remarks, some on one of its versions, and memos. What
-- becomes of a note is its last version; one without a text is deleted.
CREATE TABLE resident_notes (
    note_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident_id bigint NOT NULL REFERENCES residents,
    kind        text NOT NULL,
    history_no  integer
);
CREATE INDEX resident_notes_resident ON resident_notes (resident_id);
CREATE TABLE resident_note_versions (
    note_id     bigint NOT NULL REFERENCES resident_notes,
    version_no  integer NOT NULL CHECK (version_no >= 1),
    resident_id bigint NOT NULL REFERENCES residents,
    text        text,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (note_id, version_no)
);
CREATE INDEX resident_note_versions_resident ON resident_note_versions (resident_id);
GRANT SELECT, INSERT ON resident_notes, resident_note_versions TO jukinet_office;

INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 21, 'resident_note_versions', 'resident_id'),
    ('residents', 22, 'resident_notes', 'resident_id');
SELECT retention_close();
