-- name: append
INSERT INTO audit_entries (at, business_on, event, outcome, actor, terminal, subject_code, resident_no,
                           affair, reference, rules, salt, leaf)
VALUES (%(at)s, %(business_on)s, %(event)s, %(outcome)s, %(actor)s, %(terminal)s, %(subject_code)s,
        %(resident_no)s, %(affair)s, %(reference)s, %(rules)s, %(salt)s, %(leaf)s)

-- name: append_many
-- In their order.
INSERT INTO audit_entries (at, business_on, event, outcome, actor, terminal, subject_code, resident_no,
                           affair, reference, rules, salt, leaf)
SELECT at, business_on, event, outcome, actor, terminal, subject_code, resident_no,
       affair, reference, rules, salt, leaf
  FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS (
           at timestamptz, business_on date, event text, outcome text, actor text, terminal text, subject_code text,
           resident_no text, affair text, reference text, rules text[], salt bytea, leaf bytea))
       WITH ORDINALITY AS e (at, business_on, event, outcome, actor, terminal, subject_code, resident_no,
                             affair, reference, rules, salt, leaf, place)
 ORDER BY place

-- name: newest
SELECT entry_id, at, business_on, event, outcome, actor, terminal, subject_code, resident_no,
       affair, reference, rules
  FROM audit_entries
 WHERE (%(event)s::text IS NULL OR event = %(event)s)
   AND (%(actor)s::text IS NULL OR actor = %(actor)s)
   AND (%(after)s::bigint IS NULL OR entry_id > %(after)s)
 ORDER BY entry_id DESC
 LIMIT %(most)s

-- name: looked_at_by_another
SELECT EXISTS (SELECT FROM audit_entries
                WHERE event = %(event)s AND reference = %(reference)s AND actor <> %(actor)s
                  AND outcome IN ('done', 'none')) AS some

-- name: mark
-- The next transaction to end says nothing of older ones: of two that run, the younger may have drawn the lower number.
-- An id of one's own, taken after the look, is above that of everybody who drew a number before it.
SELECT (SELECT coalesce(max(entry_id), 0) FROM audit_acts) AS audit,
       pg_current_xact_id()::text AS until

-- name: is_settled
SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %(until)s::xid8 AS settled

-- name: acts_between
-- An act's rows in the log and in the outbox bear one transaction.
SELECT a.entry_id, a.event,
       array(SELECT o.statement_id FROM outbox o WHERE o.act_xid = a.act_xid ORDER BY o.entry_id) AS statements
  FROM audit_acts a
 WHERE a.entry_id > %(after)s AND a.entry_id <= %(last)s
   AND a.outcome = %(done)s AND a.event <> ALL (%(events)s)
 ORDER BY a.entry_id
