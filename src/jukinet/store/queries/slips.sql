-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(what)s, 0))

-- name: waiting
SELECT r.resident_no FROM code_notices n JOIN residents r USING (resident_id)
 WHERE r.present AND r.code = n.code AND r.resident_id > %(after)s
   AND (%(among)s::text[] IS NULL OR r.resident_no = ANY (%(among)s::text[]))
   AND NOT EXISTS (SELECT 1 FROM code_notice_prints p WHERE p.notice_id = n.notice_id)
 GROUP BY r.resident_id, r.resident_no ORDER BY r.resident_id LIMIT %(most)s

-- name: gone
SELECT DISTINCT r.resident_no FROM code_notices n JOIN residents r USING (resident_id)
 WHERE NOT r.present AND r.code = n.code
   AND NOT EXISTS (SELECT 1 FROM code_notice_prints p WHERE p.notice_id = n.notice_id)
 ORDER BY r.resident_no LIMIT %(most)s

-- name: newest_of
SELECT DISTINCT ON (n.resident_id) n.notice_id, n.resident_id, n.kind, n.code, n.decided_on, v.reason
  FROM code_notices n JOIN residents r USING (resident_id)
  JOIN resident_versions v ON v.resident_id = n.resident_id AND v.history_no = n.history_no
 WHERE n.resident_id = ANY (%(resident_ids)s) AND n.code = r.code
 ORDER BY n.resident_id, n.notice_id DESC

-- name: add_print
INSERT INTO code_notice_prints (notice_id, resident_id, history_no, batch, issue_no, printed_on, printed_at, operator,
                                terminal)
VALUES (%(notice_id)s, %(resident_id)s, %(history_no)s, %(batch)s, %(issue_no)s, %(on)s, %(at)s, %(operator)s, %(terminal)s)

-- name: unwritten
SELECT batch FROM code_notice_prints
 WHERE print_id = (SELECT max(print_id) FROM code_notice_prints WHERE operator = %(operator)s)
   AND NOT EXISTS (SELECT 1 FROM code_notice_batches b WHERE b.batch = code_notice_prints.batch)

-- name: of_batch
SELECT p.resident_id, r.resident_no, p.printed_on, n.notice_id, n.kind, n.code, n.decided_on, v.reason,
       p.issue_no, p.terminal, shown.items::text AS items
  FROM code_notice_prints p JOIN code_notices n USING (notice_id)
  JOIN residents r ON r.resident_id = p.resident_id
  JOIN resident_versions v ON v.resident_id = n.resident_id AND v.history_no = n.history_no
  JOIN resident_versions shown ON shown.resident_id = p.resident_id AND shown.history_no = p.history_no
 WHERE p.batch = %(batch)s ORDER BY p.print_id

-- name: written
INSERT INTO code_notice_batches (batch, written_at) VALUES (%(batch)s, %(at)s) ON CONFLICT DO NOTHING
