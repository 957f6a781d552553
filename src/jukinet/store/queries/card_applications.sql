-- name: add
INSERT INTO card_applications (resident_id, number, applied_on, form, receiver, shown, own, cannot_come)
VALUES (%(resident_id)s, %(number)s, %(applied_on)s, %(form)s, %(receiver)s, %(shown)s::text[], %(own)s,
        %(cannot_come)s)

-- name: of_resident
SELECT number, applied_on, form, receiver, shown, own, cannot_come
  FROM card_applications WHERE resident_id = %(resident_id)s

-- name: add_enquiry
INSERT INTO card_enquiries (resident_id, applied_on, step, way, done_on, operator, terminal, recorded_at)
VALUES (%(resident_id)s, %(applied_on)s, %(step)s, %(way)s, %(done_on)s, %(operator)s, %(terminal)s, %(at)s)

-- name: enquiries
SELECT applied_on, step, way, done_on FROM card_enquiries WHERE resident_id = %(resident_id)s ORDER BY step_id
