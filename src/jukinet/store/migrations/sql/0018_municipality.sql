-- Records that another municipality handed over: what their rows say besides while they are taken in, and the numbers that
-- they had there.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE OR REPLACE FUNCTION intake_stage() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    CREATE TEMPORARY TABLE intake_rows (
        line             integer NOT NULL,
        resident_no      text,
        household_no     text,
        code             text,
        householder      boolean,
        dwelling         bigint,
        place            integer,
        effective_on     date,
        foreign_resident boolean,
        birth_date       text,
        sex              text,
        name_keys        bigint[],
        move_out_on      date,
        items            jsonb,
        kinds            text,
        keys             text,
        pasts            text,
        former_in        text,
        former_no        text,
        former_household text,
        items_before     jsonb,
        changed_on       date,
        held             boolean
    ) ON COMMIT DROP;
    CREATE INDEX intake_rows_place ON pg_temp.intake_rows (place);
    GRANT SELECT, INSERT ON pg_temp.intake_rows TO jukinet_office;
END
$$;
REVOKE ALL ON FUNCTION intake_stage() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_stage() TO jukinet_office;

-- Other offices know a resident by the number of the municipality that is no more.
CREATE TABLE former_numbers (
    resident_id  bigint PRIMARY KEY REFERENCES residents,
    municipality text NOT NULL,
    resident_no  text NOT NULL,
    household_no text NOT NULL,
    UNIQUE (municipality, resident_no)
);
GRANT SELECT, INSERT ON former_numbers TO jukinet_office;

INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 18, 'former_numbers', 'resident_id');
SELECT retention_close();

-- Whether somebody else has looked at a list, by its SHA-256, before it is run.
CREATE INDEX audit_entries_looked_at ON audit_entries (reference)
 WHERE event IN ('register:addresses:simulated', 'register:register:checked');

-- What a person did to tell somebody: the letter was sent; the posting, or the laying open, began and ended.
CREATE TABLE telling_steps (
    step_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    telling_id  bigint NOT NULL REFERENCES tellings,
    resident_id bigint NOT NULL REFERENCES residents,
    step        text NOT NULL,
    done_on     date NOT NULL,
    operator    text NOT NULL,
    terminal    text,
    recorded_at timestamptz NOT NULL,
    UNIQUE (telling_id, step)
);
CREATE INDEX telling_steps_resident ON telling_steps (resident_id);
GRANT SELECT, INSERT ON telling_steps TO jukinet_office;

INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('residents', 11, 'telling_steps', 'resident_id');
SELECT retention_close();

-- Who had a code changed on request: few, and looked for where somebody's departure is undone.
CREATE INDEX resident_versions_codes_changed ON resident_versions (resident_id)
 WHERE reason = 'code-change-requested';

-- Certificates of a move-out (Ord. 23, 24): who stood on which, as which version, and whose household it was. What is
-- issued again shows what the first one showed.
CREATE TABLE move_out_certificates (
    issue_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    certificate     text NOT NULL,
    resident_id     bigint NOT NULL REFERENCES residents,
    history_no      integer NOT NULL,
    head_id         bigint REFERENCES residents,
    head_history_no integer,
    planned_on      date NOT NULL,
    filed_on        date NOT NULL,
    issued_on       date NOT NULL,
    again           text,
    operator        text NOT NULL,
    terminal        text,
    recorded_at     timestamptz NOT NULL
);
CREATE INDEX move_out_certificates_resident ON move_out_certificates (resident_id);
CREATE INDEX move_out_certificates_head ON move_out_certificates (head_id) WHERE head_id IS NOT NULL;
GRANT SELECT, INSERT ON move_out_certificates TO jukinet_office;

CREATE FUNCTION retention_certificates_of(p_keys bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT issue_id FROM move_out_certificates WHERE resident_id = ANY (p_keys) OR head_id = ANY (p_keys)
$$;
INSERT INTO retention_parts (subject, place, part, part_column, keys_by) VALUES
    ('residents', 17, 'move_out_certificates', 'issue_id', 'retention_certificates_of');
SELECT retention_close();
