-- name: add
INSERT INTO tellings (resident_id, history_no, way, decided_on, open_until)
VALUES (%(resident_id)s, %(history_no)s, %(way)s, %(decided_on)s, %(open_until)s)

-- name: since
SELECT t.telling_id, t.resident_id, r.resident_no, t.history_no, t.way, t.decided_on, t.open_until, s.steps, s.days
  FROM tellings t
  JOIN residents r USING (resident_id)
 CROSS JOIN LATERAL (SELECT coalesce(array_agg(n.step ORDER BY n.step_id), '{}') AS steps,
                            coalesce(array_agg(n.done_on ORDER BY n.step_id), '{}') AS days
                       FROM telling_steps n WHERE n.telling_id = t.telling_id) s
 WHERE t.decided_on >= %(first)s
   AND (t.decided_on, t.telling_id) > (%(day)s, %(number)s)
 ORDER BY t.decided_on, t.telling_id
 LIMIT %(most)s

-- name: still_open
-- A letter is done when it was sent, what was posted or laid open when that has ended.
SELECT t.telling_id, t.resident_id, r.resident_no, t.history_no, t.way, t.decided_on, t.open_until, s.steps, s.days
  FROM tellings t
  JOIN residents r USING (resident_id)
 CROSS JOIN LATERAL (SELECT coalesce(array_agg(n.step ORDER BY n.step_id), '{}') AS steps,
                            coalesce(array_agg(n.done_on ORDER BY n.step_id), '{}') AS days
                       FROM telling_steps n WHERE n.telling_id = t.telling_id) s
 WHERE NOT s.steps && '{sent,ended}'
   AND (t.decided_on, t.telling_id) > (%(day)s, %(number)s)
 ORDER BY t.decided_on, t.telling_id
 LIMIT %(most)s

-- name: find
SELECT t.telling_id, t.resident_id, r.resident_no, t.history_no, t.way, t.decided_on, t.open_until, s.steps, s.days
  FROM tellings t
  JOIN residents r USING (resident_id)
 CROSS JOIN LATERAL (SELECT coalesce(array_agg(n.step ORDER BY n.step_id), '{}') AS steps,
                            coalesce(array_agg(n.done_on ORDER BY n.step_id), '{}') AS days
                       FROM telling_steps n WHERE n.telling_id = t.telling_id) s
 WHERE t.telling_id = %(telling_id)s

-- name: resident_of
SELECT r.resident_no FROM tellings t JOIN residents r USING (resident_id) WHERE t.telling_id = %(telling_id)s

-- name: add_step
INSERT INTO telling_steps (telling_id, resident_id, step, done_on, operator, terminal, recorded_at)
VALUES (%(telling_id)s, %(resident_id)s, %(step)s, %(done_on)s, %(operator)s, %(terminal)s, %(at)s)
