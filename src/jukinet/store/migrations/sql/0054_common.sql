-- Whether a lost act had given a code to somebody is found by whom it gave it to: whoever is entered anew meanwhile must not
-- wait until every lost act was read. gave: the digest of that, empty where it gave none; null: found before this version, and
-- read each time.
ALTER TABLE recovery_items ADD COLUMN gave bytea;
CREATE INDEX recovery_items_gave ON recovery_items (gave) WHERE state = 'open';
