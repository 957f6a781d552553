-- What an identity store erases: notices and records past Ord. 30-6 (governor) and 30-11 (centre).

-- A record holds on to the notice that made it so; without an index every notice erased would look through all of them.
CREATE INDEX identity_records_history ON identity_records (history_id);
CREATE INDEX identity_history_previous ON identity_history (previous_code) WHERE previous_code IS NOT NULL;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('identity', 'identity_history', 'history_id', 'bigint', 'identity_records', 'history_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('identity', 1, 'identity_records', 'history_id'),
    ('identity', 2, 'identity_history', 'history_id');

-- The day of the next notice about the person: under the same code, or one that says that this was the code before.
-- A place that was left is often deleted after the new one was recorded: that says nothing new about the new place,
-- and ends the term of no recording there. Notices are walked in their order, so that none is erased before one whose
-- term it ends.
CREATE FUNCTION retention_next_on(h identity_history) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT min(greatest(n.received_on, retention_japan(n.received_at)))
      FROM (SELECT history_id FROM identity_history WHERE code = h.code
            UNION
            SELECT history_id FROM identity_history WHERE previous_code = h.code) AS person
      JOIN identity_history n USING (history_id)
     WHERE n.history_id > h.history_id
       AND (h.change_kind = 'deletion' OR n.change_kind <> 'deletion' OR n.municipality = h.municipality)
$$;

-- Whether the term of a notice is over: jukinet.law.retention.kept_until, in the database. retention_confirmed_on
-- stands in the file of the node's role.
CREATE FUNCTION retention_past_notice(h identity_history, p_day date) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    came date := greatest(h.received_on, retention_japan(h.received_at));
BEGIN
    IF h.change_kind <> 'deletion' THEN  -- no. i
        RETURN coalesce(retention_next_on(h) <= retention_began('retention-years-replaced', p_day), false);
    END IF;
    IF h.reason = 'death' THEN  -- no. iii
        RETURN came <= retention_began('retention-years-death', p_day);
    END IF;
    RETURN came <= retention_began('retention-years-deleted', p_day)  -- no. ii
       AND (coalesce(least(retention_next_on(h), retention_confirmed_on(h)) < p_day, false)
            OR came <= retention_began('retention-years-deleted-longest', p_day));
END
$$;

-- A notice goes with the record that it made, and not before it. The term that supply goes by must be over as well.
CREATE FUNCTION retention_past_identity(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT retention_past_notice(h, p_day)
       AND NOT EXISTS (SELECT 1 FROM identity_records r
                        WHERE r.history_id = h.history_id
                          AND (r.live OR coalesce(r.retain_until >= p_day, true)))
      FROM identity_history h WHERE h.history_id = p_key
$$;
