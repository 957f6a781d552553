-- name: newest_life
SELECT incarnation, began_at, live_at, backup_at, last_audit, void_codes, journal_read FROM node_lives
 ORDER BY incarnation DESC LIMIT 1

-- name: begin_life
INSERT INTO node_lives (incarnation, began_at, backup_at, last_audit, void_codes, journal_read)
VALUES (%(incarnation)s, %(at)s, %(backup_at)s, %(last_audit)s, %(void_codes)s, %(journal_read)s)

-- name: lock_life
SELECT incarnation FROM node_lives WHERE incarnation = %(incarnation)s FOR NO KEY UPDATE

-- name: end_recovery
UPDATE node_lives SET live_at = %(at)s WHERE incarnation = %(incarnation)s AND live_at IS NULL

-- name: last_audit
SELECT coalesce(max(entry_id), 0) AS last FROM audit_entries

-- name: pass_audit_numbers
SELECT setval(pg_get_serial_sequence('audit_entries', 'entry_id'), greatest(
    %(last)s, nextval(pg_get_serial_sequence('audit_entries', 'entry_id'))))

-- name: take_back_own
-- Whatever this node has said and no peer is known to have acknowledged goes back into the outbox without a number: what
-- a peer has after all is given back by its handshake, and the rest is said anew by this life.
WITH gone AS (
    DELETE FROM lane_out_items i
     USING statements s
     WHERE s.statement_id = i.statement_id AND s.origin = %(node)s
       AND (i.lane_number IS NULL OR i.lane_number > coalesce(
               (SELECT l.acknowledged FROM lanes_out l WHERE l.peer = i.peer AND l.stream = i.stream), 0))
    RETURNING i.statement_id)
UPDATE outbox o SET number = NULL, incarnation = NULL, signed = false
 WHERE o.statement_id IN (SELECT statement_id FROM gone) OR (o.number IS NOT NULL AND NOT o.signed)

-- name: forget_signatures
-- What is not signed has no number by now: those are found without reading all that was ever said.
DELETE FROM signed_again a
 USING statements s, outbox o
 WHERE s.statement_id = a.statement_id AND s.origin = %(node)s
   AND o.statement_id = s.statement_id AND o.number IS NULL

-- name: forget_unsaid
DELETE FROM statements s
 WHERE s.origin = %(node)s AND EXISTS (
     SELECT 1 FROM outbox o WHERE o.statement_id = s.statement_id AND o.number IS NULL)

-- name: take_back_forwarded
UPDATE lane_out_items i SET lane_number = NULL
  FROM lanes_out l
 WHERE l.peer = i.peer AND l.stream = i.stream AND i.lane_number > l.acknowledged

-- name: forget_transactions
-- They were those of another life, maybe of another server: the journal must not take them for its own.
UPDATE outbox SET act_xid = NULL WHERE act_xid IS NOT NULL

-- name: reset_lanes
UPDATE lanes_out
   SET last_number = acknowledged, failures = 0, failing_since = NULL, attempt_after = NULL, halted = false,
       halted_at = NULL, last_problem = NULL

-- name: void_pool
UPDATE code_pool SET drawn_at = %(at)s, void = true WHERE drawn_at IS NULL

-- name: void_unasked
-- A life that ended before the centre heard of it asked for no codes: the next one does.
SELECT void_codes FROM node_lives l
 WHERE incarnation = (SELECT max(incarnation) FROM node_lives)
   AND NOT EXISTS (SELECT 1 FROM recovery_handshakes h
                    WHERE h.incarnation = l.incarnation AND h.peer = %(centre)s AND h.shaken_at IS NOT NULL)

-- name: add_beyond
INSERT INTO recovery_beyond (incarnation, audit_no, event, statements)
VALUES (%(incarnation)s, %(audit_no)s, %(event)s, %(statements)s) ON CONFLICT DO NOTHING

-- name: beyond
-- Acts of which no peer held anything: what a peer gave back stands among the statements again. A mark of how far the
-- journal is has no event: no act is lost with it.
SELECT audit_no, event FROM recovery_beyond b
 WHERE incarnation = %(incarnation)s AND event <> ''
   AND NOT EXISTS (SELECT 1 FROM statements s WHERE s.statement_id = ANY (b.statements))
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.statement_id = ANY (b.statements))
 ORDER BY audit_no

-- name: handshakes
SELECT peer, shaken_at, waived_by, failures, attempt_after, last_problem FROM recovery_handshakes
 WHERE incarnation = %(incarnation)s ORDER BY peer

-- name: shaken
INSERT INTO recovery_handshakes (incarnation, peer, shaken_at, told_incarnation, told_number)
VALUES (%(incarnation)s, %(peer)s, %(at)s, %(told_incarnation)s, %(told_number)s)
ON CONFLICT (incarnation, peer) DO UPDATE
   SET shaken_at = excluded.shaken_at, failures = 0, attempt_after = NULL, last_problem = NULL,
       told_incarnation = CASE WHEN recovery_handshakes.told_number = 0 THEN excluded.told_incarnation
                               ELSE recovery_handshakes.told_incarnation END,
       told_number = CASE WHEN recovery_handshakes.told_number = 0 THEN excluded.told_number
                          ELSE recovery_handshakes.told_number END

-- name: handshake_failed
INSERT INTO recovery_handshakes (incarnation, peer, failures, attempt_after, last_problem)
VALUES (%(incarnation)s, %(peer)s, 1, %(attempt_after)s, %(problem)s)
ON CONFLICT (incarnation, peer) DO UPDATE
   SET failures = recovery_handshakes.failures + 1, attempt_after = excluded.attempt_after,
       last_problem = excluded.last_problem

-- name: shake_again
UPDATE recovery_handshakes SET shaken_at = NULL WHERE incarnation = %(incarnation)s AND peer = %(peer)s

-- name: waive
INSERT INTO recovery_handshakes (incarnation, peer, waived_by) VALUES (%(incarnation)s, %(peer)s, %(by)s)
ON CONFLICT (incarnation, peer) DO UPDATE SET waived_by = excluded.waived_by

-- name: told
SELECT told_incarnation, told_number FROM recovery_handshakes
 WHERE incarnation = %(incarnation)s AND peer = %(peer)s

-- name: lanes_known
SELECT peer, stream, acknowledged FROM lanes_out WHERE peer = %(peer)s

-- name: cursors_known
SELECT peer, stream, cursor FROM lanes_in WHERE peer = %(peer)s

-- name: newest_told
SELECT incarnation, last_number FROM origin_streams WHERE stream = %(stream)s AND addressee = %(peer)s
 ORDER BY incarnation DESC LIMIT 1

-- name: trust_lane_in
-- The peer began a new life: its frames of an earlier one are refused from now on.
INSERT INTO lanes_in (peer, stream, incarnation) VALUES (%(peer)s, %(stream)s, %(incarnation)s)
ON CONFLICT (peer, stream) DO UPDATE
   SET incarnation = greatest(lanes_in.incarnation, excluded.incarnation)

-- name: release_lane_in
UPDATE lanes_in SET halted = false, halted_at = NULL, problem = NULL WHERE peer = %(peer)s AND stream = %(stream)s

-- name: send_again
UPDATE lanes_out
   SET acknowledged = least(acknowledged, %(cursor)s), failures = 0, failing_since = NULL, attempt_after = NULL,
       last_problem = NULL, halted = halted AND NOT %(release)s,
       halted_at = CASE WHEN NOT %(release)s THEN halted_at END
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: held_after
SELECT i.lane_number, coalesce((SELECT a.envelope FROM signed_again a
                  WHERE a.statement_id = s.statement_id ORDER BY a.signed_at DESC LIMIT 1), s.envelope) AS envelope
  FROM lane_in_items i JOIN statements s USING (statement_id)
 WHERE i.peer = %(peer)s AND i.stream = %(stream)s AND i.lane_number > %(after)s
 ORDER BY i.lane_number LIMIT %(most)s

-- name: held_of_origin
-- From each of its countings by the index that these have, however many statements came before.
SELECT coalesce((SELECT a.envelope FROM signed_again a
                  WHERE a.statement_id = s.statement_id ORDER BY a.signed_at DESC LIMIT 1), s.envelope) AS envelope
  FROM origins_seen o
 CROSS JOIN LATERAL (
       SELECT statement_id, incarnation, number, envelope FROM statements
        WHERE origin = o.origin AND incarnation = o.incarnation AND stream = o.stream
          AND first_addressee = o.first_addressee
          AND number > CASE o.incarnation WHEN %(incarnation)s THEN %(number)s ELSE 0 END
        ORDER BY number LIMIT %(most)s) AS s
 WHERE o.origin = %(origin)s AND o.stream = 'identity' AND o.first_addressee <> %(here)s
   AND o.incarnation >= %(incarnation)s
 ORDER BY s.incarnation, s.number LIMIT %(most)s

-- name: newest_said
SELECT incarnation, number FROM statements WHERE origin = %(origin)s AND stream = 'identity'
 ORDER BY incarnation DESC, number DESC LIMIT 1

-- name: newest_incarnation_of
SELECT coalesce(max(incarnation), 0) AS incarnation FROM lanes_in WHERE peer = %(peer)s

-- name: waiting_entry
SELECT entry_id FROM outbox WHERE statement_id = %(statement_id)s AND NOT signed FOR UPDATE

-- name: said_before
UPDATE outbox SET number = %(number)s, incarnation = %(incarnation)s, signed = true WHERE entry_id = %(entry_id)s

-- name: drop_waiting
SELECT outbox_drop_waiting(%(addressee)s, %(kind)s, %(body)s) AS dropped

-- name: put_said
INSERT INTO outbox (stream, addressee, kind, body, created_at, statement_id, incarnation, number, signed, act_xid)
VALUES (%(stream)s, %(addressee)s, %(kind)s, %(body)s, %(created_at)s, %(statement_id)s, %(incarnation)s, %(number)s,
        true, NULL)

-- name: waiting_item
SELECT item_id FROM lane_out_items
 WHERE peer = %(peer)s AND stream = %(stream)s AND statement_id = %(statement_id)s AND lane_number IS NULL

-- name: place_item
UPDATE lane_out_items SET lane_number = %(lane_number)s WHERE item_id = %(item_id)s

-- name: add_item
INSERT INTO lane_out_items (peer, stream, statement_id, lane_number)
VALUES (%(peer)s, %(stream)s, %(statement_id)s, %(lane_number)s)

-- name: set_lane
UPDATE lanes_out SET acknowledged = %(acknowledged)s, last_number = greatest(last_number, %(acknowledged)s)
 WHERE peer = %(peer)s AND stream = %(stream)s

-- name: add_lost
INSERT INTO recovery_items (incarnation, statement_id, held_by, said, gave, said_at, found_at, state)
VALUES (%(incarnation)s, %(statement_id)s, %(held_by)s, %(said)s, %(gave)s, %(said_at)s, %(at)s, 'open')

-- name: lost
SELECT r.item_id, r.statement_id, r.held_by, r.said_at, r.state, r.closed_at, r.closed_by, s.kind,
       s.first_addressee, s.envelope
  FROM recovery_items r JOIN statements s USING (statement_id)
 WHERE %(all)s OR r.state = 'open' ORDER BY r.item_id

-- name: lost_giving
SELECT r.item_id, r.statement_id, r.held_by, r.said_at, r.state, r.closed_at, r.closed_by, s.kind,
       s.first_addressee, s.envelope
  FROM recovery_items r JOIN statements s USING (statement_id)
 WHERE r.state = 'open' AND (r.gave = %(gave)s OR r.gave IS NULL) ORDER BY r.item_id

-- name: lost_one
SELECT r.item_id, r.statement_id, r.held_by, r.said_at, r.state, r.closed_at, r.closed_by, s.kind,
       s.first_addressee, s.envelope
  FROM recovery_items r JOIN statements s USING (statement_id)
 WHERE r.item_id = %(item_id)s

-- name: count_open
SELECT count(*) AS items FROM recovery_items WHERE state = 'open'

-- name: lock_said
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' said ' || encode(%(said)s::bytea, 'hex'), 0))

-- name: take_up
-- One of them only: two equal statements were two acts.
UPDATE recovery_items SET state = 'entered', closed_at = %(at)s, closed_by = %(by)s
 WHERE item_id = (SELECT item_id FROM recovery_items WHERE state = 'open' AND said = %(said)s
                   ORDER BY item_id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING statement_id

-- name: close_lost
UPDATE recovery_items SET state = 'confirmed', closed_at = %(at)s, closed_by = %(by)s
 WHERE item_id = %(item_id)s AND state = 'open'
RETURNING statement_id

-- name: ask_renewal
INSERT INTO pool_renewals (municipality, incarnation, codes, asked_at)
VALUES (%(municipality)s, %(incarnation)s, %(codes)s, %(at)s) ON CONFLICT DO NOTHING

-- name: next_renewal
SELECT municipality, incarnation, codes FROM pool_renewals
 WHERE designated_at IS NULL AND left(municipality, 2) <> ALL(%(left_out)s::text[])
 ORDER BY municipality, incarnation LIMIT 1 FOR UPDATE SKIP LOCKED

-- name: renewed
UPDATE pool_renewals SET designated_at = %(at)s
 WHERE municipality = %(municipality)s AND incarnation = %(incarnation)s
