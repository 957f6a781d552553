-- name: add
INSERT INTO resident_notes (resident_id, kind, history_no) VALUES (%(resident_id)s, %(kind)s, %(history_no)s)
RETURNING note_id

-- name: add_version
INSERT INTO resident_note_versions (note_id, version_no, resident_id, text, recorded_at, operator, terminal)
SELECT %(note_id)s, coalesce(max(version_no), 0) + 1, %(resident_id)s, %(text)s, %(at)s, %(operator)s, %(terminal)s
  FROM resident_note_versions WHERE note_id = %(note_id)s

-- name: of_resident
SELECT n.note_id, n.kind, n.history_no, v.text, v.recorded_at, v.operator
  FROM resident_notes n JOIN resident_note_versions v USING (note_id)
 WHERE n.resident_id = %(resident_id)s
 ORDER BY n.note_id, v.version_no

-- name: hold_reasons
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' reason_remarks', 0))

-- name: registered
SELECT reason, text
  FROM (SELECT DISTINCT ON (reason) reason, text FROM reason_remarks ORDER BY reason, remark_id DESC) AS newest
 WHERE text IS NOT NULL
 ORDER BY reason

-- name: registered_for
SELECT text FROM reason_remarks WHERE reason = %(reason)s ORDER BY remark_id DESC LIMIT 1

-- name: register
INSERT INTO reason_remarks (reason, text, recorded_at, operator, terminal)
VALUES (%(reason)s, %(text)s, %(at)s, %(operator)s, %(terminal)s)
