-- What each operator last searched for.

-- name: keep
INSERT INTO recent_searches (operator, conditions, searched_at)
VALUES (%(operator)s, %(conditions)s::jsonb, %(searched_at)s)

-- name: last
-- The same conditions once, at their last time.
SELECT conditions::text AS conditions, max(searched_at) AS searched_at, max(search_id) AS search_id
  FROM recent_searches WHERE operator = %(operator)s
 GROUP BY conditions ORDER BY search_id DESC
 LIMIT %(most)s
