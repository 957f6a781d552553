-- Keys by which the four items are matched: by which rules they were made.

SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- Every process of the node asks before it serves. Empty: they are to be made (``jukinet node migrate``).
-- through: up to which notice they were looked at since; a process of the program before may have written later ones.
CREATE TABLE match_key_facts (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    made_with text NOT NULL,
    through   bigint NOT NULL
);
INSERT INTO match_key_facts (made_with, through) VALUES ('', 0);
GRANT SELECT ON match_key_facts TO jukinet_network, jukinet_supply, jukinet_office, jukinet_worker, jukinet_purge;
GRANT UPDATE (through) ON match_key_facts TO jukinet_worker;
