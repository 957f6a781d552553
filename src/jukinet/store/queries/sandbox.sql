-- name: persons
-- Who is found by the code and by the four items, and nobody else by the same ones.
SELECT r.code, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building
  FROM identity_records r
 WHERE r.live AND r.speaks AND NOT r.superseded AND r.undetermined_from IS NULL AND r.retain_until IS NULL
   AND r.birth_date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
   AND NOT EXISTS (SELECT FROM identity_records o
                    WHERE o.birth_date = r.birth_date AND o.sex = r.sex AND o.code <> r.code)
 ORDER BY r.code
 LIMIT %(most)s

-- name: is_held
SELECT EXISTS (SELECT FROM identity_records WHERE code = %(code)s) AS held
