-- What became of cards (住民基本台帳カード), as municipalities notified it (M11, Ord. Art. 30-24). Rows are added;
-- seen alone is altered. The ordinance sets no term: see retention-years-card-status.
CREATE TABLE card_statuses (
    status_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    statement_id text NOT NULL UNIQUE,
    card         text NOT NULL,
    code         text NOT NULL,
    municipality text NOT NULL,
    event        text NOT NULL,
    happened_on  date NOT NULL,
    received_on  date NOT NULL,
    received_at  timestamptz NOT NULL,
    seen         boolean NOT NULL DEFAULT false
);
CREATE INDEX card_statuses_card ON card_statuses (card, status_id);
CREATE INDEX card_statuses_fresh ON card_statuses (status_id) WHERE NOT seen;
GRANT SELECT, INSERT ON card_statuses TO jukinet_network;

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('card_statuses', 'card_statuses', 'statement_id', 'text', 'card_statuses', 'statement_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('card_statuses', 1, 'card_statuses', 'statement_id');

CREATE FUNCTION retention_past_card_statuses(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(received_on, retention_japan(received_at)) <= retention_began('retention-years-card-status', p_day)
      FROM card_statuses WHERE statement_id = p_key
$$;
