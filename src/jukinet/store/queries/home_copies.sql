-- name: find
SELECT copy_id, application_id, input_digest, issue_no, more_nos, issued_on, persons, whole, certifier_id, seal_id,
       unsealed, words, recorded_at, terminal, printer
  FROM home_copies WHERE application_id = %(application_id)s

-- name: add
INSERT INTO home_copies (application_id, input_digest, paper, asker, brought_by, body, wanted, left_out, whole, persons,
                         issue_no, more_nos, pages, issued_on, certifier_id, seal_id, unsealed, words, operator, terminal,
                         printer, recorded_at)
VALUES (%(application_id)s, %(input_digest)s, %(paper)s, %(asker)s, %(brought_by)s, %(body)s, %(wanted)s::text[],
        %(left_out)s::text[], %(whole)s, %(persons)s, %(issue_no)s, %(more_nos)s::text[], %(pages)s,
        %(issued_on)s, %(certifier)s, %(seal)s, %(unsealed)s, %(words)s, %(operator)s, %(terminal)s, %(printer)s, %(at)s)
RETURNING copy_id

-- name: add_person
INSERT INTO home_copy_persons (copy_id, place, resident_id, history_no, head_id, head_history_no)
VALUES (%(copy_id)s, %(place)s, %(resident_id)s, %(history_no)s, %(head_id)s, %(head_history_no)s)

-- name: persons
SELECT p.resident_id, r.resident_no, p.history_no, p.head_id, p.head_history_no, v.present, v.items::text AS items,
       h.items::text AS head_items
  FROM home_copy_persons p
  JOIN residents r ON r.resident_id = p.resident_id
  JOIN resident_versions v ON v.resident_id = p.resident_id AND v.history_no = p.history_no
  LEFT JOIN resident_versions h ON h.resident_id = p.head_id AND h.history_no = p.head_history_no
 WHERE p.copy_id = %(copy_id)s
 ORDER BY p.place
