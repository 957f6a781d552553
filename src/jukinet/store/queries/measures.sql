-- name: insert
INSERT INTO support_measures (applied_on) VALUES (%(applied_on)s) RETURNING measure_id

-- name: insert_version
INSERT INTO support_measure_versions (measure_id, version_no, step, starts_on, ends_on, ended_on, ended_for,
                                      recorded_on, recorded_at, operator, terminal)
SELECT %(measure_id)s, coalesce(max(version_no), 0) + 1, %(step)s, %(starts_on)s::date, %(ends_on)s::date,
       %(ended_on)s::date, %(ended_for)s, %(on)s, %(at)s, %(operator)s, %(terminal)s
  FROM support_measure_versions WHERE measure_id = %(measure_id)s
RETURNING version_no

-- name: insert_details
INSERT INTO support_measure_details (measure_id, version_no, details)
VALUES (%(measure_id)s, %(version_no)s, %(details)s::jsonb)

-- name: insert_person
INSERT INTO support_measure_persons (measure_id, resident_id, hold_id, applicant, relationship)
VALUES (%(measure_id)s, %(resident_id)s, %(hold_id)s, %(applicant)s, %(relationship)s)

-- name: insert_forward
INSERT INTO support_measure_forwards (measure_id, municipality, forwarded_on, recorded_at, operator, terminal)
VALUES (%(measure_id)s, %(municipality)s, %(forwarded_on)s, %(at)s, %(operator)s, %(terminal)s)

-- name: persons
SELECT p.resident_id, r.resident_no, p.hold_id, p.applicant, p.relationship
  FROM support_measure_persons p JOIN residents r USING (resident_id)
 WHERE p.measure_id = %(measure_id)s
 ORDER BY p.applicant DESC, p.resident_id

-- name: one
SELECT m.measure_id, m.applied_on, v.starts_on, v.ends_on, v.ended_on, v.ended_for
  FROM support_measures m JOIN support_measure_versions v USING (measure_id)
 WHERE m.measure_id = %(measure_id)s
 ORDER BY v.version_no DESC LIMIT 1

-- name: of_resident
-- Of the resident's own record, or of an earlier one whose hold followed; ``applicant``: the one who applied.
SELECT m.measure_id, m.applied_on, v.starts_on, v.ends_on, v.ended_on, v.ended_for, who.present,
       %(resident_id)s::bigint = ANY(who.ids) AS applicant
  FROM support_measures m
 CROSS JOIN LATERAL (SELECT v.starts_on, v.ends_on, v.ended_on, v.ended_for
                       FROM support_measure_versions v WHERE v.measure_id = m.measure_id ORDER BY v.version_no DESC LIMIT 1) v
 CROSS JOIN LATERAL (
       SELECT array_agg(r.resident_id) AS ids, bool_or(r.present) AS present
         FROM support_measure_persons p
         JOIN residents r ON r.resident_id = p.resident_id
              OR r.resident_id IN (SELECT f.resident_id FROM hold_followers f WHERE f.hold_id = p.hold_id)
        WHERE p.measure_id = m.measure_id AND p.applicant) who
 WHERE m.measure_id IN (SELECT p.measure_id FROM support_measure_persons p
                         WHERE p.resident_id = %(resident_id)s
                            OR p.hold_id IN (SELECT hold_id FROM hold_followers WHERE resident_id = %(resident_id)s))
 ORDER BY m.measure_id

-- name: standing
-- Every measure that nobody has ended, with the records of its persons here: their own and those that followed.
SELECT m.measure_id, m.applied_on, v.starts_on, v.ends_on, v.ended_on, v.ended_for, who.ids, who.present
  FROM support_measures m
 CROSS JOIN LATERAL (SELECT v.starts_on, v.ends_on, v.ended_on, v.ended_for
                       FROM support_measure_versions v WHERE v.measure_id = m.measure_id ORDER BY v.version_no DESC LIMIT 1) v
 CROSS JOIN LATERAL (
       SELECT array_agg(r.resident_id ORDER BY r.resident_id) AS ids,
              bool_or(r.present) FILTER (WHERE p.applicant) AS present
         FROM support_measure_persons p
         JOIN residents r ON r.resident_id = p.resident_id
              OR r.resident_id IN (SELECT f.resident_id FROM hold_followers f WHERE f.hold_id = p.hold_id)
        WHERE p.measure_id = m.measure_id) who
 WHERE v.ended_on IS NULL
 ORDER BY m.measure_id

-- name: history
SELECT v.measure_id, v.version_no, v.step, v.starts_on, v.ends_on, v.ended_on, v.ended_for, v.recorded_on,
       v.operator, d.details::text AS details
  FROM support_measure_versions v LEFT JOIN support_measure_details d USING (measure_id, version_no)
 WHERE v.measure_id = %(measure_id)s
 ORDER BY v.version_no

-- name: forwards
SELECT measure_id, municipality, forwarded_on
  FROM support_measure_forwards
 WHERE measure_id = ANY(%(measure_ids)s::bigint[])
 ORDER BY forward_id

-- name: offenders
-- As every version of a measure that nobody has ended names them: what was once said of somebody still warns.
SELECT DISTINCT d.details -> 'offender' ->> 'name' AS name, d.details -> 'offender' ->> 'resident_no' AS resident_no
  FROM support_measure_persons p
  JOIN support_measure_details d USING (measure_id)
 WHERE (p.resident_id = %(resident_id)s
        OR p.hold_id IN (SELECT hold_id FROM hold_followers WHERE resident_id = %(resident_id)s))
   AND jsonb_typeof(d.details -> 'offender') = 'object'
   AND NOT EXISTS (SELECT 1 FROM support_measure_versions v
                    WHERE v.measure_id = p.measure_id AND v.ended_on IS NOT NULL)
