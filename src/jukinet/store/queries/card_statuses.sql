-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(what)s, 0))

-- name: contradicts
SELECT EXISTS (
    SELECT FROM card_statuses
     WHERE card = %(card)s
       AND ((%(event)s = 'issued' AND event = 'issued')
            OR (%(event)s IN ('issued', 'continued') AND code <> %(code)s))) AS found

-- name: add
INSERT INTO card_statuses (statement_id, card, code, municipality, event, happened_on, received_on, received_at)
VALUES (%(statement_id)s, %(card)s, %(code)s, %(municipality)s, %(event)s, %(happened_on)s, %(on)s, %(at)s)

-- name: lock_fresh
SELECT status_id FROM card_statuses WHERE NOT seen ORDER BY status_id LIMIT %(most)s FOR UPDATE SKIP LOCKED

-- name: mark_seen
UPDATE card_statuses SET seen = true WHERE status_id = ANY(%(status_ids)s)

-- name: handed_over
-- A taking-over, and whose the card was before; or the status of that one, if it comes later than the taking-over.
SELECT b.municipality AS before, n.card, n.code, n.municipality, n.happened_on
  FROM card_statuses n
  JOIN LATERAL (SELECT municipality FROM card_statuses
                 WHERE card = n.card AND municipality <> n.municipality AND event IN ('issued', 'continued')
                   AND happened_on <= n.happened_on
                 ORDER BY happened_on DESC, status_id DESC LIMIT 1) b ON true
 WHERE n.status_id = %(status_id)s AND n.event = 'continued'
UNION ALL
SELECT n.municipality, a.card, a.code, a.municipality, a.happened_on
  FROM card_statuses n
  JOIN LATERAL (SELECT card, code, municipality, happened_on FROM card_statuses
                 WHERE card = n.card AND municipality <> n.municipality AND event = 'continued'
                   AND happened_on >= n.happened_on AND status_id < n.status_id
                 ORDER BY happened_on, status_id LIMIT 1) a ON true
 WHERE n.status_id = %(status_id)s AND n.event IN ('issued', 'continued')
