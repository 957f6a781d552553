-- Drafts of acts, and what became of them.

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' draft ' || %(draft_id)s::bigint, 0))

-- name: enter
INSERT INTO drafts (act, filing, tags, operator, terminal, entered_at)
VALUES (%(act)s, %(filing)s::jsonb, %(tags)s, %(operator)s, %(terminal)s, %(entered_at)s)
RETURNING draft_id

-- name: take_step
INSERT INTO draft_steps (draft_id, step_no, step, note, operator, terminal, taken_at)
VALUES (%(draft_id)s, %(step_no)s, %(step)s, %(note)s, %(operator)s, %(terminal)s, %(taken_at)s)

-- name: find
SELECT d.draft_id, d.act, d.filing::text AS filing, d.tags, d.operator, d.terminal, d.entered_at, s.step_no, s.step,
       s.note, s.operator AS step_operator
  FROM drafts d
  LEFT JOIN LATERAL (SELECT s.step_no, s.step, s.note, s.operator
                       FROM draft_steps s WHERE s.draft_id = d.draft_id ORDER BY s.step_no DESC LIMIT 1) s ON true
 WHERE d.draft_id = %(draft_id)s

-- name: open
SELECT d.draft_id, d.act, d.filing::text AS filing, d.tags, d.operator, d.terminal, d.entered_at, s.step_no, s.step,
       s.note, s.operator AS step_operator
  FROM drafts d
  LEFT JOIN LATERAL (SELECT s.step_no, s.step, s.note, s.operator
                       FROM draft_steps s WHERE s.draft_id = d.draft_id ORDER BY s.step_no DESC LIMIT 1) s ON true
 WHERE (s.step IS NULL OR s.step = 'returned') AND d.draft_id > %(after)s
   AND (%(operator)s::text IS NULL OR d.operator = %(operator)s)
   AND (%(terminal)s::text IS NULL OR d.terminal = %(terminal)s)
 ORDER BY d.draft_id
 LIMIT %(most)s
