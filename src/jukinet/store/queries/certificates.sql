-- name: first_issue
-- The first certificate for a move-out that was filed and planned on these days; what is issued again shows it.
SELECT c.history_no, c.head_id, c.head_history_no, v.items::text AS items, h.items::text AS head_items
  FROM move_out_certificates c
  JOIN resident_versions v ON v.resident_id = c.resident_id AND v.history_no = c.history_no
  LEFT JOIN resident_versions h ON h.resident_id = c.head_id AND h.history_no = c.head_history_no
 WHERE c.resident_id = %(resident_id)s AND c.planned_on = %(planned_on)s AND c.filed_on = %(filed_on)s
 ORDER BY c.issue_id LIMIT 1

-- name: add
INSERT INTO move_out_certificates (certificate, resident_id, history_no, head_id, head_history_no, planned_on, filed_on,
                                   issued_on, again, late, with_card, pages, printer, operator, terminal, recorded_at)
VALUES (%(certificate)s, %(resident_id)s, %(history_no)s, %(head_id)s, %(head_history_no)s, %(planned_on)s,
        %(filed_on)s, %(issued_on)s, %(again)s, %(late)s, %(with_card)s, %(pages)s, %(printer)s, %(operator)s,
        %(terminal)s, %(at)s)
