-- What a municipality that joins wrote is kept until it takes part: a medium that is lost, or was not written to its end when
-- the power failed, is written again, and says the same.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE TABLE joining_segments (
    name text PRIMARY KEY,
    data bytea NOT NULL
);
GRANT SELECT, INSERT ON joining_segments TO jukinet_office;

-- The office deletes nothing: only once the municipality takes part do they go, all of them.
CREATE FUNCTION joining_forget_segments() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM joining_segments WHERE EXISTS (SELECT FROM joining WHERE state = 'live');
END
$$;
REVOKE ALL ON FUNCTION joining_forget_segments() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION joining_forget_segments() TO jukinet_office;
