-- A statement stands as long as what was made of it: a card's status too.
CREATE OR REPLACE FUNCTION retention_needs_statement(p_key text, p_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM identity_history
                    WHERE statement_id = p_key AND retention_past_identity(history_id, p_day, NULL) IS NOT TRUE)
        OR EXISTS (SELECT 1 FROM card_statuses
                    WHERE statement_id = p_key AND retention_past_card_statuses(p_key, p_day, NULL) IS NOT TRUE)
$$;

-- The worker looks at what came and answers: who had a card before is told (M11, Ord. Art. 30-24(8)). The network door,
-- which takes statements in, can put none into the outbox.
GRANT SELECT, UPDATE (seen) ON card_statuses TO jukinet_worker;
GRANT INSERT ON outbox TO jukinet_worker;

SELECT retention_close();
