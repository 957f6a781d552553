-- Requests that the person be told what is kept of them (Act Arts. 30-37 to 30-40), as they were made, and what became of
-- each; complaints (30-41), and what was answered. Rows are added, never altered.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE disclosures (
    disclosure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    details       jsonb NOT NULL,
    received_on   date NOT NULL,
    recorded_at   timestamptz NOT NULL,
    operator      text NOT NULL,
    terminal      text
);
CREATE TABLE disclosure_steps (
    disclosure_id bigint NOT NULL REFERENCES disclosures,
    step_no       integer NOT NULL CHECK (step_no >= 1),
    step          text NOT NULL,
    details       jsonb NOT NULL,
    done_on       date NOT NULL,
    recorded_at   timestamptz NOT NULL,
    operator      text NOT NULL,
    terminal      text,
    PRIMARY KEY (disclosure_id, step_no)
);
CREATE TABLE complaints (
    complaint_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    said         text NOT NULL,
    received_on  date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    operator     text NOT NULL,
    terminal     text
);
CREATE TABLE complaints_settled (
    complaint_id bigint PRIMARY KEY REFERENCES complaints,
    said         text NOT NULL,
    done_on      date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    operator     text NOT NULL,
    terminal     text
);
GRANT SELECT, INSERT ON disclosures, disclosure_steps, complaints, complaints_settled TO jukinet_office;

-- Who never had a code is found by birth date.
CREATE INDEX identity_history_uncoded ON identity_history (birth_date) WHERE code IS NULL;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('disclosures', 'disclosures', 'disclosure_id', 'bigint', 'disclosures', 'disclosure_id'),
    ('complaints', 'complaints', 'complaint_id', 'bigint', 'complaints', 'complaint_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('disclosures', 10, 'disclosure_steps', 'disclosure_id'),
    ('disclosures', 99, 'disclosures', 'disclosure_id'),
    ('complaints', 10, 'complaints_settled', 'complaint_id'),
    ('complaints', 99, 'complaints', 'complaint_id');

-- One that is open, or about which an inquiry is under way, is kept.
CREATE FUNCTION retention_past_disclosures(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(max(done_on), retention_japan(max(recorded_at))) <= retention_began('retention-years-filings', p_day)
       AND bool_or(step IN ('answered', 'refused'))
       AND count(*) FILTER (WHERE step = 'correction-asked') = count(*) FILTER (WHERE step = 'correction-told')
      FROM disclosure_steps WHERE disclosure_id = p_key
$$;

CREATE FUNCTION retention_past_complaints(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(done_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM complaints_settled WHERE complaint_id = p_key
$$;
SELECT retention_close();
