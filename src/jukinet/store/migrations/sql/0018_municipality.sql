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
