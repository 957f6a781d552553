-- name: terms
SELECT parameter, valid_from, value FROM retention_terms

-- name: count
SELECT last, counts FROM retention_count(%(subject)s, %(on)s, %(backup_days)s, %(after)s, %(most)s)

-- name: erase
SELECT last, counts
  FROM retention_erase(%(subject)s, %(on)s, %(backup_days)s, %(after)s, %(most)s,
                       %(at)s, %(actor)s, %(terminal)s, %(reference)s, %(basis)s, %(salt)s)
