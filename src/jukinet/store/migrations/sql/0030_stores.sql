-- NULL: no process of another version can have written a key since they were made.
ALTER TABLE match_key_facts ALTER COLUMN through DROP NOT NULL;
UPDATE match_key_facts SET through = NULL WHERE NOT EXISTS (SELECT FROM identity_history);
