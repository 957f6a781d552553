-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' work places', 0))

-- name: places
-- The last word on each.
SELECT DISTINCT ON (place) place, place_kind, place_name, closed, recorded_at
  FROM work_places ORDER BY place, step_no DESC

-- name: terminals
SELECT DISTINCT ON (terminal) terminal, place, closed, recorded_at
  FROM work_terminals ORDER BY terminal, step_no DESC

-- name: put_place
INSERT INTO work_places (place, place_kind, place_name, closed, recorded_by, recorded_at)
VALUES (%(place)s, %(kind)s, %(name)s, %(closed)s, %(by)s, %(at)s)

-- name: put_terminal
INSERT INTO work_terminals (terminal, place, closed, recorded_by, recorded_at)
VALUES (%(terminal)s, %(place)s, %(closed)s, %(by)s, %(at)s)
