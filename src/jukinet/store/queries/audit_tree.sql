-- name: lock
SELECT incarnation, size, root, settled, pending_entry, pending_at, admission,
       pending_until IS NOT NULL AS marked,
       coalesce(pg_snapshot_xmin(pg_current_snapshot()) >= pending_until, false) AS over
  FROM logs WHERE incarnation = %(incarnation)s FOR UPDATE

-- name: open
INSERT INTO logs (incarnation, began_at, root, settled)
VALUES (%(incarnation)s, %(at)s, %(root)s,
        coalesce((SELECT settled FROM logs WHERE incarnation < %(incarnation)s ORDER BY incarnation DESC LIMIT 1), 0))
ON CONFLICT DO NOTHING

-- name: waiting
-- What is committed and in no tree. An entry that was erased before it got there has left its leaf.
SELECT e.entry_id, e.leaf, e.at
  FROM (SELECT entry_id, leaf, at FROM audit_entries WHERE entry_id > %(settled)s
        UNION ALL
        SELECT entry_id, leaf, erased_at FROM audit_erased WHERE entry_id > %(settled)s) AS e
  LEFT JOIN (SELECT unnest(entry_ids) AS entry_id FROM log_runs WHERE last_entry > %(settled)s) AS s
         ON s.entry_id = e.entry_id
 WHERE s.entry_id IS NULL
 ORDER BY e.entry_id
 LIMIT %(most)s

-- name: since
SELECT min(w.at) AS since, count(*) AS waiting
  FROM (SELECT e.at FROM audit_entries e
          LEFT JOIN (SELECT unnest(entry_ids) AS entry_id FROM log_runs WHERE last_entry > %(settled)s) AS s
                 ON s.entry_id = e.entry_id
         WHERE e.entry_id > %(settled)s AND s.entry_id IS NULL
         LIMIT 100000) AS w

-- name: begin_mark
UPDATE logs SET pending_entry = (SELECT coalesce(max(entry_id), 0) FROM audit_entries), pending_at = %(at)s,
                pending_until = NULL
 WHERE incarnation = %(incarnation)s

-- name: end_mark
-- This transaction's own id is above that of everybody who ran by now; that of the last one that ended may not be.
UPDATE logs SET pending_until = pg_current_xact_id() WHERE incarnation = %(incarnation)s

-- name: settle
UPDATE logs SET settled = pending_entry, pending_entry = NULL, pending_at = NULL, pending_until = NULL
 WHERE incarnation = %(incarnation)s

-- name: add_run
INSERT INTO log_runs (incarnation, first, entry_ids, last_entry)
VALUES (%(incarnation)s, %(first)s, %(entry_ids)s, %(last_entry)s)

-- name: tile
SELECT hashes FROM log_tiles WHERE incarnation = %(incarnation)s AND level = %(level)s AND place = %(place)s

-- name: put_tile
INSERT INTO log_tiles (incarnation, level, place, hashes)
VALUES (%(incarnation)s, %(level)s, %(place)s, %(hashes)s)
ON CONFLICT (incarnation, level, place) DO UPDATE SET hashes = excluded.hashes

-- name: grown
UPDATE logs SET size = %(size)s, root = %(root)s, window_ms = %(window_ms)s WHERE incarnation = %(incarnation)s

-- name: head
SELECT incarnation, began_at, size, root, settled, window_ms, admission FROM logs
 WHERE incarnation = coalesce(%(incarnation)s, (SELECT max(incarnation) FROM logs))

-- name: before
SELECT incarnation, began_at, size, root, settled, window_ms, admission FROM logs
 WHERE incarnation < %(incarnation)s ORDER BY incarnation DESC LIMIT 1

-- name: admit
UPDATE logs SET admission = %(note)s WHERE incarnation = %(incarnation)s AND admission IS NULL

-- name: put_checkpoint
INSERT INTO log_checkpoints (incarnation, hour, size, signed_at, note)
VALUES (%(incarnation)s, date_trunc('hour', %(at)s), %(size)s, %(at)s, %(note)s)
ON CONFLICT (incarnation, hour) DO UPDATE SET size = excluded.size, signed_at = excluded.signed_at, note = excluded.note
 WHERE log_checkpoints.size <= excluded.size

-- name: checkpoint
SELECT size, signed_at, note FROM log_checkpoints
 WHERE incarnation = coalesce(%(incarnation)s, (SELECT max(incarnation) FROM logs))
 ORDER BY size DESC, signed_at DESC LIMIT 1

-- name: checkpoints
SELECT note FROM log_checkpoints WHERE incarnation = %(incarnation)s ORDER BY size, signed_at

-- name: entries
-- The leaves of a log in their order, with what is still kept of each entry.
SELECT r.first + s.place - 1 AS number, x.erased_at, e.at, e.business_on, e.event,
       e.outcome, e.actor, e.terminal, e.subject_code, e.resident_no, e.affair, e.reference, e.rules, e.salt
  FROM log_runs r
 CROSS JOIN LATERAL unnest(r.entry_ids) WITH ORDINALITY AS s (entry_id, place)
  LEFT JOIN audit_entries e ON e.entry_id = s.entry_id
  LEFT JOIN audit_erased x ON x.entry_id = s.entry_id
 WHERE r.incarnation = %(incarnation)s AND r.first < %(size)s
 ORDER BY r.first, s.place

-- name: witnessed
-- What people have seen to stands in the table of before, until the next look in the other one too.
SELECT node, log, w.size, w.root, w.note, w.seen_at, w.problem, w.refused, problem_at, b.ended_at, b.ended_by, b.reason
  FROM log_witnessed w LEFT JOIN log_witnessed_before b USING (node, log, problem_at)
 WHERE b.ended_at IS NULL
UNION ALL
SELECT node, log, size, root, note, seen_at, problem, refused, problem_at, ended_at, ended_by, reason
  FROM log_witnessed_before
 ORDER BY node, seen_at

-- name: witnessed_of
SELECT node, log, w.size, w.root, w.note, w.seen_at, w.problem, w.refused, problem_at, b.ended_at, b.ended_by, b.reason
  FROM log_witnessed w LEFT JOIN log_witnessed_before b USING (node, log, problem_at)
 WHERE node = %(node)s ORDER BY w.seen_at DESC LIMIT 1

-- name: see
INSERT INTO log_witnessed (node, log, size, root, note, seen_at)
VALUES (%(node)s, %(log)s, %(size)s, %(root)s, %(note)s, %(at)s)
ON CONFLICT (node, log) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note,
                                      seen_at = excluded.seen_at, problem = NULL, refused = NULL, problem_at = NULL
 WHERE log_witnessed.problem IS NULL AND log_witnessed.size <= excluded.size
    OR EXISTS (SELECT FROM log_witnessed_before b
                WHERE b.node = log_witnessed.node AND b.log = log_witnessed.log
                  AND b.problem_at = log_witnessed.problem_at)

-- name: refuse
UPDATE log_witnessed SET problem = %(problem)s, refused = %(note)s, problem_at = %(at)s
 WHERE node = %(node)s AND log = %(log)s AND problem IS NULL

-- name: refused
SELECT node FROM log_witnessed w
 WHERE problem IS NOT NULL
   AND NOT EXISTS (SELECT FROM log_witnessed_before b
                    WHERE b.node = w.node AND b.log = w.log AND b.problem_at = w.problem_at)
 ORDER BY node

-- name: end_refused
INSERT INTO log_witnessed_before (node, log, size, root, note, seen_at, problem, refused, problem_at,
                                  ended_at, ended_by, reason)
SELECT node, log, size, root, note, seen_at, problem, refused, problem_at, %(at)s, %(by)s, %(reason)s
  FROM log_witnessed WHERE node = %(node)s AND problem IS NOT NULL
    ON CONFLICT DO NOTHING
