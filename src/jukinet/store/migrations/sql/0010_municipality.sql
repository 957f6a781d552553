-- A whole register taken in from a file: the two things that the office needs the owner's right for.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- Where the rows of a file wait while they are checked against one another: of this transaction alone, gone with its
-- end however it ends, and in no log of the server and no backup. No role of a node may make such tables by itself.
CREATE FUNCTION intake_stage() RETURNS void
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
        pasts            text
    ) ON COMMIT DROP;
    CREATE INDEX intake_rows_place ON pg_temp.intake_rows (place);
    GRANT SELECT, INSERT ON pg_temp.intake_rows TO jukinet_office;
END
$$;
REVOKE ALL ON FUNCTION intake_stage() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_stage() TO jukinet_office;

-- Numbers given from now on lie beyond these. A sequence never goes back: a number is not given twice.
CREATE FUNCTION intake_numbers_beyond(p_resident bigint, p_household bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM setval('resident_serial', greatest(p_resident, last_value)) FROM resident_serial;
    PERFORM setval('household_serial', greatest(p_household, last_value)) FROM household_serial;
END
$$;
REVOKE ALL ON FUNCTION intake_numbers_beyond(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION intake_numbers_beyond(bigint, bigint) TO jukinet_office;
