-- name: put
INSERT INTO outbox (stream, addressee, kind, body, created_at, statement_id, held)
VALUES (%(stream)s, %(addressee)s, %(kind)s, %(body)s, %(created_at)s, %(statement_id)s,
        EXISTS (SELECT FROM manual_kinds WHERE kind = %(kind)s))

-- name: unnumbered_streams
-- Not those of a peer that a restored node has not shaken hands with: it may hold what waits here, under its number.
-- Nor notices of a municipality that joins, as long as the stores have not taken in what came before them.
SELECT DISTINCT stream, addressee FROM outbox
 WHERE number IS NULL AND (NOT held OR kind NOT IN (SELECT kind FROM manual_kinds))
   AND NOT (stream = 'identity' AND EXISTS (SELECT 1 FROM joining WHERE state <> 'live'))
   AND (%(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
        WHERE h.incarnation = %(incarnation)s AND h.peer = addressee AND h.shaken_at IS NOT NULL))
 ORDER BY stream, addressee

-- name: open_origin_streams
INSERT INTO origin_streams (stream, addressee, incarnation)
SELECT stream, addressee, %(incarnation)s FROM unnest(%(stream)s::text[], %(addressee)s::text[]) AS k (stream, addressee)
ON CONFLICT DO NOTHING

-- name: lock_origin_streams
SELECT stream, addressee FROM origin_streams
  JOIN unnest(%(stream)s::text[], %(addressee)s::text[]) AS k (stream, addressee) USING (stream, addressee)
 WHERE incarnation = %(incarnation)s ORDER BY stream, addressee FOR UPDATE OF origin_streams

-- name: number_outbox
-- Only streams that are locked: each goes on after its last number.
WITH waiting AS (
    SELECT o.entry_id, o.stream, o.addressee FROM outbox o
      JOIN unnest(%(stream)s::text[], %(addressee)s::text[]) AS k (stream, addressee) USING (stream, addressee)
     WHERE o.number IS NULL AND (NOT o.held OR o.kind NOT IN (SELECT kind FROM manual_kinds))
     ORDER BY o.entry_id LIMIT %(most)s),
next AS (
    SELECT w.entry_id, w.stream, w.addressee,
           s.last_number + row_number() OVER (PARTITION BY w.stream, w.addressee ORDER BY w.entry_id) AS number
      FROM waiting w JOIN origin_streams s USING (stream, addressee) WHERE s.incarnation = %(incarnation)s),
advanced AS (
    UPDATE origin_streams s SET last_number = n.last_number
      FROM (SELECT stream, addressee, max(number) AS last_number FROM next GROUP BY stream, addressee) AS n
     WHERE s.stream = n.stream AND s.addressee = n.addressee AND s.incarnation = %(incarnation)s)
UPDATE outbox SET number = next.number, incarnation = %(incarnation)s
  FROM next WHERE outbox.entry_id = next.entry_id

-- name: unsigned
SELECT entry_id, stream, addressee, kind, body, created_at, statement_id, incarnation, number
  FROM outbox WHERE number IS NOT NULL AND NOT signed
 ORDER BY stream, addressee, incarnation, number LIMIT %(most)s
   FOR UPDATE

-- name: still_unsigned
SELECT entry_id FROM outbox WHERE entry_id = ANY(%(entries)s) AND NOT signed ORDER BY entry_id FOR UPDATE

-- name: mark_signed
UPDATE outbox SET signed = true WHERE entry_id = ANY(%(entries)s)

-- name: keep_statements
INSERT INTO statements (statement_id, kind, origin, incarnation, stream, first_addressee, number, envelope,
                        digest, stored_at)
SELECT statement_id, kind, origin, incarnation, stream, first_addressee, number,
       convert_to(envelope, 'UTF8'), digest, %(at)s
  FROM json_to_recordset(%(rows)s::json) AS s (
           statement_id text, kind text, origin text, incarnation integer, stream text, first_addressee text,
           number bigint, envelope text, digest bytea)

-- name: statement
SELECT envelope, digest FROM statements WHERE statement_id = %(statement_id)s

-- name: queue
INSERT INTO lane_out_items (peer, stream, statement_id)
SELECT peer, stream, statement_id
  FROM unnest(%(peers)s::text[], %(streams)s::text[], %(statements)s::text[])
       WITH ORDINALITY AS q (peer, stream, statement_id, place)
 ORDER BY place

-- name: unnumbered_lanes
SELECT DISTINCT i.peer, i.stream FROM lane_out_items i
 WHERE i.lane_number IS NULL
   AND (%(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
        WHERE h.incarnation = %(incarnation)s AND h.peer = i.peer AND h.shaken_at IS NOT NULL))
 ORDER BY i.peer, i.stream

-- name: open_lanes
INSERT INTO lanes_out (peer, stream)
SELECT peer, stream FROM unnest(%(peer)s::text[], %(stream)s::text[]) AS k (peer, stream)
ON CONFLICT DO NOTHING

-- name: lock_lanes
SELECT peer, stream FROM lanes_out
  JOIN unnest(%(peer)s::text[], %(stream)s::text[]) AS k (peer, stream) USING (peer, stream)
 ORDER BY peer, stream FOR UPDATE OF lanes_out

-- name: lock_lane_out
SELECT last_number, acknowledged, failures, attempt_after, halted FROM lanes_out
 WHERE peer = %(peer)s AND stream = %(stream)s FOR UPDATE

-- name: number_lanes
WITH waiting AS (
    SELECT i.item_id, i.peer, i.stream FROM lane_out_items i
      JOIN unnest(%(peer)s::text[], %(stream)s::text[]) AS k (peer, stream) USING (peer, stream)
     WHERE i.lane_number IS NULL ORDER BY i.item_id LIMIT %(most)s),
next AS (
    SELECT w.item_id, w.peer, w.stream,
           l.last_number + row_number() OVER (PARTITION BY w.peer, w.stream ORDER BY w.item_id) AS number
      FROM waiting w JOIN lanes_out l USING (peer, stream)),
advanced AS (
    UPDATE lanes_out l SET last_number = n.last_number
      FROM (SELECT peer, stream, max(number) AS last_number FROM next GROUP BY peer, stream) AS n
     WHERE l.peer = n.peer AND l.stream = n.stream)
UPDATE lane_out_items SET lane_number = next.number
  FROM next WHERE lane_out_items.item_id = next.item_id

-- name: due_lanes
SELECT l.peer, l.stream, l.failures FROM lanes_out l
 WHERE acknowledged < last_number AND NOT halted
   AND (%(incarnation)s = 1 OR EXISTS (SELECT 1 FROM recovery_handshakes h
        WHERE h.incarnation = %(incarnation)s AND h.peer = l.peer AND h.shaken_at IS NOT NULL))
   AND (attempt_after IS NULL OR attempt_after <= %(now)s OR attempt_after > %(latest)s)
 ORDER BY attempt_after NULLS FIRST, peer, stream

-- name: waiting
-- Signed again where the first key is one no more.
SELECT lane_number, envelope
  FROM (SELECT lane_number, envelope, sum(octet_length(envelope)) OVER (ORDER BY lane_number) AS bytes
          FROM (SELECT i.lane_number, coalesce(
                           (SELECT a.envelope FROM signed_again a
                             WHERE a.statement_id = s.statement_id ORDER BY a.signed_at DESC LIMIT 1),
                           s.envelope) AS envelope
                  FROM lane_out_items i JOIN statements s USING (statement_id)
                 WHERE i.peer = %(peer)s AND i.stream = %(stream)s AND i.lane_number > %(after)s
                 ORDER BY i.lane_number LIMIT %(most)s) AS taken) AS summed
 WHERE bytes <= %(room)s OR lane_number = %(after)s + 1
 ORDER BY lane_number

-- name: signed_with
SELECT s.statement_id, s.envelope, o.created_at, s.first_addressee, s.stream, i.lane_number
  FROM outbox o
  JOIN statements s USING (statement_id)
  JOIN lane_out_items i ON i.statement_id = s.statement_id AND i.peer = s.first_addressee
 WHERE o.created_at >= %(ended)s
   AND position(%(mark)s::bytea IN coalesce(
           (SELECT a.envelope FROM signed_again a WHERE a.statement_id = s.statement_id ORDER BY a.signed_at DESC LIMIT 1),
           s.envelope)) > 0
 ORDER BY s.first_addressee, s.stream, i.lane_number LIMIT %(most)s

-- name: keep_signed_again
INSERT INTO signed_again (statement_id, key_id, envelope, signed_at)
VALUES (%(statement_id)s, %(key_id)s, %(envelope)s, %(signed_at)s)
ON CONFLICT DO NOTHING

-- name: waiting_lanes
SELECT peer, stream FROM lanes_out WHERE acknowledged < last_number AND NOT halted ORDER BY peer, stream

-- name: waiting_own
SELECT o.kind, o.body FROM lane_out_items i JOIN outbox o USING (statement_id) JOIN lanes_out l
    ON l.peer = i.peer AND l.stream = i.stream
 WHERE i.peer = %(peer)s AND i.stream = %(stream)s AND i.lane_number > l.acknowledged ORDER BY i.lane_number

-- name: statement_at
SELECT statement_id FROM lane_out_items
 WHERE peer = %(peer)s AND stream = %(stream)s AND lane_number = %(lane_number)s

-- name: lane_out
SELECT last_number, acknowledged, failures, attempt_after, halted FROM lanes_out
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: acknowledge
UPDATE lanes_out
   SET acknowledged = greatest(acknowledged, %(cursor)s), failures = 0, attempt_after = NULL, last_problem = NULL,
       failing_since = NULL
 WHERE peer = %(peer)s AND stream = %(stream)s AND %(cursor)s <= last_number

-- name: rewind
UPDATE lanes_out SET acknowledged = least(acknowledged, %(cursor)s), attempt_after = NULL
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: note_failure
UPDATE lanes_out
   SET failures = failures + 1, attempt_after = %(attempt_after)s, last_problem = %(problem)s,
       failing_since = coalesce(failing_since, %(at)s), halted = halted OR %(halt)s,
       halted_at = CASE WHEN %(halt)s THEN coalesce(halted_at, %(at)s) ELSE halted_at END
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: release_lane_out
UPDATE lanes_out
   SET halted = false, halted_at = NULL, failures = 0, failing_since = NULL, attempt_after = NULL, last_problem = NULL
 WHERE peer = %(peer)s AND stream = %(stream)s

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
UPDATE lanes_in SET halted = true, halted_at = %(at)s, problem = %(problem)s
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: release_lane_in
UPDATE lanes_in SET halted = false, halted_at = NULL, problem = NULL WHERE peer = %(peer)s AND stream = %(stream)s

-- name: received
SELECT digest, statement_id, CASE WHEN outcome = 'parked' THEN
           (SELECT problem FROM parked WHERE parked.statement_id = lane_in_items.statement_id) END AS problem
  FROM lane_in_items
 WHERE peer = %(peer)s AND stream = %(stream)s AND lane_number = %(lane_number)s

-- name: keep_received
INSERT INTO lane_in_items (peer, stream, lane_number, statement_id, digest, outcome, received_at)
SELECT %(peer)s, %(stream)s, lane_number, statement_id, digest, outcome, %(at)s
  FROM json_to_recordset(%(rows)s::json) AS r (lane_number bigint, statement_id text, digest bytea, outcome text)

-- name: known_among
SELECT statement_id FROM statements WHERE statement_id = ANY(%(statements)s) LIMIT 1

-- name: lock_origins
SELECT s.origin, s.stream, s.first_addressee, s.incarnation, s.last_number
  FROM origins_seen s
  JOIN unnest(%(origins)s::text[], %(streams)s::text[], %(addressees)s::text[]) AS k (origin, stream, first_addressee)
       USING (origin, stream, first_addressee)
 ORDER BY s.origin, s.stream, s.first_addressee, s.incarnation FOR UPDATE OF s

-- name: see_origins
INSERT INTO origins_seen (origin, stream, first_addressee, incarnation, last_number)
SELECT origin, stream, first_addressee, incarnation, last_number
  FROM unnest(%(origins)s::text[], %(streams)s::text[], %(addressees)s::text[], %(incarnations)s::integer[],
              %(numbers)s::bigint[]) AS s (origin, stream, first_addressee, incarnation, last_number)
ON CONFLICT (origin, incarnation, stream, first_addressee) DO UPDATE SET last_number = excluded.last_number

-- name: park
INSERT INTO parked (peer, stream, lane_number, statement_id, subject_code, problem, parked_at)
VALUES (%(peer)s, %(stream)s, %(lane_number)s, %(statement_id)s, %(subject_code)s, %(problem)s, %(at)s)

-- name: parked_about
SELECT 1 AS found FROM parked WHERE subject_code = ANY(%(codes)s) AND resolved_at IS NULL LIMIT 1

-- name: parked
SELECT parked_id, peer, stream, lane_number, statement_id, problem, parked_at, resolved_at, resolved_by
  FROM parked WHERE %(all)s OR resolved_at IS NULL ORDER BY parked_id

-- name: parked_statement
SELECT p.parked_id, p.peer, p.stream, p.statement_id, p.problem, p.parked_at, p.resolved_at, p.resolved_by,
       p.subject_code, s.kind, s.origin, s.number, s.stored_at, s.envelope
  FROM parked p JOIN statements s USING (statement_id) WHERE p.parked_id = %(parked_id)s

-- name: resolve_parked
UPDATE parked SET resolved_at = %(at)s, resolved_by = %(by)s
 WHERE parked_id = %(parked_id)s AND resolved_at IS NULL
RETURNING statement_id

-- name: answered_call
SELECT peer, kind, request_digest, answer FROM calls_answered WHERE request_id = %(request_id)s

-- name: keep_call
INSERT INTO calls_answered (request_id, peer, kind, request_digest, answer, answered_at)
VALUES (%(request_id)s, %(peer)s, %(kind)s, %(request_digest)s, %(answer)s, %(at)s)
