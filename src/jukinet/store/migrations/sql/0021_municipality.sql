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
