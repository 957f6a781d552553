-- Which request used a nonce up: one whose answer was lost on the way from the database is tried again, and must not be
-- taken for another that has its nonce.
ALTER TABLE request_nonces ADD COLUMN mark text;
