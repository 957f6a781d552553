-- name: codes_before
-- A code that still has a record of its own is another person's: the two had one code by mistake (Act Art. 30-2(2)).
WITH RECURSIVE had (code) AS (
    SELECT %(code)s::text
     UNION
    SELECT h.previous_code FROM had JOIN identity_history h ON h.code = had.code
     WHERE h.previous_code IS NOT NULL
       AND NOT EXISTS (SELECT FROM identity_records r
                        WHERE r.code = h.previous_code AND r.live AND NOT r.superseded)
)
SELECT code FROM had

-- name: is_replaced
SELECT EXISTS (SELECT FROM identity_history WHERE previous_code = %(code)s)
       AND NOT EXISTS (SELECT FROM identity_records r
                        WHERE r.code = %(code)s AND r.live AND NOT r.superseded) AS replaced

-- name: numbers_under
SELECT DISTINCT resident_no FROM audit_entries WHERE subject_code = %(code)s AND resident_no IS NOT NULL

-- name: codes_here
SELECT DISTINCT items ->> 'code' AS code FROM resident_versions
 WHERE resident_id = ANY(%(resident_ids)s::bigint[]) AND items ->> 'code' IS NOT NULL

-- name: about
-- By two indexes: an entry may bear the code, the number, or both.
WITH found (entry_id) AS (
    SELECT entry_id FROM audit_entries WHERE subject_code = ANY(%(codes)s::text[])
     UNION
    SELECT entry_id FROM audit_entries WHERE resident_no = ANY(%(numbers)s::text[])
)
SELECT entry_id, at, business_on, event, outcome, actor, terminal, subject_code, resident_no, affair, reference, rules
  FROM found JOIN audit_entries USING (entry_id)
 WHERE (%(first)s::date IS NULL OR business_on >= %(first)s) AND (%(last)s::date IS NULL OR business_on <= %(last)s)
 ORDER BY entry_id DESC LIMIT %(most)s

-- name: about_codes
-- At a store no entry bears a resident's number, and there is no index for one.
SELECT entry_id, at, business_on, event, outcome, actor, terminal, subject_code, resident_no, affair, reference, rules
  FROM audit_entries
 WHERE subject_code = ANY(%(codes)s::text[])
   AND (%(first)s::date IS NULL OR business_on >= %(first)s) AND (%(last)s::date IS NULL OR business_on <= %(last)s)
 ORDER BY entry_id DESC LIMIT %(most)s

-- name: about_batches
SELECT b.batch_id, b.organ, b.operator, b.case_no, b.affair, r.row_no, r.subject_code, p.at, p.business_on, p.basis
  FROM supply_batch_rows r
  JOIN supply_batches b USING (batch_no)
  JOIN LATERAL (SELECT at, business_on, basis FROM supply_batch_parts
                 WHERE batch_no = r.batch_no AND first_row <= r.row_no ORDER BY first_row DESC LIMIT 1) p ON true
 WHERE r.subject_code = ANY(%(codes)s::text[])
   AND (%(first)s::date IS NULL OR p.business_on >= %(first)s) AND (%(last)s::date IS NULL OR p.business_on <= %(last)s)
 ORDER BY p.at DESC, r.batch_no DESC, r.row_no DESC LIMIT %(most)s
