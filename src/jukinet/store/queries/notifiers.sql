-- name: add
INSERT INTO notifiers (resident_id, history_no, capacity, identity, authority, in_writing, papers_excused,
                       authority_excused, represented, particulars)
VALUES (%(resident_id)s, %(history_no)s, %(capacity)s, %(identity)s, %(authority)s, %(in_writing)s,
        %(papers_excused)s, %(authority_excused)s, %(represented)s, %(particulars)s::text[])

-- name: of_resident
SELECT history_no, capacity, identity, authority, in_writing, papers_excused, authority_excused, represented,
       coalesce(particulars, '{}') AS particulars
  FROM notifiers WHERE resident_id = %(resident_id)s
