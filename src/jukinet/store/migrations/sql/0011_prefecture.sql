-- A statement stands as long as what was made of it: a card's status too.
CREATE OR REPLACE FUNCTION retention_needs_statement(p_key text, p_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM identity_history
                    WHERE statement_id = p_key AND retention_past_identity(history_id, p_day, NULL) IS NOT TRUE)
        OR EXISTS (SELECT 1 FROM move_out_confirmations
                    WHERE statement_id = p_key AND retention_past_confirmations(p_key, p_day, NULL) IS NOT TRUE)
        OR EXISTS (SELECT 1 FROM card_statuses
                    WHERE statement_id = p_key AND retention_past_card_statuses(p_key, p_day, NULL) IS NOT TRUE)
$$;

SELECT retention_close();
