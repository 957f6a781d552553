-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' supervision', 0))

-- name: add
INSERT INTO centre_demands (kind, prefecture, said, document, document_on, due_on, recorded_by, recorded_at)
VALUES (%(kind)s, %(prefecture)s, %(said)s, %(document)s, %(document_on)s, %(due_on)s, %(by)s, %(at)s)
RETURNING demand_no

-- name: answer
INSERT INTO centre_demand_answers (demand_no, said, document, done_on, recorded_by, recorded_at)
VALUES (%(demand_no)s, %(said)s, %(document)s, %(done_on)s, %(by)s, %(at)s)

-- name: listed
SELECT d.demand_no, d.kind, d.prefecture, d.said, d.document, d.document_on, d.due_on, a.said AS answer, a.done_on
  FROM centre_demands d LEFT JOIN centre_demand_answers a USING (demand_no)
 ORDER BY d.demand_no
