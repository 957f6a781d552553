-- name: lanes_out
-- Each lane once, with the moment since when the first statement that the peer lacks has been here.
SELECT l.peer, l.stream, l.last_number - l.acknowledged AS waiting, l.acknowledged, l.failures, l.failing_since,
       l.attempt_after, l.halted, l.halted_at, l.last_problem, s.stored_at AS since
  FROM lanes_out AS l
  LEFT JOIN lane_out_items AS i
         ON i.peer = l.peer AND i.stream = l.stream AND i.lane_number = l.acknowledged + 1
  LEFT JOIN statements AS s USING (statement_id)
 ORDER BY l.peer, l.stream

-- name: hold_lane_out
SELECT FROM lanes_out WHERE peer = %(peer)s AND stream = %(stream)s FOR UPDATE

-- name: lanes_in
SELECT peer, stream, cursor, halted, halted_at, problem FROM lanes_in ORDER BY peer, stream

-- name: hold_lane_in
SELECT FROM lanes_in WHERE peer = %(peer)s AND stream = %(stream)s FOR UPDATE

-- name: unprepared
-- Without what is held, which waits for a person; since when, of what waits for the worker and for no peer's handshake.
WITH own AS (
    SELECT created_at, number IS NOT NULL OR %(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
             WHERE h.incarnation = %(incarnation)s AND h.peer = addressee AND h.shaken_at IS NOT NULL) AS can_go
      FROM outbox
     WHERE NOT signed AND (NOT held OR number IS NOT NULL OR kind NOT IN (SELECT kind FROM manual_kinds)))
SELECT (SELECT count(*) FROM own) + (SELECT count(*) FROM lane_out_items WHERE lane_number IS NULL) AS waiting,
       (SELECT min(created_at) FROM own WHERE can_go) AS since

-- name: held
SELECT count(*) AS waiting, min(created_at) AS since FROM outbox
 WHERE NOT signed AND held AND number IS NULL AND kind IN (SELECT kind FROM manual_kinds)

-- name: silent
-- What waits for a peer that has not shaken hands with this life.
SELECT addressee AS peer, count(*) AS waiting, min(created_at) AS since FROM outbox
 WHERE %(incarnation)s > 1 AND number IS NULL AND (NOT held OR kind NOT IN (SELECT kind FROM manual_kinds))
   AND NOT EXISTS (SELECT 1 FROM recovery_handshakes h
                    WHERE h.incarnation = %(incarnation)s AND h.peer = addressee AND h.shaken_at IS NOT NULL)
 GROUP BY addressee ORDER BY since, addressee

-- name: parked
SELECT stream, count(*) AS parked, min(parked_at) AS since FROM parked WHERE resolved_at IS NULL
 GROUP BY stream ORDER BY stream

-- name: audit_entries
SELECT coalesce(max(entry_id), 0) AS entries FROM audit_entries
