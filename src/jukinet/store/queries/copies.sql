-- name: lock
SELECT application_id, input_digest, home, state, issue_no, refusal, pages, applied_on
  FROM nationwide_copies WHERE application_id = %(application_id)s FOR UPDATE

-- name: intend
INSERT INTO nationwide_copies (application_id, input_digest, home, state, operator, applied_on, changed_at)
VALUES (%(application_id)s, %(input_digest)s, %(home)s, 'intended', %(operator)s, %(on)s, %(at)s)
ON CONFLICT (application_id) DO NOTHING

-- name: next_serial
SELECT nextval('copy_serial') AS serial

-- name: issue
UPDATE nationwide_copies
   SET state = 'issued', issue_no = %(issue_no)s, pages = %(pages)s, changed_at = %(at)s
 WHERE application_id = %(application_id)s AND state = 'intended'

-- name: refuse
UPDATE nationwide_copies SET state = 'refused', refusal = %(refusal)s, changed_at = %(at)s
 WHERE application_id = %(application_id)s AND state = 'intended'
