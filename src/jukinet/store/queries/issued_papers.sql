-- name: copies_of
-- Found by the codes that the resident had, which are indexed.
SELECT business_on AS on, actor, reference
  FROM audit_entries
 WHERE subject_code = ANY(%(codes)s::text[]) AND resident_no = %(resident_no)s
   AND event = 'copies:nationwide:supplied' AND outcome = 'done'
 ORDER BY entry_id

-- name: certificates_of
SELECT issued_on AS on, certificate FROM move_out_certificates WHERE resident_id = %(resident_id)s ORDER BY issue_id

-- name: code_notices_of
SELECT decided_on AS on, kind FROM code_notices WHERE resident_id = %(resident_id)s ORDER BY notice_id
