-- name: any
SELECT EXISTS (SELECT FROM holds) AS some

-- name: on_residents
-- Set on the resident, on the household that the resident belongs to, or following the resident; not ended.
SELECT c.resident_id, v.hold_id, v.process, v.level, v.from_on, v.to_on
  FROM (SELECT h.resident_id, h.hold_id FROM holds h WHERE h.resident_id = ANY(%(resident_ids)s::bigint[])
        UNION
        SELECT r.resident_id, h.hold_id FROM residents r JOIN holds h USING (household_no)
         WHERE r.resident_id = ANY(%(resident_ids)s::bigint[])
        UNION
        SELECT f.resident_id, f.hold_id FROM hold_followers f
         WHERE f.resident_id = ANY(%(resident_ids)s::bigint[])) c
 CROSS JOIN LATERAL (SELECT v.hold_id, v.process, v.level, v.from_on, v.to_on, v.ended
                       FROM hold_versions v WHERE v.hold_id = c.hold_id ORDER BY v.version_no DESC LIMIT 1) v
 WHERE NOT v.ended
 ORDER BY c.resident_id, v.hold_id

-- name: on_household
SELECT v.hold_id, v.process, v.level, v.from_on, v.to_on
  FROM holds h
 CROSS JOIN LATERAL (SELECT v.hold_id, v.process, v.level, v.from_on, v.to_on, v.ended
                       FROM hold_versions v WHERE v.hold_id = h.hold_id ORDER BY v.version_no DESC LIMIT 1) v
 WHERE h.household_no = %(household_no)s AND NOT v.ended
 ORDER BY v.hold_id

-- name: follow_leaver
INSERT INTO hold_followers (hold_id, resident_id)
SELECT h.hold_id, %(resident_id)s::bigint
  FROM holds h
 CROSS JOIN LATERAL (SELECT v.ended FROM hold_versions v WHERE v.hold_id = h.hold_id
                      ORDER BY v.version_no DESC LIMIT 1) v
 WHERE h.household_no = %(household_no)s AND NOT v.ended
ON CONFLICT DO NOTHING

-- name: follow_returner
-- What stands on earlier records of the same person here stands on the new one: of the code, or of name and birth
-- date, since who fled may have another code by now.
INSERT INTO hold_followers (hold_id, resident_id)
SELECT DISTINCT c.hold_id, %(resident_id)s::bigint
  FROM (SELECT r.resident_id, r.household_no
          FROM residents n JOIN residents r ON r.code = n.code AND r.code IS NOT NULL AND NOT r.present
         WHERE n.resident_id = %(resident_id)s
        UNION
        SELECT r.resident_id, r.household_no
          FROM residents n JOIN residents r ON r.birth_date = n.birth_date AND r.name_keys && n.name_keys
         WHERE n.resident_id = %(resident_id)s AND NOT r.present) earlier
 CROSS JOIN LATERAL (SELECT h.hold_id FROM holds h WHERE h.resident_id = earlier.resident_id
                     UNION ALL SELECT h.hold_id FROM holds h WHERE h.household_no = earlier.household_no
                     UNION ALL SELECT f.hold_id FROM hold_followers f
                                WHERE f.resident_id = earlier.resident_id) c
 CROSS JOIN LATERAL (SELECT v.ended FROM hold_versions v WHERE v.hold_id = c.hold_id
                      ORDER BY v.version_no DESC LIMIT 1) v
 WHERE NOT v.ended
ON CONFLICT DO NOTHING

-- name: insert
INSERT INTO holds (resident_id, household_no) VALUES (%(resident_id)s, %(household_no)s) RETURNING hold_id

-- name: insert_version
INSERT INTO hold_versions (hold_id, version_no, process, level, from_on, to_on, ended, recorded_on, recorded_at,
                           operator, terminal)
VALUES (%(hold_id)s, 1, %(process)s, %(level)s, %(from_on)s, %(to_on)s, false, %(on)s, %(at)s, %(operator)s,
        %(terminal)s)

-- name: end
INSERT INTO hold_versions (hold_id, version_no, process, level, from_on, to_on, ended, recorded_on, recorded_at,
                           operator, terminal)
SELECT hold_id, version_no + 1, process, level, from_on, to_on, true, %(on)s, %(at)s, %(operator)s, %(terminal)s
  FROM hold_versions WHERE hold_id = %(hold_id)s
 ORDER BY version_no DESC LIMIT 1
RETURNING version_no

-- name: insert_reason
INSERT INTO hold_reasons (hold_id, version_no, reason) VALUES (%(hold_id)s, %(version_no)s, %(reason)s)

-- name: target
-- Whom a hold is on: the row that an act on it locks first.
SELECT h.household_no, r.resident_no,
       EXISTS (SELECT FROM support_measure_persons p WHERE p.hold_id = h.hold_id) AS of_measure
  FROM holds h LEFT JOIN residents r USING (resident_id)
 WHERE h.hold_id = %(hold_id)s

-- name: last_version
SELECT hold_id, process, level, from_on, to_on, ended
  FROM hold_versions WHERE hold_id = %(hold_id)s
 ORDER BY version_no DESC LIMIT 1

-- name: lifts
SELECT l.lift_id, l.hold_id, l.operator, l.until, l.one_act, u.lift_id IS NOT NULL AS used, l.browsing
  FROM hold_lifts l LEFT JOIN hold_lift_uses u USING (lift_id)
 WHERE l.hold_id = ANY(%(hold_ids)s::bigint[]) AND l.operator = %(operator)s AND l.until > %(now)s
 ORDER BY l.lift_id

-- name: insert_lift
INSERT INTO hold_lifts (hold_id, operator, one_act, until, reason, given_at, given_by, terminal, browsing)
VALUES (%(hold_id)s, %(operator)s, %(one_act)s, %(until)s, %(reason)s, %(at)s, %(given_by)s, %(terminal)s,
        %(browsing)s)

-- name: use_lift
INSERT INTO hold_lift_uses (lift_id, used_at) VALUES (%(lift_id)s, %(at)s) ON CONFLICT DO NOTHING

-- name: history
SELECT v.hold_id, v.version_no, v.process, v.level, v.from_on, v.to_on, v.ended, v.recorded_on, v.operator,
       h.household_no, w.reason
  FROM hold_versions v JOIN holds h USING (hold_id) LEFT JOIN hold_reasons w USING (hold_id, version_no)
 WHERE v.hold_id IN (SELECT hold_id FROM holds WHERE resident_id = %(resident_id)s
                     UNION
                     SELECT h.hold_id FROM residents r JOIN holds h USING (household_no)
                      WHERE r.resident_id = %(resident_id)s
                     UNION
                     SELECT hold_id FROM hold_followers WHERE resident_id = %(resident_id)s)
 ORDER BY v.hold_id, v.version_no

-- name: lift_history
SELECT l.hold_id, l.operator, l.one_act, l.until, l.reason, l.given_at, l.given_by, u.used_at, l.browsing
  FROM hold_lifts l LEFT JOIN hold_lift_uses u USING (lift_id)
 WHERE l.hold_id = ANY(%(hold_ids)s::bigint[])
 ORDER BY l.lift_id

-- name: past_end
-- Those of measures have no end of their own.
SELECT h.hold_id, h.household_no, r.resident_no, v.to_on
  FROM holds h LEFT JOIN residents r USING (resident_id)
 CROSS JOIN LATERAL (SELECT v.to_on, v.ended FROM hold_versions v WHERE v.hold_id = h.hold_id
                      ORDER BY v.version_no DESC LIMIT 1) v
 WHERE NOT v.ended AND v.to_on < %(on)s
 ORDER BY v.to_on, h.hold_id
