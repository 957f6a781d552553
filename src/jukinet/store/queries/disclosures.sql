-- name: agreeing
-- Whose record, present or past, agrees with the four items.
SELECT code FROM identity_records
 WHERE birth_date = %(birth_date)s AND sex = %(sex)s AND address_key = %(address)s
   AND (name_key = %(name)s OR nickname_key = %(name)s)
 ORDER BY code

-- name: linked
-- The code with those that followed it and those that went before. One that still has a record of its own is another
-- person's: the two had one code by mistake (Act Art. 30-2(2)).
WITH RECURSIVE later (code) AS (
    SELECT %(code)s::text
     UNION
    SELECT h.code FROM later JOIN identity_history h ON h.previous_code = later.code
     WHERE h.code IS NOT NULL
       AND NOT EXISTS (SELECT FROM identity_records r WHERE r.code = later.code AND r.live AND NOT r.superseded)
), linked (code) AS (
    SELECT code FROM later
     UNION
    SELECT h.previous_code FROM linked JOIN identity_history h ON h.code = linked.code
     WHERE h.previous_code IS NOT NULL
       AND NOT EXISTS (SELECT FROM identity_records r
                        WHERE r.code = h.previous_code AND r.live AND NOT r.superseded)
)
SELECT code FROM linked ORDER BY code

-- name: told
-- held_by: whose live record stands on this notice now; an area may have passed to another municipality than notified.
SELECT h.code, h.municipality, h.change_kind, h.reason, h.occurred_on, h.foreign_record, h.previous_code, h.name,
       h.nickname, h.birth_date, h.sex, h.address_in, h.address, h.building, h.received_on,
       (SELECT r.municipality FROM identity_records r
         WHERE r.code = h.code AND r.history_id = h.history_id AND r.live AND NOT r.superseded) AS held_by
  FROM identity_history h
 WHERE h.code = ANY(%(codes)s)
 ORDER BY h.history_id

-- name: told_without_code
SELECT h.code, h.municipality, h.change_kind, h.reason, h.occurred_on, h.foreign_record, h.previous_code, h.name,
       h.nickname, h.birth_date, h.sex, h.address_in, h.address, h.building, h.received_on, NULL AS held_by
  FROM identity_history h
 WHERE h.code IS NULL AND h.birth_date = %(birth_date)s AND h.sex = %(sex)s
 ORDER BY h.history_id

-- name: add
INSERT INTO disclosures (details, received_on, recorded_at, operator, terminal)
VALUES (%(details)s, %(received_on)s, %(at)s, %(operator)s, %(terminal)s)
RETURNING disclosure_id

-- name: hold
-- Two steps of one request are taken one after the other.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' disclosure ' || %(disclosure_id)s::bigint, 0))

-- name: found
-- Waiting: neither answered nor refused, or an inquiry about it has no result yet.
WITH steps AS (
    SELECT s.disclosure_id,
           jsonb_agg(jsonb_build_object('step', s.step, 'details', s.details, 'done_on', s.done_on) ORDER BY s.step_no)
               AS steps,
           bool_or(s.step IN ('answered', 'refused')) AS closed,
           count(*) FILTER (WHERE s.step = 'correction-asked') > count(*) FILTER (WHERE s.step = 'correction-told')
               AS inquiry
      FROM disclosure_steps s
     WHERE %(disclosure_id)s::bigint IS NULL OR s.disclosure_id = %(disclosure_id)s
     GROUP BY s.disclosure_id
)
SELECT d.disclosure_id, d.details, d.received_on, coalesce(s.steps, '[]') AS steps
  FROM disclosures d LEFT JOIN steps s USING (disclosure_id)
 WHERE (%(disclosure_id)s::bigint IS NULL OR d.disclosure_id = %(disclosure_id)s)
   AND (%(everything)s OR s.closed IS NOT TRUE OR s.inquiry)
 ORDER BY d.disclosure_id
 LIMIT %(most)s

-- name: add_step
INSERT INTO disclosure_steps (disclosure_id, step_no, step, details, done_on, recorded_at, operator, terminal)
VALUES (%(disclosure_id)s, %(step_no)s, %(step)s, %(details)s, %(done_on)s, %(at)s, %(operator)s, %(terminal)s)
