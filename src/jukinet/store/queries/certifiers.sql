-- name: lock
-- Two who enter somebody at once follow each other; whoever only reads waits for nobody.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' certifiers', 0))

-- name: standing
SELECT c.certifier_id, c.office, c.title, c.name, c.valid_from, c.valid_to
  FROM certifiers c
 WHERE NOT c.withdrawn AND NOT EXISTS (SELECT FROM certifiers r WHERE r.replaces = c.certifier_id)
 ORDER BY c.office, c.valid_from

-- name: add
INSERT INTO certifiers (office, title, name, valid_from, valid_to, withdrawn, replaces, recorded_at, operator, terminal)
VALUES (%(office)s, %(title)s, %(name)s, %(valid_from)s, %(valid_to)s, %(withdrawn)s, %(replaces)s, %(at)s, %(operator)s,
        %(terminal)s)
RETURNING certifier_id AS number

-- name: standing_seals
SELECT s.seal_id, s.office, s.use, s.words, s.valid_from, s.valid_to
  FROM seals s
 WHERE NOT s.withdrawn AND NOT EXISTS (SELECT FROM seals r WHERE r.replaces = s.seal_id)
 ORDER BY s.office, s.use, s.valid_from

-- name: add_seal
INSERT INTO seals (office, use, image, words, valid_from, valid_to, withdrawn, replaces, recorded_at, operator, terminal)
VALUES (%(office)s, %(use)s, %(image)s, %(words)s, %(valid_from)s, %(valid_to)s, %(withdrawn)s, %(replaces)s, %(at)s, %(operator)s,
        %(terminal)s)
RETURNING seal_id AS number

-- name: certified
SELECT c.title, c.name, s.image, s.words
  FROM certifiers c
  LEFT JOIN seals s ON s.seal_id = %(seal)s
 WHERE c.certifier_id = %(certifier)s
