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

-- Requests for codes (M12, back; Reg. Art. 14(2)), as they came. The worker answers, or a person.
CREATE TABLE code_requests_received (
    request_id   text PRIMARY KEY,
    municipality text NOT NULL,
    codes        integer NOT NULL,
    received_at  timestamptz NOT NULL,
    answered_at  timestamptz,
    by_person    boolean
);
CREATE INDEX code_requests_received_open ON code_requests_received (received_at) WHERE answered_at IS NULL;
GRANT INSERT ON code_requests_received TO jukinet_network;
GRANT SELECT, UPDATE (answered_at, by_person) ON code_requests_received TO jukinet_worker, jukinet_office;
GRANT SELECT, INSERT ON designations, designated_codes TO jukinet_worker;

SELECT retention_close();
