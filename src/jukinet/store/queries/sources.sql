-- name: versions
SELECT r.resident_id, r.resident_no, v.history_no, v.reason, v.effective_on, v.effective_seq, v.recorded_at,
       v.notified_on, v.operator, v.terminal, v.restates, v.present, v.items::text AS items
  FROM residents r JOIN resident_versions v USING (resident_id)
 ORDER BY r.resident_no, v.history_no

-- name: cards
SELECT DISTINCT ON (r.resident_no, c.card_id)
       r.resident_id, r.resident_no, c.number AS card_number, c.issued_on, v.state, v.expires_on, v.wait_until,
       v.lost_on, v.lapse, v.lapsed_on, v.returned_on
  FROM cards c JOIN card_versions v USING (card_id) JOIN residents r ON r.resident_id = c.resident_id
 ORDER BY r.resident_no, c.card_id, v.version_no DESC

-- name: papers
-- Of nationwide copies the log alone tells; of all others their own rows.
SELECT r.resident_id, r.resident_no, p.issued_on, p.kind, p.number
  FROM (SELECT s.resident_id, c.issued_on, c.asker || '-' || c.paper AS kind, c.issue_no AS number
          FROM home_copy_persons s JOIN home_copies c USING (copy_id)
        UNION ALL
        SELECT resident_id, issued_on, 'move-out-certificate', certificate FROM move_out_certificates
        UNION ALL
        SELECT resident_id, decided_on, 'code-' || kind, NULL FROM code_notices
        UNION ALL
        SELECT o.resident_id, e.business_on, 'nationwide-copy', e.reference
          FROM audit_entries e JOIN residents o ON o.resident_no = e.resident_no
         WHERE e.event = 'copies:nationwide:supplied' AND e.outcome = 'done') AS p
  JOIN residents r USING (resident_id)
 ORDER BY r.resident_no, p.issued_on, p.kind, p.number
