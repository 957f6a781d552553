-- name: add
INSERT INTO browsings (public_body, details, received_on, recorded_on, recorded_at, operator, terminal)
VALUES (%(public_body)s, %(details)s, %(received_on)s, %(on)s, %(at)s, %(operator)s, %(terminal)s)
RETURNING browsing_id

-- name: hold
-- Two steps of one browsing are taken one after the other: nothing is shown beside an order.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' browsing ' || %(browsing_id)s::bigint, 0))

-- name: find
SELECT b.browsing_id, b.public_body, b.details::text AS details, b.received_on,
       ARRAY(SELECT concat_ws(' ', s.step, CASE WHEN s.step IN ('enquired', 'answered') THEN s.details ->> 'viewer' END)
               FROM browsing_steps s WHERE s.browsing_id = b.browsing_id AND s.step <> 'printed' ORDER BY s.step_id) AS steps
  FROM browsings b
 WHERE b.browsing_id = %(browsing_id)s

-- name: every
SELECT b.browsing_id, b.public_body, b.details::text AS details, b.received_on,
       ARRAY(SELECT concat_ws(' ', s.step, CASE WHEN s.step IN ('enquired', 'answered') THEN s.details ->> 'viewer' END)
               FROM browsing_steps s WHERE s.browsing_id = b.browsing_id AND s.step <> 'printed' ORDER BY s.step_id) AS steps
  FROM browsings b
 ORDER BY b.browsing_id

-- name: add_step
INSERT INTO browsing_steps (browsing_id, step, details, done_on, recorded_at, operator, terminal)
VALUES (%(browsing_id)s, %(step)s, %(details)s, %(on)s, %(at)s, %(operator)s, %(terminal)s)

-- name: shown
SELECT b.browsing_id, b.public_body, b.details::text AS details, b.received_on, s.done_on, s.details ->> 'area' AS area
  FROM browsing_steps s JOIN browsings b USING (browsing_id)
 WHERE s.step = 'shown' AND s.done_on BETWEEN %(first)s AND %(last)s
 ORDER BY s.done_on, s.step_id

-- name: living
-- Who may live in a town area, by the beginning of the address's key: which of them do, the domain says.
SELECT r.resident_id, r.resident_no, r.birth_date, r.sex, r.foreign_resident, k.key
  FROM resident_search_keys k JOIN residents r USING (resident_id)
 WHERE k.kind = 'address' AND k.key >= %(low)s AND k.key < %(high)s AND NOT k.past AND r.present

-- name: note_pages
-- A step of its own beside the showing; it is told with it, and is none that anybody took.
INSERT INTO browsing_steps (browsing_id, step, details, done_on, recorded_at, operator, terminal)
SELECT browsing_id, 'printed', jsonb_build_object('issue_no', %(number)s::text, 'pages', %(pages)s::integer), done_on,
       recorded_at, operator, terminal
  FROM browsing_steps WHERE step = 'shown' AND details ->> 'issue_no' = %(number)s

-- name: lists
SELECT s.browsing_id, s.details ->> 'issue_no' AS number, s.recorded_at, s.details ->> 'area' AS area,
       (s.details ->> 'viewer')::integer AS viewer, (p.details ->> 'pages')::integer AS pages, s.operator, s.terminal,
       d.destroyed_on
  FROM browsing_steps s
  LEFT JOIN browsing_steps p
    ON p.browsing_id = s.browsing_id AND p.step = 'printed' AND p.details ->> 'issue_no' = s.details ->> 'issue_no'
  LEFT JOIN papers_destroyed d ON d.issue_no = s.details ->> 'issue_no'
 WHERE s.step = 'shown'
 ORDER BY s.step_id
