-- name: add
INSERT INTO error_reports (report_id, code, municipality, items, from_node, state, noted_by, noted_at)
VALUES (%(report_id)s, %(code)s, %(municipality)s, %(items)s, %(from_node)s, %(state)s, %(noted_by)s, %(at)s)

-- name: lock
SELECT report_id, code, municipality, items, from_node, state, noted_by, noted_at, passed_on_at, answered_at
  FROM error_reports WHERE report_id = %(report_id)s FOR UPDATE

-- name: pass_on
UPDATE error_reports SET state = 'passed-on', passed_on_at = %(at)s WHERE report_id = %(report_id)s

-- name: answer
UPDATE error_reports SET state = %(state)s, answered_by = %(by)s, answered_at = %(at)s WHERE report_id = %(report_id)s

-- name: listed
SELECT report_id, code, municipality, items, from_node, state, noted_by, noted_at, passed_on_at, answered_at
  FROM error_reports WHERE %(all)s OR answered_at IS NULL ORDER BY noted_at, report_id

-- name: is_known
-- Whether the record is live here, or a check confirmed that it differs: it may be the other side that has it.
SELECT EXISTS (SELECT FROM live_copies WHERE code = %(code)s AND municipality = %(municipality)s)
    OR EXISTS (SELECT FROM consistency_differences
                WHERE code = %(code)s AND municipality = %(municipality)s
                  AND gone_at IS NULL AND confirmed_at IS NOT NULL) AS known

-- name: said_since
-- Whether a notice about the code was put into the outbox since, also one of its deletion or replacement.
SELECT EXISTS (
    SELECT FROM outbox
     WHERE kind = 'identity-notice' AND created_at > %(since)s
       AND %(code)s IN (convert_from(body, 'UTF8')::jsonb ->> 'code',
                        convert_from(body, 'UTF8')::jsonb -> 'change' ->> 'previous_code')) AS said
