-- name: receive
INSERT INTO code_pool (code, designation_id, received_at, drawn_at, void)
VALUES (%(code)s, %(designation_id)s, %(at)s, %(drawn_at)s, %(void)s)

-- name: count_free
SELECT count(*) AS free FROM code_pool WHERE drawn_at IS NULL

-- name: nth_free
-- Without a lock: rows that OFFSET passes over would be locked with it, and other draws would miss them.
SELECT code FROM code_pool WHERE drawn_at IS NULL ORDER BY code OFFSET %(nth)s LIMIT 1

-- name: mark_if_free
UPDATE code_pool SET drawn_at = %(at)s
 WHERE code = (SELECT code FROM code_pool WHERE code = %(code)s AND drawn_at IS NULL FOR UPDATE SKIP LOCKED)

-- name: mark_drawn
UPDATE code_pool SET drawn_at = %(at)s WHERE code = %(code)s AND drawn_at IS NULL

-- name: free_codes
SELECT code FROM code_pool WHERE drawn_at IS NULL ORDER BY code FOR UPDATE

-- name: add_designation
INSERT INTO designations (designation_id, municipality, codes, designated_on, designated_at, operator)
VALUES (%(designation_id)s, %(municipality)s, %(codes)s, %(on)s, %(at)s, %(operator)s)

-- name: designate
INSERT INTO designated_codes (code, designation_id)
SELECT wanted.code, %(designation_id)s FROM unnest(%(codes)s::text[]) AS wanted (code)
 WHERE %(known)s OR NOT EXISTS (SELECT 1 FROM identity_history h WHERE h.code = wanted.code)
ON CONFLICT DO NOTHING
RETURNING code

-- name: keep_aside
INSERT INTO reserved_codes (code, designation_id, incarnation, received_at, void)
VALUES (%(code)s, %(designation_id)s, %(incarnation)s, %(at)s, %(void)s)

-- name: count_aside
SELECT count(*) AS free FROM reserved_codes WHERE given_at IS NULL AND NOT void AND incarnation = %(incarnation)s

-- name: free_aside
SELECT code FROM reserved_codes WHERE given_at IS NULL AND NOT void AND incarnation = %(incarnation)s
 ORDER BY code FOR UPDATE

-- name: give_aside
UPDATE reserved_codes SET given_to = %(given_to)s, given_at = %(at)s WHERE code = ANY(%(codes)s::text[])

-- name: stock_level
SELECT level FROM code_stock_levels ORDER BY level_id DESC LIMIT 1

-- name: set_stock_level
INSERT INTO code_stock_levels (level, set_at, operator) VALUES (%(level)s, %(at)s, %(operator)s)

-- name: has_pool
SELECT EXISTS (SELECT FROM code_pool) AS found

-- name: ask
INSERT INTO code_requests (request_id, codes, asked_at, operator)
VALUES (%(request_id)s, %(codes)s, %(at)s, %(operator)s)
ON CONFLICT DO NOTHING

-- name: open_request
SELECT request_id, codes, asked_at, operator FROM code_requests WHERE answered_at IS NULL

-- name: answered
UPDATE code_requests SET answered_at = %(at)s WHERE request_id = %(request_id)s AND answered_at IS NULL

-- name: receive_request
INSERT INTO code_requests_received (request_id, municipality, codes, received_at)
VALUES (%(request_id)s, %(municipality)s, %(codes)s, %(at)s)

-- name: lock_open_requests
SELECT request_id, municipality, codes, received_at FROM code_requests_received
 WHERE answered_at IS NULL AND (%(municipality)s::text IS NULL OR municipality = %(municipality)s)
 ORDER BY received_at, request_id
   FOR UPDATE

-- name: open_requests
SELECT request_id, municipality, codes, received_at FROM code_requests_received
 WHERE answered_at IS NULL ORDER BY received_at, request_id

-- name: last_answered
SELECT max(answered_at) AS at FROM code_requests_received
 WHERE municipality = %(municipality)s AND NOT by_person

-- name: answer_request
UPDATE code_requests_received SET answered_at = %(at)s, by_person = %(by_person)s WHERE request_id = %(request_id)s
