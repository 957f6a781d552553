-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' fees', 0))

-- name: fees
SELECT f.fee_no, f.document, f.yen, f.first_day,
       ARRAY(SELECT a.prefecture FROM supply_fee_approvals a WHERE a.fee_no = f.fee_no ORDER BY 1) AS approved_by
  FROM supply_fees f
 ORDER BY f.fee_no

-- name: add
INSERT INTO supply_fees (yen, first_day, document, set_on, recorded_by, recorded_at)
VALUES (%(yen)s, %(first_day)s, %(document)s, %(set_on)s, %(recorded_by)s, %(recorded_at)s)
RETURNING fee_no

-- name: approve
INSERT INTO supply_fee_approvals (fee_no, prefecture, ordinance, document, approved_on, recorded_by, recorded_at)
VALUES (%(fee_no)s, %(prefecture)s, %(ordinance)s, %(document)s, %(approved_on)s, %(recorded_by)s, %(recorded_at)s)
