SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- A doubt that the mayor of another municipality has, who is of another opinion on where somebody lives (Act Art. 33); and
-- where the person lives by a decision or a judgment.
ALTER TABLE doubts ADD COLUMN municipality text;
ALTER TABLE doubt_steps ADD COLUMN lives_in text;
DROP INDEX doubt_steps_closed;
CREATE UNIQUE INDEX doubt_steps_closed ON doubt_steps (doubt_id) WHERE step IN ('corrected', 'right');

CREATE OR REPLACE FUNCTION retention_past_doubts(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(done_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM doubt_steps WHERE doubt_id = p_key AND step IN ('corrected', 'right')
$$;

-- Surveys of what stands in the register (Act Art. 34): who of the office's staff asks, by which card, and whom they asked.
-- Rows are added, never altered.
CREATE TABLE surveys (
    survey_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL,
    about       text NOT NULL,
    begun_on    date NOT NULL,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text
);
CREATE TABLE survey_staff (
    survey_id bigint NOT NULL REFERENCES surveys,
    staff_no  integer NOT NULL CHECK (staff_no >= 1),
    name      text NOT NULL,
    card_no   text NOT NULL,
    PRIMARY KEY (survey_id, staff_no)
);
CREATE TABLE survey_steps (
    survey_id   bigint NOT NULL REFERENCES surveys,
    step_no     integer NOT NULL CHECK (step_no >= 1),
    step        text NOT NULL,
    done_on     date NOT NULL,
    staff_no    integer,
    resident_no text,
    card        text,
    answer      text,
    recorded_at timestamptz NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    PRIMARY KEY (survey_id, step_no),
    FOREIGN KEY (survey_id, staff_no) REFERENCES survey_staff
);
-- It ends once.
CREATE UNIQUE INDEX survey_steps_ended ON survey_steps (survey_id) WHERE step = 'ended';
GRANT SELECT, INSERT ON surveys, survey_staff, survey_steps TO jukinet_office;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('surveys', 'surveys', 'survey_id', 'bigint', 'surveys', 'survey_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('surveys', 10, 'survey_steps', 'survey_id'),
    ('surveys', 20, 'survey_staff', 'survey_id'),
    ('surveys', 99, 'surveys', 'survey_id');

-- One that has not ended is kept.
CREATE FUNCTION retention_past_surveys(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(done_on, retention_japan(recorded_at)) <= retention_began('retention-years-filings', p_day)
      FROM survey_steps WHERE survey_id = p_key AND step = 'ended'
$$;
SELECT retention_close();
