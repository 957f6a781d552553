-- What each batch of the office was given.

-- name: keep
INSERT INTO batch_settings (batch, given, given_on, recorded_at, operator, terminal)
VALUES (%(batch)s, %(given)s, %(given_on)s, %(recorded_at)s, %(operator)s, %(terminal)s)

-- name: last
SELECT given, given_on, operator FROM batch_settings WHERE batch = %(batch)s ORDER BY setting_id DESC LIMIT 1
