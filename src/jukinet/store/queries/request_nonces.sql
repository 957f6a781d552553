-- name: forget
SELECT request_nonces_forget(%(before)s) AS forgotten
