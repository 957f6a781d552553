-- name: add
INSERT INTO misuses (violation, who, said, known_on, recorded_at, operator, terminal)
VALUES (%(violation)s, %(who)s, %(said)s, %(known_on)s, %(at)s, %(operator)s, %(terminal)s)
RETURNING misuse_id AS number

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' misuse ' || %(misuse_id)s::bigint, 0))

-- name: found
SELECT m.misuse_id, m.violation, m.who, m.said, m.known_on
  FROM misuses m
 WHERE (%(misuse_id)s::bigint IS NULL OR m.misuse_id = %(misuse_id)s)
   AND (%(everything)s
        OR NOT EXISTS (SELECT FROM misuse_steps s WHERE s.misuse_id = m.misuse_id AND s.step = 'settled'))
 ORDER BY m.misuse_id
 LIMIT %(most)s

-- name: steps
SELECT step, done_on, said, paper, measure, until FROM misuse_steps WHERE misuse_id = %(misuse_id)s ORDER BY step_no

-- name: add_step
INSERT INTO misuse_steps (misuse_id, step_no, step, done_on, said, paper, measure, until, recorded_at, operator, terminal)
VALUES (%(misuse_id)s, %(step_no)s, %(step)s, %(done_on)s, %(said)s, %(paper)s, %(measure)s, %(until)s, %(at)s,
        %(operator)s, %(terminal)s)

-- name: add_opinion
INSERT INTO council_opinions (question, asked_on, said, paper, given_on, recorded_at, operator, terminal)
VALUES (%(question)s, %(asked_on)s, %(said)s, %(paper)s, %(given_on)s, %(at)s, %(operator)s, %(terminal)s)
RETURNING opinion_id AS number

-- name: opinions
SELECT opinion_id, question, asked_on, said, paper, given_on FROM council_opinions ORDER BY opinion_id LIMIT %(most)s
