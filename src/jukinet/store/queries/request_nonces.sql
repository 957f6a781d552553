-- name: spend
-- In one order everywhere: two transactions that wait for each other's nonces would wait for ever.
INSERT INTO request_nonces (organ, nonce, expires_at)
SELECT organ, nonce, expires_at
  FROM unnest(%(organs)s::text[], %(nonces)s::text[], %(ends)s::timestamptz[]) AS n (organ, nonce, expires_at)
 ORDER BY organ, nonce
ON CONFLICT DO NOTHING
RETURNING organ, nonce

-- name: forget
SELECT request_nonces_forget(%(before)s) AS forgotten
