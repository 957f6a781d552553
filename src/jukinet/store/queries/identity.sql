-- name: add_histories
-- In their order.
INSERT INTO identity_history (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,
                              previous_code, name, nickname, birth_date, sex, address_in, address, building,
                              received_on, received_at)
SELECT statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,
       previous_code, name, nickname, birth_date, sex, address_in, address, building, %(on)s, %(at)s
  FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS (
           statement_id text, code text, municipality text, change_kind text, reason text, occurred_on date,
           foreign_record boolean, previous_code text, name text, nickname text, birth_date text, sex text,
           address_in text, address text, building text))
       WITH ORDINALITY AS n (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,
                             previous_code, name, nickname, birth_date, sex, address_in, address, building, place)
 ORDER BY place

-- name: lock_codes
-- Always in the order of the codes, or two chunks could each hold what the other waits for.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || code, 0))
  FROM (SELECT code FROM unnest(%(codes)s::text[]) AS code ORDER BY code) AS sorted

-- name: lock_records
-- Code by code, each by the index: of tables that were just filled nothing is known, and a join would read all of both.
SELECT r.code, r.municipality, r.live, r.event_on, r.recorded_on, r.superseded, r.change_kind, r.reason,
       r.retain_until, r.birth_date, r.sex, r.speaks, r.undetermined_from,
       (SELECT h.received_on FROM identity_history h WHERE h.history_id = r.history_id) AS notified_on
  FROM (SELECT DISTINCT code FROM unnest(%(codes)s::text[]) AS code ORDER BY code) AS c
 CROSS JOIN LATERAL (SELECT code, municipality, live, event_on, recorded_on, superseded, change_kind, reason,
                            retain_until, birth_date, sex, speaks, undetermined_from, history_id
                       FROM identity_records WHERE code = c.code ORDER BY municipality FOR UPDATE) AS r

-- name: borne
SELECT DISTINCT municipality, birth_date, sex FROM identity_history WHERE code = %(code)s

-- name: put_records
INSERT INTO identity_records (code, municipality, live, event_on, recorded_on, history_id, change_kind, reason,
                              occurred_on, speaks, undetermined_from, superseded, retain_until, name, nickname,
                              birth_date, sex, address_in, address, building, name_key, nickname_key, address_key)
SELECT r.code, r.municipality, r.live, r.event_on, r.recorded_on, h.history_id, h.change_kind, h.reason,
       h.occurred_on, r.speaks, r.undetermined_from, r.superseded, r.retain_until, h.name, h.nickname,
       h.birth_date, h.sex, h.address_in, h.address, h.building, r.name_key, r.nickname_key, r.address_key
  FROM json_to_recordset(%(rows)s::json) AS r (
           code text, municipality text, live boolean, event_on date, recorded_on date, statement_id text,
           speaks boolean, undetermined_from date, superseded boolean, retain_until date,
           name_key bigint, nickname_key bigint, address_key bigint)
  JOIN identity_history h USING (statement_id)
ON CONFLICT (code, municipality) DO UPDATE
   SET live = excluded.live, event_on = excluded.event_on, recorded_on = excluded.recorded_on,
       history_id = excluded.history_id, change_kind = excluded.change_kind, reason = excluded.reason,
       occurred_on = excluded.occurred_on, speaks = excluded.speaks, undetermined_from = excluded.undetermined_from,
       superseded = excluded.superseded, retain_until = excluded.retain_until,
       name = excluded.name, nickname = excluded.nickname,
       birth_date = excluded.birth_date, sex = excluded.sex, address_in = excluded.address_in,
       address = excluded.address, building = excluded.building, name_key = excluded.name_key,
       nickname_key = excluded.nickname_key, address_key = excluded.address_key

-- name: set_states
UPDATE identity_records r
   SET live = s.live, superseded = s.superseded, event_on = s.event_on, retain_until = s.retain_until,
       speaks = s.speaks, undetermined_from = s.undetermined_from
  FROM json_to_recordset(%(rows)s::json) AS s (
           code text, municipality text, live boolean, superseded boolean, event_on date, retain_until date,
           speaks boolean, undetermined_from date)
 WHERE r.code = s.code AND r.municipality = s.municipality

-- name: confirm_move_out
INSERT INTO move_out_confirmations (statement_id, code, municipality, moved_to, moved_on, received_on, received_at)
VALUES (%(statement_id)s, %(code)s, %(municipality)s, %(moved_to)s, %(moved_on)s, %(on)s, %(at)s)

-- name: first_confirmations
SELECT code, municipality, min(received_on) AS day FROM move_out_confirmations
 WHERE code = ANY(%(codes)s) AND received_on >= %(since)s GROUP BY code, municipality

-- name: codes_by_facts
-- Two branches, one for each index. Whether one fits, or none, or several: a third says no more than the second.
SELECT DISTINCT f.code
  FROM (SELECT code, municipality, sex, live, superseded FROM identity_records
         WHERE birth_date = %(birth_date)s AND name_key = %(name_key)s
         UNION ALL
        SELECT code, municipality, sex, live, superseded FROM identity_records
         WHERE birth_date = %(birth_date)s AND nickname_key = %(name_key)s) f
 WHERE f.municipality = %(municipality)s AND f.sex = %(sex)s AND f.live AND NOT f.superseded
   AND NOT EXISTS (SELECT FROM supply_blocks b
                    WHERE b.kind = 'person' AND b.subject = f.code AND b.ended_at IS NULL)
 LIMIT 2

-- name: digest_rows
SELECT code, municipality, name, nickname, birth_date, sex, address_in, address, building
  FROM identity_records
 WHERE live AND (%(municipality)s::text IS NULL OR municipality = %(municipality)s)
 ORDER BY code, municipality
