-- Ranges of codes are asked for by their first and last code, one by one, so that the planner knows how much they hold.
-- Digits stand in the same order in every collation. {range}: of two digits; the first and the last are open to their side,
-- so that no row is in none of them. {copies} is live_copies, or the same with digests computed anew;
-- {digest} is the digest computed from the columns of a row (jukinet.store.consistency).

-- name: ranges
SELECT left(code, %(depth)s) AS range, count(*) AS records,
       substr(sha256(string_agg(convert_to(municipality, 'UTF8') || digest, '' ORDER BY code, municipality)), 1, 16)
           AS digest
  FROM {copies} c
 WHERE code BETWEEN %(low)s AND %(high)s AND municipality BETWEEN %(first)s AND %(last)s
 GROUP BY 1

-- name: records
SELECT municipality, code, digest
  FROM {copies} c
 WHERE code BETWEEN %(low)s AND %(high)s AND municipality BETWEEN %(first)s AND %(last)s
   -- Others, which only somebody beneath the program can have put there, no answer can tell: the own check names them.
   AND length(code) = 11 AND code !~ '[^0-9]' AND length(municipality) = 6 AND municipality !~ '[^0-9]'
 ORDER BY code, municipality LIMIT %(most)s

-- name: altered
-- Rows whose kept digest is not theirs or whose code is none, and those whose municipality reports elsewhere or is no node.
SELECT municipality, code, digest <> {digest} OR length(code) <> 11 OR code ~ '[^0-9]' AS altered
  FROM live_copies
 WHERE {range}
   AND (digest <> {digest} OR length(code) <> 11 OR code ~ '[^0-9]'
        OR municipality NOT BETWEEN %(first)s AND %(last)s
        OR municipality NOT IN (SELECT unnest(%(known)s::text[])))
 ORDER BY code, municipality LIMIT %(most)s

-- name: count_range
SELECT count(*) AS records FROM live_copies WHERE {range}

-- name: cursor
SELECT coalesce(max(cursor), 0) AS cursor FROM lanes_in WHERE peer = %(peer)s AND stream = 'identity'

-- name: last_number
SELECT coalesce(max(last_number), 0) AS last_number FROM lanes_out WHERE peer = %(peer)s AND stream = 'identity'

-- name: parked_codes
SELECT DISTINCT subject_code AS code FROM parked
 WHERE resolved_at IS NULL AND subject_code BETWEEN %(low)s AND %(high)s
 ORDER BY 1 LIMIT %(most)s

-- name: moving_own
-- What this municipality put into its outbox and the peer has not taken.
SELECT o.body FROM outbox o
 WHERE o.stream = 'identity' AND (o.number IS NULL OR NOT o.signed)
UNION ALL
SELECT o.body FROM lane_out_items i JOIN outbox o USING (statement_id)
 WHERE i.peer = %(peer)s AND i.stream = 'identity' AND (i.lane_number IS NULL OR i.lane_number > %(cursor)s)

-- name: moving_forwarded
-- What this store has taken and the peer has not. What was parked here changed nothing here.
SELECT h.code, h.previous_code FROM lane_out_items i JOIN identity_history h USING (statement_id)
 WHERE i.peer = %(peer)s AND i.stream = 'identity' AND (i.lane_number IS NULL OR i.lane_number > %(cursor)s)

-- name: register_differences
-- Everybody present with a code beside what was last sent of that code, also where one of the two is missing.
SELECT r.code, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building,
       s.code AS sent_code, s.name AS sent_name, s.nickname AS sent_nickname, s.birth_date AS sent_birth_date,
       s.sex AS sent_sex, s.address_in AS sent_address_in, s.address AS sent_address, s.building AS sent_building
  FROM (SELECT code, name, nickname, birth_date, sex, address_in, address, building, {digest} AS digest
          FROM (SELECT v.items -> 'name' ->> 'text' AS name, v.items -> 'nickname' ->> 'text' AS nickname,
                       v.items ->> 'birth_date' AS birth_date, v.items ->> 'sex' AS sex,
                       v.items -> 'address' ->> 'municipality' AS address_in,
                       v.items -> 'address' ->> 'text' AS address, v.items -> 'address' ->> 'building' AS building,
                       v.items ->> 'code' AS code
                  FROM residents p
                  JOIN resident_versions v ON v.resident_id = p.resident_id AND v.history_no = p.last_history_no
                 WHERE p.present AND v.present AND v.items ->> 'code' IS NOT NULL) AS i) AS r
  FULL JOIN sent_copies s ON s.code = r.code
 WHERE r.digest IS DISTINCT FROM s.digest
 ORDER BY coalesce(r.code, s.code) LIMIT %(most)s

-- name: count_registered
SELECT count(*) AS records FROM residents WHERE present AND code IS NOT NULL

-- name: begin_check
INSERT INTO consistency_checks (check_id, against, recomputed, began_at)
VALUES (%(check_id)s, %(against)s, %(recomputed)s, %(at)s)

-- name: end_check
UPDATE consistency_checks
   SET ended_at = %(at)s, problem = %(problem)s, records = %(records)s, moving = %(moving)s,
       differing = %(differing)s, unread = %(unread)s, bytes = %(bytes)s
 WHERE check_id = %(check_id)s

-- name: last_checks
SELECT against, recomputed, coalesce(max(ended_at) FILTER (WHERE problem IS NULL), min(began_at)) AS since,
       coalesce((array_agg(unread ORDER BY began_at DESC) FILTER (WHERE ended_at IS NOT NULL))[1], 0) AS unread
  FROM consistency_checks GROUP BY against, recomputed ORDER BY against, recomputed

-- name: see_difference
INSERT INTO consistency_differences AS d (against, municipality, code, kind, items, recomputed, first_seen_at,
                                          last_seen_at)
VALUES (%(against)s, %(municipality)s, %(code)s, %(kind)s, %(items)s, %(recomputed)s, %(at)s, %(at)s)
ON CONFLICT (against, municipality, code) WHERE gone_at IS NULL DO UPDATE
   SET kind = excluded.kind, items = excluded.items, recomputed = d.recomputed AND excluded.recomputed,
       last_seen_at = excluded.last_seen_at

-- name: confirm_differences
UPDATE consistency_differences SET confirmed_at = %(at)s
 WHERE against = %(against)s AND gone_at IS NULL AND confirmed_at IS NULL
   AND last_seen_at = %(at)s AND first_seen_at <= %(before)s
RETURNING code

-- name: differences_gone
UPDATE consistency_differences SET gone_at = %(at)s
 WHERE against = %(against)s AND gone_at IS NULL AND last_seen_at <> %(at)s
   AND (%(recomputed)s OR NOT recomputed) AND NOT code = ANY(%(moving)s::text[])

-- name: differences
SELECT against, municipality, code, kind, items, first_seen_at, last_seen_at, confirmed_at
  FROM consistency_differences
 WHERE gone_at IS NULL AND (%(against)s::text IS NULL OR against = %(against)s)
 ORDER BY against, municipality, code

-- name: count_confirmed
SELECT count(*) AS confirmed FROM consistency_differences WHERE gone_at IS NULL AND confirmed_at IS NOT NULL

-- name: plan_check
INSERT INTO consistency_due (against, recomputed, next_at) VALUES (%(against)s, %(recomputed)s, %(next_at)s)
ON CONFLICT DO NOTHING

-- name: lock_due
-- One that is further off than ever planned was planned before the clock went back.
SELECT against, recomputed FROM consistency_due
 WHERE (next_at <= %(now)s OR next_at > %(latest)s) AND against = ANY(%(partners)s::text[])
 ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: put_off
UPDATE consistency_due SET next_at = %(next_at)s WHERE against = %(against)s AND recomputed = %(recomputed)s

-- name: take_over
SELECT sent_copies_take_over(%(at)s) AS taken
