-- Finding residents: the keys of names, kana, dates and addresses, present and past.
-- Derived from resident_versions by jukinet.domain.search_keys, kept by every act, and made anew by the migration
-- where search_key_facts does not name this program's rules.

ALTER TABLE residents ADD COLUMN sex text;

-- Deleted records are found by the household that they had.
CREATE INDEX residents_household_ever ON residents (household_no) WHERE NOT present;

-- Byte order: ranges of keys are beginnings of words, in whatever locale the database is.
CREATE TABLE resident_search_keys (
    resident_id bigint NOT NULL REFERENCES residents ON DELETE CASCADE,
    kind        text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    past        boolean NOT NULL,
    PRIMARY KEY (resident_id, kind, key)
);
CREATE INDEX resident_search_keys_key ON resident_search_keys (kind, key, resident_id) INCLUDE (past);
GRANT SELECT, INSERT, UPDATE (past) ON resident_search_keys TO jukinet_office, jukinet_network, jukinet_worker;

-- By which rules the keys were made; every process of the node asks before it serves. Empty: they are to be made.
CREATE TABLE search_key_facts (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    made_with text NOT NULL
);
INSERT INTO search_key_facts (made_with) VALUES ('');
GRANT SELECT ON search_key_facts TO jukinet_network, jukinet_supply, jukinet_office, jukinet_worker, jukinet_purge;
