-- What only a governor keeps: move-out confirmations (M4).

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('confirmations', 'move_out_confirmations', 'statement_id', 'text', 'move_out_confirmations', 'statement_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('confirmations', 1, 'move_out_confirmations', 'statement_id');

-- Ord. 30-6(ii)(b)(2): the day on which the move-out was confirmed.
CREATE FUNCTION retention_confirmed_on(h identity_history) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT min(greatest(received_on, retention_japan(received_at))) FROM move_out_confirmations
     WHERE code = h.code AND municipality = h.municipality AND received_on >= h.received_on
$$;

-- Not before the deletion whose term it ends.
CREATE FUNCTION retention_past_confirmations(p_key text, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(c.received_on, retention_japan(c.received_at)) <= retention_began('retention-years-filings', p_day)
       AND NOT EXISTS (SELECT 1 FROM identity_history h
                        WHERE h.code = c.code AND h.municipality = c.municipality AND h.change_kind = 'deletion'
                          AND retention_past_identity(h.history_id, p_day, p_backup_days) IS NOT TRUE)
      FROM move_out_confirmations c WHERE c.statement_id = p_key
$$;

-- A statement stands as long as what was made of it.
CREATE FUNCTION retention_needs_statement(p_key text, p_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM identity_history
                    WHERE statement_id = p_key AND retention_past_identity(history_id, p_day, NULL) IS NOT TRUE)
        OR EXISTS (SELECT 1 FROM move_out_confirmations
                    WHERE statement_id = p_key AND retention_past_confirmations(p_key, p_day, NULL) IS NOT TRUE)
$$;

SELECT retention_close();
