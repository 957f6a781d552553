-- name: lock
SELECT request_id, input_digest, previous, state, moved_on, filed_on, refusal, particulars FROM move_in_requests
 WHERE request_id = %(request_id)s
   FOR UPDATE

-- name: intend
INSERT INTO move_in_requests (request_id, input_digest, previous, state, moved_on, filed_on, asked_on, operator,
                              changed_at)
VALUES (%(request_id)s, %(digest)s, %(previous)s, 'intended', %(moved_on)s, %(filed_on)s, %(on)s, %(operator)s,
        %(at)s)
ON CONFLICT DO NOTHING

-- name: answer
UPDATE move_in_requests SET state = 'answered', particulars = %(particulars)s, changed_at = %(at)s
 WHERE request_id = %(request_id)s AND state = 'intended'

-- name: refuse
UPDATE move_in_requests SET state = 'refused', refusal = %(refusal)s, changed_at = %(at)s
 WHERE request_id = %(request_id)s AND state = 'intended'

-- name: use
UPDATE move_in_requests SET state = 'used', changed_at = %(at)s
 WHERE request_id = %(request_id)s AND state = 'answered'
