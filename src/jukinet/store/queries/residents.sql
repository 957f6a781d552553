-- Rows are locked by one statement and read by the next (``held``). A statement that waited for a lock goes on
-- with its old view of every other table: joined in one, the newest version would be missing, and with it the row.

-- name: held
SELECT r.resident_id, r.resident_no, r.present, r.last_history_no, v.items::text AS items
  FROM unnest(%(resident_ids)s::bigint[]) WITH ORDINALITY AS locked (resident_id, place)
  JOIN residents r USING (resident_id)
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 ORDER BY locked.place

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(what)s, 0))

-- name: last_history_no
SELECT resident_no, last_history_no FROM residents WHERE resident_id = %(resident_id)s

-- name: lock_row
SELECT resident_id
  FROM residents r
 WHERE r.resident_no = %(resident_no)s
   FOR UPDATE

-- name: lock_together
-- Two branches for a code, one for each index; every row once, in one order for all acts.
SELECT resident_id
  FROM residents r
 WHERE r.resident_id IN (
         SELECT resident_id FROM residents WHERE resident_no = ANY(%(numbers)s::text[])
         UNION ALL
         SELECT resident_id FROM residents WHERE present AND household_no = ANY(%(households)s::text[])
         UNION ALL
         SELECT resident_id FROM residents WHERE present AND code IS NOT NULL AND code = ANY(%(codes)s::text[])
         UNION ALL
         SELECT resident_id FROM residents WHERE NOT present AND code IS NOT NULL AND code = ANY(%(codes)s::text[]))
 ORDER BY r.resident_id
   FOR UPDATE

-- name: lock_household_ever
-- Two branches, one for each index.
SELECT resident_id
  FROM residents r
 WHERE (r.present AND r.household_no = %(household_no)s) OR (NOT r.present AND r.household_no = %(household_no)s)
 ORDER BY r.resident_id
   FOR UPDATE

-- name: household_ever
SELECT resident_id, resident_no
  FROM residents r
 WHERE (r.present AND r.household_no = %(household_no)s) OR (NOT r.present AND r.household_no = %(household_no)s)
 ORDER BY r.resident_id

-- name: household_of
SELECT household_no FROM residents WHERE code = %(code)s AND present

-- name: last_household_of
-- Two branches, one for each index.
SELECT household_no FROM (
         SELECT household_no, 1 AS place, resident_id FROM residents WHERE present AND code = %(code)s
         UNION ALL
         SELECT household_no, 2, resident_id FROM residents WHERE NOT present AND code = %(code)s) AS holders
 ORDER BY place, resident_id DESC
 LIMIT 1

-- name: households_of
SELECT DISTINCT household_no FROM residents WHERE present AND resident_no = ANY(%(numbers)s::text[])

-- name: families_of
SELECT household_no FROM residents WHERE present AND resident_no = ANY(%(numbers)s::text[])
UNION
SELECT household_no FROM residents WHERE present AND code IS NOT NULL AND code = ANY(%(codes)s::text[])

-- name: last_standing
SELECT resident_id, resident_no, household_no, code FROM residents WHERE resident_no = ANY(%(numbers)s::text[])

-- name: of_act
-- What an act wrote of its own; what it stated again besides follows from that.
SELECT r.resident_no, v.history_no
  FROM resident_versions v JOIN residents r USING (resident_id)
 WHERE v.act_no = %(act_no)s AND v.restates IS NULL
 ORDER BY r.resident_no, v.history_no

-- name: uncoded_by_facts
SELECT resident_no
  FROM residents r
 WHERE r.birth_date = %(birth_date)s AND r.name_keys && %(name_keys)s AND r.code IS NULL
 ORDER BY r.resident_id

-- name: present_by_facts
SELECT resident_id
  FROM residents r
 WHERE r.birth_date = %(birth_date)s AND r.name_keys && %(name_keys)s AND r.present
 ORDER BY r.resident_id

-- name: left_by_facts
-- Who died does not come back.
SELECT r.resident_id
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.birth_date = %(birth_date)s AND r.name_keys && %(name_keys)s AND NOT r.present AND v.reason <> 'death'
 ORDER BY r.resident_id

-- name: left
SELECT r.resident_id
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.resident_id = ANY(%(resident_ids)s::bigint[]) AND NOT r.present AND v.reason <> 'death'
 ORDER BY r.resident_id DESC

-- name: left_with_document
SELECT r.resident_no
  FROM resident_search_keys k JOIN residents r USING (resident_id)
 WHERE k.kind = %(kind)s AND k.key = %(key)s AND NOT r.present

-- name: set_aside
-- After the last of those set aside before, also where one of them was erased.
UPDATE residents SET resident_no = resident_no || '/' || (
       SELECT coalesce(max(split_part(e.resident_no, '/', 2)::integer), 0) + 1
         FROM residents e WHERE e.resident_no = ANY(%(earlier)s::text[]))
 WHERE resident_no = %(resident_no)s AND NOT present

-- name: present_once_with_code
-- By the changes on request first, which are few and indexed: what stood before one of them was that person's code.
SELECT EXISTS (
    SELECT FROM resident_versions c
      JOIN residents r ON r.resident_id = c.resident_id AND r.present
     CROSS JOIN LATERAL (SELECT b.items ->> 'code' AS code FROM resident_versions b
                          WHERE b.resident_id = c.resident_id
                            AND (b.effective_on, b.effective_seq) < (c.effective_on, c.effective_seq)
                          ORDER BY b.effective_on DESC, b.effective_seq DESC, b.history_no DESC LIMIT 1) before
     WHERE c.reason = 'code-change-requested' AND c.resident_id <> %(resident_id)s
       AND before.code = %(code)s) AS some

-- name: lock_uncoded_foreign
SELECT resident_id
  FROM residents r
 WHERE r.present AND r.code IS NULL AND r.foreign_resident AND r.resident_id > %(after)s
 ORDER BY r.resident_id
 LIMIT %(most)s
   FOR UPDATE

-- name: uncoded_foreign
SELECT resident_id
  FROM residents r
 WHERE r.present AND r.code IS NULL AND r.foreign_resident AND r.resident_id > %(after)s
 ORDER BY r.resident_id
 LIMIT %(most)s

-- name: lock_uncoded
SELECT resident_id
  FROM residents r
 WHERE r.present AND r.code IS NULL AND r.resident_id > %(after)s
 ORDER BY r.resident_id
 LIMIT %(most)s
   FOR UPDATE

-- name: due_move_outs
SELECT resident_id, resident_no FROM residents
 WHERE present AND move_out_on <= %(on)s AND resident_id > %(after)s
 ORDER BY resident_id
 LIMIT %(most)s

-- name: insert
INSERT INTO residents (resident_no, present, code, household_no, foreign_resident, birth_date, sex, name_keys,
                       move_out_on, last_history_no)
VALUES (%(resident_no)s, true, %(code)s, %(household_no)s, %(foreign_resident)s, %(birth_date)s, %(sex)s,
        %(name_keys)s, %(move_out_on)s, 1)
RETURNING resident_id

-- name: update
UPDATE residents
   SET present = %(present)s, code = %(code)s, household_no = %(household_no)s,
       foreign_resident = %(foreign_resident)s, birth_date = %(birth_date)s, sex = %(sex)s,
       name_keys = %(name_keys)s, move_out_on = %(move_out_on)s, last_history_no = %(history_no)s
 WHERE resident_id = %(resident_id)s AND last_history_no = %(history_no)s - 1

-- name: insert_version
-- The first version that a transaction writes draws the number of its act.
INSERT INTO resident_versions (resident_id, history_no, reason, effective_on, effective_seq, recorded_at,
                               operator, terminal, notified_on, restates, present, items, act_no)
VALUES (%(resident_id)s, %(history_no)s, %(reason)s, %(effective_on)s, %(effective_seq)s, %(recorded_at)s,
        %(operator)s, %(terminal)s, %(notified_on)s, %(restates)s, %(present)s, %(items)s::jsonb,
        coalesce(%(act_no)s, nextval('register_act_serial')))
RETURNING act_no

-- name: next_effective_seq
SELECT coalesce(max(effective_seq), 0) + 1 AS seq
  FROM resident_versions WHERE resident_id = %(resident_id)s AND effective_on = %(effective_on)s

-- name: next_resident_serial
SELECT nextval('resident_serial') AS serial

-- name: next_household_serial
SELECT nextval('household_serial') AS serial

-- name: begins_on
SELECT min(effective_on) AS day FROM resident_versions WHERE resident_id = %(resident_id)s

-- name: history
SELECT history_no, reason, effective_on, effective_seq, recorded_at, operator, terminal, notified_on, restates,
       present, items::text AS items, act_no
  FROM resident_versions WHERE resident_id = %(resident_id)s ORDER BY history_no

-- name: as_known
SELECT DISTINCT ON (resident_id)
       history_no, reason, effective_on, effective_seq, recorded_at, operator, terminal, notified_on, restates,
       present, items::text AS items, act_no
  FROM resident_versions
 WHERE resident_id = %(resident_id)s AND effective_on <= %(on)s
   AND (%(known_at)s::timestamptz IS NULL OR recorded_at <= %(known_at)s)
 ORDER BY resident_id, effective_on DESC, effective_seq DESC, history_no DESC

-- name: later_effective
SELECT DISTINCT ON (effective_on, effective_seq)
       history_no, reason, effective_on, effective_seq, recorded_at, operator, terminal, notified_on, restates,
       present, items::text AS items, act_no
  FROM resident_versions
 WHERE resident_id = %(resident_id)s AND effective_on > %(effective_on)s
 ORDER BY effective_on, effective_seq, history_no DESC

-- name: add_code_notice
INSERT INTO code_notices (resident_id, history_no, kind, code, decided_on)
VALUES (%(resident_id)s, %(history_no)s, %(kind)s, %(code)s, %(decided_on)s)

-- name: everybody
-- Digits stand in the same order in every collation; so the index serves, and the first row comes at once.
SELECT r.resident_id, r.resident_no, r.present, r.last_history_no, v.items::text AS items
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.present = %(present)s
 ORDER BY r.resident_no

-- name: without_householder
-- Households of which no present member is recorded as householder.
SELECT r.household_no, array_agg(r.resident_no ORDER BY r.resident_no) AS resident_nos
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.present
 GROUP BY r.household_no
HAVING bool_and(v.items ->> 'relationship' <> %(householder)s)
 ORDER BY r.household_no
 LIMIT %(most)s
