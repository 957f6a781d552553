-- name: add_history
INSERT INTO identity_history (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,
                              previous_code, name, nickname, birth_date, sex, address_in, address, building,
                              received_on, received_at)
VALUES (%(statement_id)s, %(code)s, %(municipality)s, %(change_kind)s, %(reason)s, %(occurred_on)s,
        %(foreign_record)s, %(previous_code)s, %(name)s, %(nickname)s, %(birth_date)s, %(sex)s, %(address_in)s,
        %(address)s, %(building)s, %(received_on)s, %(received_at)s)
RETURNING history_id

-- name: lock_records
SELECT r.municipality, r.live, r.event_on, r.recorded_on, r.superseded, r.change_kind, r.reason, r.retain_until,
       r.birth_date, r.sex, h.received_on AS notified_on
  FROM identity_records r JOIN identity_history h USING (history_id)
 WHERE r.code = %(code)s ORDER BY r.municipality FOR UPDATE OF r

-- name: lock_code
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(code)s, 0))

-- name: put_record
INSERT INTO identity_records (code, municipality, live, event_on, recorded_on, history_id, change_kind, reason,
                              occurred_on, speaks, name, nickname, birth_date, sex, address_in, address, building,
                              name_key, nickname_key, address_key)
VALUES (%(code)s, %(municipality)s, %(live)s, %(event_on)s, %(recorded_on)s, %(history_id)s, %(change_kind)s,
        %(reason)s, %(occurred_on)s, false, %(name)s, %(nickname)s, %(birth_date)s, %(sex)s, %(address_in)s,
        %(address)s, %(building)s, %(name_key)s, %(nickname_key)s, %(address_key)s)
ON CONFLICT (code, municipality) DO UPDATE
   SET live = excluded.live, event_on = excluded.event_on, recorded_on = excluded.recorded_on,
       history_id = excluded.history_id, change_kind = excluded.change_kind, reason = excluded.reason,
       occurred_on = excluded.occurred_on, superseded = false, name = excluded.name, nickname = excluded.nickname,
       birth_date = excluded.birth_date, sex = excluded.sex, address_in = excluded.address_in,
       address = excluded.address, building = excluded.building, name_key = excluded.name_key,
       nickname_key = excluded.nickname_key, address_key = excluded.address_key

-- name: supersede
UPDATE identity_records SET live = false, superseded = true, event_on = %(event_on)s
 WHERE code = %(code)s AND municipality = %(municipality)s

-- name: settle
UPDATE identity_records
   SET speaks = (municipality = %(speaks_in)s::text) IS TRUE,
       undetermined_from = CASE WHEN municipality = %(speaks_in)s::text THEN %(undetermined_from)s::date END
 WHERE code = %(code)s

-- name: set_retention
UPDATE identity_records SET retain_until = %(retain_until)s
 WHERE code = %(code)s AND municipality = %(municipality)s

-- name: confirm_move_out
INSERT INTO move_out_confirmations (statement_id, code, municipality, moved_to, moved_on, received_on, received_at)
VALUES (%(statement_id)s, %(code)s, %(municipality)s, %(moved_to)s, %(moved_on)s, %(on)s, %(at)s)

-- name: first_confirmation
SELECT min(received_on) AS day FROM move_out_confirmations
 WHERE code = %(code)s AND municipality = %(municipality)s AND received_on >= %(since)s

-- name: digest_rows
SELECT code, municipality, name, nickname, birth_date, sex, address_in, address, building
  FROM identity_records
 WHERE live AND (%(municipality)s::text IS NULL OR municipality = %(municipality)s)
 ORDER BY code, municipality
