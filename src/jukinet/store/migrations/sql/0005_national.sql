-- The centre's terms look at no confirmation (Ord. 30-11(ii)).

CREATE FUNCTION retention_confirmed_on(h identity_history) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT NULL::date
$$;

-- A statement stands as long as what was made of it.
CREATE FUNCTION retention_needs_statement(p_key text, p_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM identity_history
                    WHERE statement_id = p_key AND retention_past_identity(history_id, p_day, NULL) IS NOT TRUE)
$$;

SELECT retention_close();
