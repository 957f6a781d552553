-- name: add
INSERT INTO tellings (resident_id, history_no, way, decided_on, open_until)
VALUES (%(resident_id)s, %(history_no)s, %(way)s, %(decided_on)s, %(open_until)s)

-- name: since
SELECT r.resident_no, t.history_no, t.way, t.decided_on, t.open_until
  FROM tellings t
  JOIN residents r USING (resident_id)
 WHERE t.decided_on >= %(first)s
 ORDER BY t.decided_on, t.telling_id
 LIMIT %(most)s
