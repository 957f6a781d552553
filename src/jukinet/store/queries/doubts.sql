-- name: add
INSERT INTO doubts (source, resident_no, by_no, said, received_on, history_no, municipality, recorded_at, operator,
                    terminal)
VALUES (%(source)s, %(resident_no)s, %(by_no)s, %(said)s, %(received_on)s, %(history_no)s, %(municipality)s, %(at)s,
        %(operator)s, %(terminal)s)
RETURNING doubt_id

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' doubt ' || %(doubt_id)s::bigint, 0))

-- name: found
SELECT d.doubt_id, d.source, d.resident_no, d.by_no, d.said, d.received_on, d.history_no, d.municipality,
       ARRAY(SELECT s.step FROM doubt_steps s WHERE s.doubt_id = d.doubt_id ORDER BY s.step_no) AS steps,
       ARRAY(SELECT s.done_on FROM doubt_steps s WHERE s.doubt_id = d.doubt_id ORDER BY s.step_no) AS days,
       (SELECT max(s.due_on) FROM doubt_steps s WHERE s.doubt_id = d.doubt_id) AS due_on,
       (SELECT s.lives_in FROM doubt_steps s WHERE s.doubt_id = d.doubt_id AND s.lives_in IS NOT NULL
         ORDER BY s.step_no DESC LIMIT 1) AS lives_in
  FROM doubts d
 WHERE (%(doubt_id)s::bigint IS NULL OR d.doubt_id = %(doubt_id)s)
   AND d.doubt_id > %(after)s
   AND (%(closed)s OR NOT EXISTS (SELECT FROM doubt_steps s WHERE s.doubt_id = d.doubt_id AND s.step IN ('corrected', 'right')))
 ORDER BY d.doubt_id
 LIMIT %(most)s

-- name: add_step
INSERT INTO doubt_steps (doubt_id, step_no, step, done_on, due_on, lives_in, recorded_at, operator, terminal)
VALUES (%(doubt_id)s, %(step_no)s, %(step)s, %(done_on)s, %(due_on)s, %(lives_in)s, %(at)s, %(operator)s, %(terminal)s)
