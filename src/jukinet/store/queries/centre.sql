-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' centre', 0))

-- name: stops
SELECT s.stop_no, s.ground, s.works, s.document, s.notified_on, s.first_day, s.last_day, r.resumed_on
  FROM centre_stops s LEFT JOIN centre_resumptions r USING (stop_no)
 ORDER BY s.stop_no

-- name: ends
SELECT prefecture, document, notified_on, first_day FROM delegation_ends ORDER BY prefecture

-- name: stop
INSERT INTO centre_stops (ground, works, document, notified_on, first_day, last_day, recorded_by, recorded_at)
VALUES (%(ground)s, %(works)s, %(document)s, %(notified_on)s, %(first_day)s, %(last_day)s, %(recorded_by)s, %(recorded_at)s)
RETURNING stop_no

-- name: resume
INSERT INTO centre_resumptions (stop_no, document, resumed_on, recorded_by, recorded_at)
VALUES (%(stop_no)s, %(document)s, %(resumed_on)s, %(recorded_by)s, %(recorded_at)s)

-- name: release
INSERT INTO delegation_ends (prefecture, document, notified_on, first_day, recorded_by, recorded_at)
VALUES (%(prefecture)s, %(document)s, %(notified_on)s, %(first_day)s, %(recorded_by)s, %(recorded_at)s)
