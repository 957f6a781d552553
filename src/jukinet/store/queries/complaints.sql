-- name: add
INSERT INTO complaints (said, received_on, recorded_at, operator, terminal)
VALUES (%(said)s, %(received_on)s, %(at)s, %(operator)s, %(terminal)s)
RETURNING complaint_id

-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' complaint ' || %(complaint_id)s::bigint, 0))

-- name: found
SELECT c.complaint_id, c.said, c.received_on, s.said AS answer, s.done_on
  FROM complaints c LEFT JOIN complaints_settled s USING (complaint_id)
 WHERE (%(complaint_id)s::bigint IS NULL OR c.complaint_id = %(complaint_id)s)
   AND (%(everything)s OR s.complaint_id IS NULL)
 ORDER BY c.complaint_id
 LIMIT %(most)s

-- name: settle
INSERT INTO complaints_settled (complaint_id, said, done_on, recorded_at, operator, terminal)
VALUES (%(complaint_id)s, %(said)s, %(done_on)s, %(at)s, %(operator)s, %(terminal)s)
