-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' ordinances', 0))

-- name: affairs
SELECT a.affair_no, a.ground, a.organ, a.ordinance, a.article, a.affair, a.valid_from, e.valid_to
  FROM ordinance_affairs a LEFT JOIN ordinance_affair_ends e USING (affair_no)
 ORDER BY a.affair_no

-- name: enter
INSERT INTO ordinance_affairs (ground, organ, ordinance, article, affair, valid_from, recorded_by, recorded_at)
VALUES (%(ground)s, %(organ)s, %(ordinance)s, %(article)s, %(affair)s, %(valid_from)s, %(recorded_by)s, %(recorded_at)s)
RETURNING affair_no

-- name: end
INSERT INTO ordinance_affair_ends (affair_no, valid_to, recorded_by, recorded_at)
VALUES (%(affair_no)s, %(valid_to)s, %(recorded_by)s, %(recorded_at)s)
