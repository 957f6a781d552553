-- name: stage
SELECT intake_stage()

-- name: copy_rows
COPY intake_rows (line, resident_no, household_no, code, householder, dwelling, place, effective_on,
                  foreign_resident, birth_date, sex, name_keys, move_out_on, items, kinds, keys, pasts,
                  former_in, former_no, former_household, items_before, changed_on, held)
FROM STDIN

-- name: is_empty
SELECT NOT EXISTS (SELECT 1 FROM residents) AS empty

-- name: close_register
-- Nobody locks a record, or adds one, until this transaction ends; reading goes on.
LOCK TABLE residents IN EXCLUSIVE MODE

-- name: numbers_twice
SELECT line, first
  FROM (SELECT line, min(line) OVER (PARTITION BY resident_no) AS first
          FROM intake_rows WHERE resident_no IS NOT NULL) AS r
 WHERE line <> first ORDER BY line

-- name: codes_twice
SELECT line, first
  FROM (SELECT line, min(line) OVER (PARTITION BY code) AS first FROM intake_rows WHERE code IS NOT NULL) AS r
 WHERE line <> first ORDER BY line

-- name: second_householders
SELECT line, first
  FROM (SELECT line, min(line) OVER (PARTITION BY household_no) AS first
          FROM intake_rows WHERE householder AND household_no IS NOT NULL) AS r
 WHERE line <> first ORDER BY line

-- name: without_householder
-- Where a relationship could not be read, that is said; the householder may be that person.
SELECT min(line) AS line, min(line) AS first
  FROM intake_rows WHERE household_no IS NOT NULL
 GROUP BY household_no HAVING NOT bool_or(coalesce(householder, true))
 ORDER BY 1

-- name: apart
SELECT line, first
  FROM (SELECT line, dwelling,
               first_value(line) OVER household AS first, first_value(dwelling) OVER household AS home
          FROM intake_rows WHERE household_no IS NOT NULL AND dwelling IS NOT NULL
        WINDOW household AS (PARTITION BY household_no ORDER BY line)) AS r
 WHERE dwelling <> home ORDER BY line

-- name: add_residents
INSERT INTO residents (resident_no, present, code, household_no, foreign_resident, birth_date, sex, name_keys,
                       move_out_on, last_history_no)
SELECT resident_no, true, code, household_no, foreign_resident, birth_date, sex, name_keys, move_out_on,
       CASE WHEN items_before IS NULL THEN 1 ELSE 2 END
  FROM intake_rows
 WHERE place BETWEEN %(first)s AND %(last)s
 ORDER BY place

-- name: add_versions
INSERT INTO resident_versions (resident_id, history_no, reason, effective_on, effective_seq, recorded_at,
                               operator, terminal, present, items)
SELECT r.resident_id, 1, %(reason)s, i.effective_on, 1, %(recorded_at)s, %(operator)s, %(terminal)s, true,
       coalesce(i.items_before, i.items)
  FROM intake_rows i JOIN residents r USING (resident_no)
 WHERE i.place BETWEEN %(first)s AND %(last)s
 ORDER BY r.resident_id

-- name: add_search_keys
INSERT INTO resident_search_keys (resident_id, kind, key, past)
SELECT r.resident_id, k.kind, k.key, k.past::boolean
  FROM intake_rows i JOIN residents r USING (resident_no),
       unnest(string_to_array(i.kinds, E'\n'), string_to_array(i.keys, E'\n'),
              string_to_array(i.pasts, E'\n')) AS k (kind, key, past)
 WHERE i.place BETWEEN %(first)s AND %(last)s
 ORDER BY r.resident_id

-- name: take_codes
-- What stands in the file is drawn: nobody else is given it.
UPDATE code_pool p SET drawn_at = %(at)s
  FROM intake_rows i
 WHERE i.code = p.code AND p.drawn_at IS NULL

-- name: numbers_beyond
SELECT intake_numbers_beyond(max(left(resident_no, 10)::bigint), max(left(household_no, 10)::bigint))
  FROM intake_rows

-- name: count_protected
-- Residents under a support measure that nobody has ended.
SELECT count(DISTINCT p.resident_id) AS residents
  FROM support_measure_persons p
  JOIN residents r ON r.resident_id = p.resident_id AND r.present
 WHERE NOT EXISTS (SELECT 1 FROM support_measure_versions v
                    WHERE v.measure_id = p.measure_id AND v.ended_on IS NOT NULL)

-- name: present
-- Digits stand in the same order in every collation; so the index serves, and the first row comes at once.
SELECT r.resident_no, v.items::text AS items
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.present
 ORDER BY r.resident_no

-- name: codes_here
SELECT i.line
  FROM intake_rows i JOIN residents r ON r.code = i.code AND r.present
 WHERE i.code IS NOT NULL
 ORDER BY i.line

-- name: taken_before
SELECT i.line
  FROM intake_rows i JOIN former_numbers f ON f.municipality = i.former_in AND f.resident_no = i.former_no
 ORDER BY i.line

-- name: add_second_versions
-- The address of today, from the day on which the area passed; a record that begins later has it from its beginning.
INSERT INTO resident_versions (resident_id, history_no, reason, effective_on, effective_seq, recorded_at,
                               operator, terminal, present, items)
SELECT r.resident_id, 2, %(reason)s, greatest(i.changed_on, i.effective_on),
       CASE WHEN i.changed_on > i.effective_on THEN 1 ELSE 2 END,
       %(recorded_at)s, %(operator)s, %(terminal)s, true, i.items
  FROM intake_rows i JOIN residents r USING (resident_no)
 WHERE i.place BETWEEN %(first)s AND %(last)s
 ORDER BY r.resident_id

-- name: add_former_numbers
INSERT INTO former_numbers (resident_id, municipality, resident_no, household_no)
SELECT r.resident_id, i.former_in, i.former_no, i.former_household
  FROM intake_rows i JOIN residents r USING (resident_no)
 WHERE i.place BETWEEN %(first)s AND %(last)s
 ORDER BY r.resident_id

-- name: numbers_taken
SELECT resident_no FROM intake_rows ORDER BY place

-- name: held_over
SELECT r.resident_id FROM intake_rows i JOIN residents r USING (resident_no) WHERE i.held ORDER BY r.resident_id

-- name: former_numbers
SELECT f.municipality, f.resident_no AS former_resident_no, f.household_no AS former_household_no, r.resident_no
  FROM former_numbers f JOIN residents r USING (resident_id)
 ORDER BY f.municipality, f.resident_no

-- name: handed_over
-- A record that ended here with an address elsewhere was handed over to there, whatever was noted on it since. The
-- address before is that of the last version here; a hold is the person's own, the household's, or follows the person.
SELECT r.resident_no, v.items::text AS items, o.changed_on, o.begins_on, b.text, b.building,
       EXISTS (SELECT FROM (SELECT h.hold_id FROM holds h
                             WHERE h.resident_id = r.resident_id OR h.household_no = r.household_no
                            UNION SELECT f.hold_id FROM hold_followers f WHERE f.resident_id = r.resident_id) c
                CROSS JOIN LATERAL (SELECT hv.ended FROM hold_versions hv WHERE hv.hold_id = c.hold_id
                                     ORDER BY hv.version_no DESC LIMIT 1) s
                WHERE NOT s.ended) AS held
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 CROSS JOIN LATERAL (SELECT max(e.effective_on) FILTER (WHERE e.reason = 'handed-over') AS changed_on,
                            min(e.effective_on) AS begins_on
                       FROM resident_versions e WHERE e.resident_id = r.resident_id) o
 CROSS JOIN LATERAL (SELECT e.items -> 'address' ->> 'text' AS text, e.items -> 'address' ->> 'building' AS building
                       FROM resident_versions e
                      WHERE e.resident_id = r.resident_id
                        AND e.items -> 'address' ->> 'municipality' <> %(to)s
                      ORDER BY e.effective_on DESC, e.effective_seq DESC, e.history_no DESC LIMIT 1) b
 WHERE NOT r.present AND v.items -> 'address' ->> 'municipality' = %(to)s AND o.changed_on IS NOT NULL
 ORDER BY r.resident_no

-- name: homes
-- The address of each household, as one of its members has it.
SELECT DISTINCT ON (r.household_no) r.household_no, v.items -> 'address' ->> 'text' AS text,
       v.items -> 'address' ->> 'building' AS building
  FROM residents r
  JOIN resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
 WHERE r.present
 ORDER BY r.household_no, r.resident_id
