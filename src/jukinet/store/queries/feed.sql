-- name: lock
-- Whoever has written and not yet committed is waited for; who would write now waits for the end of this transaction.
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' resident_changes', 0))

-- name: page
SELECT change_no, resident_id FROM resident_changes WHERE change_no > %(after)s ORDER BY change_no LIMIT %(most)s
