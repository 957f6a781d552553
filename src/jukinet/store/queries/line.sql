-- name: state
SELECT s.state, s.taken_at, s.measure_no, m.reason, m.asked_by, s.confirmed_by
  FROM line_steps s JOIN line_measures m USING (measure_no) ORDER BY s.step_no DESC LIMIT 1

-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' line', 0))

-- name: ask
INSERT INTO line_measures (wanted, reason, asked_by, asked_at, asked_in)
VALUES (%(wanted)s, %(reason)s, %(asked_by)s, %(asked_at)s, %(asked_in)s)
RETURNING measure_no

-- name: measure
SELECT measure_no, wanted, reason, asked_by, asked_at, asked_in FROM line_measures WHERE measure_no = %(measure_no)s

-- name: take
INSERT INTO line_steps (measure_no, state, confirmed_by, taken_at)
VALUES (%(measure_no)s, %(state)s, %(confirmed_by)s, %(taken_at)s)

-- name: asked
SELECT measure_no, wanted, reason, asked_by, asked_at, asked_in FROM line_measures m
 WHERE asked_at > %(since)s AND measure_no > coalesce((SELECT max(measure_no) FROM line_steps), 0)
 ORDER BY measure_no
