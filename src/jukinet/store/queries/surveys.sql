-- name: add
INSERT INTO surveys (kind, about, begun_on, recorded_at, operator, terminal)
VALUES (%(kind)s, %(about)s, %(begun_on)s, %(at)s, %(operator)s, %(terminal)s)
RETURNING survey_id

-- name: add_staff
INSERT INTO survey_staff (survey_id, staff_no, name, card_no)
VALUES (%(survey_id)s, %(staff_no)s, %(name)s, %(card_no)s)

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' survey ' || %(survey_id)s::bigint, 0))

-- name: found
SELECT s.survey_id, s.kind, s.about, s.begun_on
  FROM surveys s
 WHERE (%(survey_id)s::bigint IS NULL OR s.survey_id = %(survey_id)s)
   AND s.survey_id > %(after)s
   AND (%(ended)s OR NOT EXISTS (SELECT FROM survey_steps t WHERE t.survey_id = s.survey_id AND t.step = 'ended'))
 ORDER BY s.survey_id
 LIMIT %(most)s

-- name: staff
SELECT name, card_no FROM survey_staff WHERE survey_id = %(survey_id)s ORDER BY staff_no

-- name: steps
SELECT step, done_on, staff_no, resident_no, card, answer FROM survey_steps WHERE survey_id = %(survey_id)s ORDER BY step_no

-- name: add_step
INSERT INTO survey_steps (survey_id, step_no, step, done_on, staff_no, resident_no, card, answer, recorded_at, operator,
                          terminal)
VALUES (%(survey_id)s, %(step_no)s, %(step)s, %(done_on)s, %(staff_no)s, %(resident_no)s, %(card)s, %(answer)s, %(at)s,
        %(operator)s, %(terminal)s)
