-- What was cut as a measure was asked for, and what waits although an earlier life had said it.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- A measure that was to cut more opens nothing once somebody has cut further.
ALTER TABLE line_measures ADD COLUMN asked_in text CHECK (asked_in IN ('open', 'identity', 'all'));

-- The worker deletes nothing from the outbox but this: one statement without a number, which says to the same addressee
-- what a peer gave back of an earlier life. True where there was one.
CREATE FUNCTION outbox_drop_waiting(p_addressee text, p_kind text, p_body bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM outbox
     WHERE entry_id = (SELECT entry_id FROM outbox
                        WHERE number IS NULL AND addressee = p_addressee AND kind = p_kind AND body = p_body
                        ORDER BY entry_id LIMIT 1 FOR UPDATE);
    RETURN FOUND;
END
$$;
REVOKE ALL ON FUNCTION outbox_drop_waiting(text, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_drop_waiting(text, text, bytea) TO jukinet_worker;
