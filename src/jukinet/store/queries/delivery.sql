-- name: put
INSERT INTO outbox (stream, addressee, kind, body, created_at, statement_id)
VALUES (%(stream)s, %(addressee)s, %(kind)s, %(body)s, %(created_at)s, %(statement_id)s)

-- name: unnumbered_streams
-- Not those of a peer that a restored node has not shaken hands with: it may hold what waits here, under its number.
SELECT DISTINCT stream, addressee FROM outbox
 WHERE number IS NULL
   AND (%(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
        WHERE h.incarnation = %(incarnation)s AND h.peer = addressee AND h.shaken_at IS NOT NULL))
 ORDER BY stream, addressee

-- name: open_origin_stream
INSERT INTO origin_streams (stream, addressee, incarnation) VALUES (%(stream)s, %(addressee)s, %(incarnation)s)
ON CONFLICT DO NOTHING

-- name: lock_origin_stream
SELECT last_number FROM origin_streams
 WHERE stream = %(stream)s AND addressee = %(addressee)s AND incarnation = %(incarnation)s
   FOR UPDATE

-- name: number_outbox
WITH next AS (
    SELECT entry_id, %(last)s + row_number() OVER (ORDER BY entry_id) AS number
      FROM (SELECT entry_id FROM outbox
             WHERE number IS NULL AND stream = %(stream)s AND addressee = %(addressee)s
             ORDER BY entry_id LIMIT %(most)s) AS waiting)
UPDATE outbox SET number = next.number, incarnation = %(incarnation)s
  FROM next WHERE outbox.entry_id = next.entry_id

-- name: advance_origin_stream
UPDATE origin_streams SET last_number = last_number + %(count)s
 WHERE stream = %(stream)s AND addressee = %(addressee)s AND incarnation = %(incarnation)s

-- name: unsigned
SELECT entry_id, stream, addressee, kind, body, created_at, statement_id, incarnation, number
  FROM outbox WHERE number IS NOT NULL AND NOT signed
 ORDER BY stream, addressee, incarnation, number LIMIT %(most)s
   FOR UPDATE

-- name: still_unsigned
SELECT entry_id FROM outbox WHERE entry_id = ANY(%(entries)s) AND NOT signed ORDER BY entry_id FOR UPDATE

-- name: mark_signed
UPDATE outbox SET signed = true WHERE entry_id = ANY(%(entries)s)

-- name: keep_statement
INSERT INTO statements (statement_id, kind, origin, incarnation, stream, first_addressee, number, envelope,
                        digest, stored_at)
VALUES (%(statement_id)s, %(kind)s, %(origin)s, %(incarnation)s, %(stream)s, %(first_addressee)s, %(number)s,
        %(envelope)s, %(digest)s, %(stored_at)s)

-- name: statement
SELECT envelope, digest FROM statements WHERE statement_id = %(statement_id)s

-- name: queue
INSERT INTO lane_out_items (peer, stream, statement_id) VALUES (%(peer)s, %(stream)s, %(statement_id)s)

-- name: unnumbered_lanes
SELECT DISTINCT i.peer, i.stream FROM lane_out_items i
 WHERE i.lane_number IS NULL
   AND (%(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
        WHERE h.incarnation = %(incarnation)s AND h.peer = i.peer AND h.shaken_at IS NOT NULL))
 ORDER BY i.peer, i.stream

-- name: open_lane
INSERT INTO lanes_out (peer, stream) VALUES (%(peer)s, %(stream)s) ON CONFLICT DO NOTHING

-- name: lock_lane_out
SELECT last_number, acknowledged, failures, attempt_after, halted FROM lanes_out
 WHERE peer = %(peer)s AND stream = %(stream)s FOR UPDATE

-- name: number_lane
WITH next AS (
    SELECT item_id, %(last)s + row_number() OVER (ORDER BY item_id) AS number
      FROM (SELECT item_id FROM lane_out_items
             WHERE lane_number IS NULL AND peer = %(peer)s AND stream = %(stream)s
             ORDER BY item_id LIMIT %(most)s) AS waiting)
UPDATE lane_out_items SET lane_number = next.number
  FROM next WHERE lane_out_items.item_id = next.item_id

-- name: advance_lane
UPDATE lanes_out SET last_number = last_number + %(count)s WHERE peer = %(peer)s AND stream = %(stream)s

-- name: due_lanes
SELECT l.peer, l.stream FROM lanes_out l
 WHERE acknowledged < last_number AND NOT halted
   AND (%(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
        WHERE h.incarnation = %(incarnation)s AND h.peer = l.peer AND h.shaken_at IS NOT NULL))
   AND (attempt_after IS NULL OR attempt_after <= %(now)s OR attempt_after > %(latest)s)
 ORDER BY attempt_after NULLS FIRST, peer, stream

-- name: waiting
SELECT i.lane_number, s.envelope FROM lane_out_items i JOIN statements s USING (statement_id)
 WHERE i.peer = %(peer)s AND i.stream = %(stream)s AND i.lane_number > %(after)s
 ORDER BY i.lane_number LIMIT %(most)s

-- name: statement_at
SELECT statement_id FROM lane_out_items
 WHERE peer = %(peer)s AND stream = %(stream)s AND lane_number = %(lane_number)s

-- name: lane_out
SELECT last_number, acknowledged, failures, attempt_after, halted FROM lanes_out
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: acknowledge
UPDATE lanes_out
   SET acknowledged = greatest(acknowledged, %(cursor)s), failures = 0, attempt_after = NULL, last_problem = NULL
 WHERE peer = %(peer)s AND stream = %(stream)s AND %(cursor)s <= last_number

-- name: rewind
UPDATE lanes_out SET acknowledged = least(acknowledged, %(cursor)s), attempt_after = NULL
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: note_failure
UPDATE lanes_out
   SET failures = failures + 1, attempt_after = %(attempt_after)s, last_problem = %(problem)s,
       halted = halted OR %(halt)s
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: lanes_out
SELECT peer, stream, last_number, acknowledged, failures, attempt_after, halted, last_problem FROM lanes_out
 ORDER BY peer, stream

-- name: unsent
SELECT (SELECT count(*) FROM outbox WHERE NOT signed)
     + (SELECT count(*) FROM lane_out_items WHERE lane_number IS NULL)
     + (SELECT coalesce(sum(last_number - acknowledged), 0) FROM lanes_out) AS unsent

-- name: open_lane_in
INSERT INTO lanes_in (peer, stream) VALUES (%(peer)s, %(stream)s) ON CONFLICT DO NOTHING

-- name: lock_lane_in
SELECT cursor, incarnation, halted FROM lanes_in WHERE peer = %(peer)s AND stream = %(stream)s FOR UPDATE

-- name: advance_lane_in
UPDATE lanes_in SET cursor = %(cursor)s, incarnation = %(incarnation)s
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: halt_lane_in
UPDATE lanes_in SET halted = true WHERE peer = %(peer)s AND stream = %(stream)s

-- name: received
SELECT digest, CASE WHEN outcome = 'parked' THEN
           (SELECT problem FROM parked WHERE parked.statement_id = lane_in_items.statement_id) END AS problem
  FROM lane_in_items
 WHERE peer = %(peer)s AND stream = %(stream)s AND lane_number = %(lane_number)s

-- name: keep_received
INSERT INTO lane_in_items (peer, stream, lane_number, statement_id, digest, outcome, received_at)
VALUES (%(peer)s, %(stream)s, %(lane_number)s, %(statement_id)s, %(digest)s, %(outcome)s, %(at)s)

-- name: lanes_in
SELECT peer, stream, cursor, incarnation, halted FROM lanes_in ORDER BY peer, stream

-- name: origin_seen
SELECT last_number FROM origins_seen
 WHERE origin = %(origin)s AND incarnation = %(incarnation)s AND stream = %(stream)s
   AND first_addressee = %(first_addressee)s
   FOR UPDATE

-- name: newest_incarnation
SELECT max(incarnation) AS incarnation FROM origins_seen
 WHERE origin = %(origin)s AND stream = %(stream)s AND first_addressee = %(first_addressee)s

-- name: see_origin
INSERT INTO origins_seen (origin, incarnation, stream, first_addressee, last_number)
VALUES (%(origin)s, %(incarnation)s, %(stream)s, %(first_addressee)s, %(number)s)
ON CONFLICT (origin, incarnation, stream, first_addressee) DO UPDATE SET last_number = excluded.last_number

-- name: park
INSERT INTO parked (peer, stream, lane_number, statement_id, subject_code, problem, parked_at)
VALUES (%(peer)s, %(stream)s, %(lane_number)s, %(statement_id)s, %(subject_code)s, %(problem)s, %(at)s)

-- name: parked_behind
SELECT EXISTS (SELECT 1 FROM parked WHERE subject_code = %(code)s AND resolved_at IS NULL) AS found

-- name: parked
SELECT parked_id, peer, stream, lane_number, statement_id, problem, parked_at, resolved_at, resolved_by
  FROM parked WHERE %(all)s OR resolved_at IS NULL ORDER BY parked_id

-- name: resolve_parked
UPDATE parked SET resolved_at = %(at)s, resolved_by = %(by)s
 WHERE parked_id = %(parked_id)s AND resolved_at IS NULL
RETURNING statement_id

-- name: answered_call
SELECT peer, kind, request_digest, answer FROM calls_answered WHERE request_id = %(request_id)s

-- name: keep_call
INSERT INTO calls_answered (request_id, peer, kind, request_digest, answer, answered_at)
VALUES (%(request_id)s, %(peer)s, %(kind)s, %(request_digest)s, %(answer)s, %(at)s)
