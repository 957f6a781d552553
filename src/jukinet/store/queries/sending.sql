-- name: set_mode
INSERT INTO sending_modes (kind, manual, reason, set_at, operator)
VALUES (%(kind)s, %(manual)s, %(reason)s, %(at)s, %(operator)s)

-- name: hold_mode
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'sending mode', 0))

-- name: manual_kinds
SELECT kind FROM manual_kinds ORDER BY kind

-- name: held_before
-- What waits of the same stream for the same addressee and was put before: it goes first.
SELECT EXISTS (SELECT FROM outbox b JOIN outbox o ON o.entry_id = %(entry_id)s
                WHERE b.held AND b.number IS NULL AND b.entry_id < o.entry_id
                  AND b.stream = o.stream AND b.addressee = o.addressee) AS found

-- name: release
UPDATE outbox SET held = false WHERE entry_id = %(entry_id)s AND held AND number IS NULL RETURNING statement_id

-- name: sent
SELECT o.entry_id, o.statement_id, o.kind, o.addressee, o.created_at, o.number,
       CASE WHEN o.number IS NULL AND o.held AND o.kind IN (SELECT kind FROM manual_kinds) THEN 'held'
            WHEN i.lane_number <= l.acknowledged THEN 'delivered'
            ELSE 'waiting' END AS state
  FROM outbox o
  LEFT JOIN lane_out_items i ON i.statement_id = o.statement_id AND i.peer = o.addressee
  LEFT JOIN lanes_out l ON l.peer = i.peer AND l.stream = i.stream
 WHERE (%(kind)s::text IS NULL OR o.kind = %(kind)s) AND (%(before)s::bigint IS NULL OR o.entry_id < %(before)s)
 ORDER BY o.entry_id DESC
 LIMIT %(most)s

-- name: overdue
-- What the next node has not acknowledged, this node's own and what it passes on: how many, and since when the oldest
-- waits.
SELECT peer, kind, min(since) AS since, count(*) AS count, max(problem) AS problem, bool_or(held) AS held
  FROM (SELECT addressee AS peer, kind, created_at AS since, NULL::text AS problem,
               held AND number IS NULL AND kind IN (SELECT kind FROM manual_kinds) AS held
          FROM outbox WHERE NOT signed
        UNION ALL
        SELECT i.peer, s.kind, s.stored_at, l.last_problem, false
          FROM lanes_out l
          JOIN lane_out_items i ON i.peer = l.peer AND i.stream = l.stream AND i.lane_number > l.acknowledged
          JOIN statements s USING (statement_id)
        UNION ALL
        SELECT i.peer, s.kind, s.stored_at, NULL, false
          FROM lane_out_items i JOIN statements s USING (statement_id) WHERE i.lane_number IS NULL) AS waiting
 GROUP BY peer, kind
 ORDER BY since, peer, kind

-- name: parked_here
SELECT p.parked_id, s.kind, s.origin, p.parked_at, p.problem
  FROM parked p JOIN statements s USING (statement_id) WHERE p.resolved_at IS NULL ORDER BY p.parked_id

-- name: open_questions
SELECT application_id AS reference, home AS municipality, changed_at AS since, 'nationwide-copy' AS kind
  FROM nationwide_copies WHERE state = 'intended'
UNION ALL
SELECT request_id, previous, changed_at, 'move-out-particulars' FROM move_in_requests WHERE state = 'intended'
 ORDER BY since, reference

-- name: received
-- A municipality keeps few statements of others: they are looked through.
SELECT s.statement_id, s.kind, s.origin, s.stored_at,
       CASE WHEN p.parked_id IS NULL THEN 'taken' WHEN p.resolved_at IS NULL THEN 'parked' ELSE 'closed' END AS state
  FROM statements s LEFT JOIN parked p USING (statement_id)
 WHERE s.origin <> %(here)s AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
 ORDER BY s.stored_at DESC, s.statement_id
 LIMIT %(most)s
