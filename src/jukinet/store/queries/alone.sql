-- name: running
SELECT n.works, n.notified_on, e.notified_on AS ended_on
  FROM alone_notices n LEFT JOIN alone_ends e USING (notice_no)

-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' alone', 0))

-- name: notices
SELECT n.notice_no, n.cause, n.works, n.document, n.notified_on, e.notified_on AS ended_on, e.document AS end_document,
       p.published_on, p.document AS published_in, q.published_on AS end_published_on, q.document AS end_published_in
  FROM alone_notices n
  LEFT JOIN alone_ends e USING (notice_no)
  LEFT JOIN alone_publications p ON p.notice_no = n.notice_no AND NOT p.of_end
  LEFT JOIN alone_publications q ON q.notice_no = n.notice_no AND q.of_end
 ORDER BY n.notice_no

-- name: begin
INSERT INTO alone_notices (cause, works, document, notified_on, recorded_by, recorded_at)
VALUES (%(cause)s, %(works)s, %(document)s, %(notified_on)s, %(recorded_by)s, %(recorded_at)s)
RETURNING notice_no

-- name: end
INSERT INTO alone_ends (notice_no, document, notified_on, recorded_by, recorded_at)
VALUES (%(notice_no)s, %(document)s, %(notified_on)s, %(recorded_by)s, %(recorded_at)s)

-- name: publish
INSERT INTO alone_publications (notice_no, of_end, document, published_on, recorded_by, recorded_at)
VALUES (%(notice_no)s, %(of_end)s, %(document)s, %(published_on)s, %(recorded_by)s, %(recorded_at)s)
