-- name: add
INSERT INTO koseki_messages (statement_id, kind, origin, body, received_on, received_at, over_at, outcome)
VALUES (%(statement_id)s, %(kind)s, %(origin)s, %(body)s, %(on)s, %(at)s, %(over_at)s, %(outcome)s)

-- name: lock_waiting
SELECT statement_id, kind, origin, received_on, body FROM koseki_messages
 WHERE statement_id = %(statement_id)s AND over_at IS NULL
   FOR UPDATE

-- name: close
UPDATE koseki_messages SET over_at = %(at)s, outcome = %(outcome)s WHERE statement_id = %(statement_id)s

-- name: waiting
SELECT statement_id, kind, origin, received_at FROM koseki_messages WHERE over_at IS NULL
 ORDER BY received_at, statement_id
