-- name: nationwide_of
-- Found by the codes that the resident had, which are indexed.
SELECT business_on AS on, actor, reference
  FROM audit_entries
 WHERE subject_code = ANY(%(codes)s::text[]) AND resident_no = %(resident_no)s
   AND event = 'copies:nationwide:supplied' AND outcome = 'done'
 ORDER BY entry_id

-- name: certificates_of
SELECT c.issued_on AS on, CASE WHEN c.late THEN 'late-move-out-certificate' ELSE 'move-out-certificate' END AS kind,
       NULL AS reference, c.recorded_at AS at, c.certificate AS number, c.pages,
       array_remove(ARRAY[c.again], NULL) AS items, c.operator, c.terminal, c.printer, d.destroyed_on
  FROM move_out_certificates c LEFT JOIN papers_destroyed d ON d.issue_no = c.certificate
 WHERE c.resident_id = %(resident_id)s
 ORDER BY c.issue_id

-- name: home_copies_of
-- One row a print; the pages are those of all prints together.
SELECT c.issued_on AS on, c.asker || '-' || c.paper AS kind, c.application_id AS reference, c.recorded_at AS at, n.number,
       c.pages / (1 + cardinality(c.more_nos)) AS pages,
       c.wanted || ARRAY(SELECT 'without ' || one FROM unnest(c.left_out) AS one) AS items,
       c.operator, c.terminal, c.printer, d.destroyed_on
  FROM home_copy_persons p JOIN home_copies c USING (copy_id)
 CROSS JOIN LATERAL unnest(array_prepend(c.issue_no, c.more_nos)) WITH ORDINALITY AS n (number, place)
  LEFT JOIN papers_destroyed d ON d.issue_no = n.number
 WHERE p.resident_id = %(resident_id)s
 ORDER BY c.copy_id, n.place

-- name: code_notices_of
-- One row a print; a notice that waits to be printed has the day of its decision.
SELECT coalesce(p.printed_on, n.decided_on) AS on, 'code-' || n.kind AS kind, NULL AS reference, p.printed_at AS at,
       p.issue_no AS number, CASE WHEN p.print_id IS NOT NULL THEN 1 END AS pages, '{}'::text[] AS items, p.operator,
       p.terminal, NULL AS printer, d.destroyed_on
  FROM code_notices n
  LEFT JOIN code_notice_prints p ON p.notice_id = n.notice_id
  LEFT JOIN papers_destroyed d ON d.issue_no = p.issue_no
 WHERE n.resident_id = %(resident_id)s
 ORDER BY n.notice_id, p.print_id

-- name: area_lists
-- Of every town area; whom a list showed is not kept.
SELECT s.done_on AS on, 'area-list' AS kind, 'browsing ' || s.browsing_id AS reference, s.recorded_at AS at,
       s.details ->> 'issue_no' AS number, NULL::integer AS pages, ARRAY[s.details ->> 'area'] AS items, s.operator,
       s.terminal, NULL AS printer, d.destroyed_on
  FROM browsing_steps s LEFT JOIN papers_destroyed d ON d.issue_no = s.details ->> 'issue_no'
 WHERE s.step = 'shown'
 ORDER BY s.step_id

-- name: issued
SELECT EXISTS (SELECT FROM home_copies WHERE issue_no = %(number)s)
    OR EXISTS (SELECT FROM home_copies WHERE more_nos @> ARRAY[%(number)s::text])
    OR EXISTS (SELECT FROM supplementary_copies WHERE issue_no = %(number)s)
    OR EXISTS (SELECT FROM nationwide_copies WHERE issue_no = %(number)s)
    OR EXISTS (SELECT FROM move_out_certificates WHERE certificate = %(number)s)
    OR EXISTS (SELECT FROM code_notice_prints WHERE issue_no = %(number)s)
    OR EXISTS (SELECT FROM browsing_steps WHERE step = 'shown' AND details ->> 'issue_no' = %(number)s) AS issued

-- name: destroy
INSERT INTO papers_destroyed (issue_no, reason, destroyed_on, recorded_at, operator, terminal)
VALUES (%(number)s, %(reason)s, %(on)s, %(at)s, %(operator)s, %(terminal)s) ON CONFLICT DO NOTHING
