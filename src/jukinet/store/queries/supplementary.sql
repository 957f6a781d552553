-- name: next_serial
SELECT nextval('supplementary_serial') AS serial

-- name: insert
INSERT INTO supplementary_registers (register_no, koseki_key) VALUES (%(register_no)s, %(koseki_key)s)
RETURNING register_id

-- name: lock
SELECT register_id, register_no FROM supplementary_registers WHERE register_no = %(register_no)s
   FOR NO KEY UPDATE

-- name: find
SELECT register_id, register_no FROM supplementary_registers WHERE register_no = %(register_no)s

-- name: by_koseki
SELECT register_no FROM supplementary_registers WHERE koseki_key = %(koseki_key)s AND present

-- name: domiciles
SELECT r.register_no, k.domicile, k.head
  FROM supplementary_registers r
  JOIN LATERAL (SELECT e.domicile, e.head FROM supplementary_entries e
                 WHERE e.register_id = r.register_id AND e.way IN ('opened', 'koseki')
                 ORDER BY e.entry_id DESC LIMIT 1) k ON true
 WHERE r.present
 ORDER BY r.register_no

-- name: handed_over_to
SELECT r.register_no
  FROM supplementary_registers r JOIN supplementary_entries e USING (register_id)
 WHERE e.way = 'handed-over' AND e.municipality = %(municipality)s AND e.day = %(on)s
 ORDER BY r.register_no

-- name: entries
SELECT entry_id, member_no, way, day, speaker, domicile, head, name, address_in, address, building, municipality, ground,
       reference, operator, recorded_at
  FROM supplementary_entries WHERE register_id = %(register_id)s ORDER BY entry_id

-- name: member_of
SELECT m.register_id, r.register_no, m.member_no
  FROM supplementary_registers r JOIN supplementary_members m USING (register_id)
 WHERE r.koseki_key = %(koseki_key)s AND r.present AND m.name_key = %(name_key)s AND m.present

-- name: any_kept
SELECT EXISTS (SELECT 1 FROM supplementary_registers WHERE present) AS kept

-- name: add_member
INSERT INTO supplementary_members (register_id, member_no, name_key)
VALUES (%(register_id)s, %(member_no)s, %(name_key)s)

-- name: add_entry
INSERT INTO supplementary_entries (register_id, member_no, way, day, speaker, domicile, head, name, address_in, address,
                                   building, municipality, ground, reference, operator, terminal, recorded_on, recorded_at)
VALUES (%(register_id)s, %(member_no)s, %(way)s, %(day)s, %(speaker)s, %(domicile)s, %(head)s, %(name)s, %(address_in)s,
        %(address)s, %(building)s, %(municipality)s, %(ground)s, %(reference)s, %(operator)s, %(terminal)s,
        %(recorded_on)s, %(recorded_at)s)

-- name: rename_koseki
UPDATE supplementary_registers SET koseki_key = %(koseki_key)s WHERE register_id = %(register_id)s

-- name: rename_member
UPDATE supplementary_members SET name_key = %(name_key)s
 WHERE register_id = %(register_id)s AND member_no = %(member_no)s

-- name: remove_member
UPDATE supplementary_members SET present = false, abroad = %(abroad)s
 WHERE register_id = %(register_id)s AND member_no = %(member_no)s

-- name: delete
UPDATE supplementary_registers SET present = false, ended_on = %(on)s, ended_at = %(at)s
 WHERE register_id = %(register_id)s

-- name: find_copy
SELECT c.input_digest, c.register_id, r.register_no, c.members, c.entries, c.issue_no, c.issued_on, c.certifier_id,
       c.seal_id, c.unsealed, c.words, c.terminal, c.printer, c.sent_to
  FROM supplementary_copies c JOIN supplementary_registers r USING (register_id)
 WHERE c.application_id = %(application_id)s

-- name: add_copy
INSERT INTO supplementary_copies (application_id, input_digest, register_id, members, entries, asker, brought_by, issue_no,
                                  issued_on, certifier_id, seal_id, unsealed, words, pages, printer, sent_to, recorded_at,
                                  operator, terminal)
VALUES (%(application_id)s, %(digest)s, %(register_id)s, %(members)s::integer[], %(entries)s, %(asker)s, %(brought_by)s,
        %(issue_no)s, %(issued_on)s, %(certifier)s, %(seal)s, %(unsealed)s, %(words)s, %(pages)s, %(printer)s,
        %(sent_to)s, %(at)s, %(operator)s, %(terminal)s)

-- name: newest_hold
WITH RECURSIVE places AS (
    SELECT %(register_id)s::bigint AS register_id
     UNION
    SELECT r.register_id
      FROM places p
      JOIN supplementary_entries e ON e.register_id = p.register_id AND e.way = 'rewritten'
      JOIN supplementary_registers r ON r.register_no = e.reference
)
SELECT bool_or((SELECT h.stands FROM supplementary_holds h WHERE h.register_id = p.register_id
                 ORDER BY h.hold_id DESC LIMIT 1)) AS stands
  FROM places p

-- name: carry_hold
INSERT INTO supplementary_holds (register_id, stands, reason, recorded_at, operator, terminal)
SELECT %(to)s, h.stands, h.reason, h.recorded_at, h.operator, h.terminal
  FROM supplementary_holds h
 WHERE h.stands AND h.hold_id = (SELECT max(n.hold_id) FROM supplementary_holds n WHERE n.register_id = %(register_id)s)

-- name: add_hold
INSERT INTO supplementary_holds (register_id, stands, reason, recorded_at, operator, terminal)
VALUES (%(register_id)s, %(stands)s, %(reason)s, %(at)s, %(operator)s, %(terminal)s)
