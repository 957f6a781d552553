-- The supplementary register of the koseki (戸籍の附票, Act Arts. 16 to 19). A register is its entries; beside them stands
-- by what it and its members are found, and since when it is deleted. Entries of residents' acts and of notices are
-- only added and lock nothing; an act on the register itself locks its row.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

CREATE SEQUENCE supplementary_serial;
GRANT USAGE ON SEQUENCE supplementary_serial TO jukinet_office;

CREATE TABLE supplementary_registers (
    register_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register_no text NOT NULL UNIQUE,
    koseki_key  bigint NOT NULL,
    present     boolean NOT NULL DEFAULT true,
    ended_on  date,
    ended_at  timestamptz,
    CHECK (present = (ended_on IS NULL) AND present = (ended_at IS NULL))
);
CREATE UNIQUE INDEX supplementary_registers_koseki ON supplementary_registers (koseki_key) WHERE present;
GRANT SELECT ON supplementary_registers TO jukinet_office, jukinet_network, jukinet_worker;
GRANT INSERT, UPDATE (koseki_key, present, ended_on, ended_at) ON supplementary_registers TO jukinet_office;

-- abroad: removed while no address in the country stood, and not by death: what Ord. 34(2) keeps for long.
CREATE TABLE supplementary_members (
    register_id bigint NOT NULL REFERENCES supplementary_registers,
    member_no   integer NOT NULL,
    name_key    bigint NOT NULL,
    present     boolean NOT NULL DEFAULT true,
    abroad      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (register_id, member_no)
);
GRANT SELECT ON supplementary_members TO jukinet_office, jukinet_network, jukinet_worker;
GRANT INSERT, UPDATE (name_key, present, abroad) ON supplementary_members TO jukinet_office;

CREATE TABLE supplementary_entries (
    entry_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register_id     bigint NOT NULL REFERENCES supplementary_registers,
    member_no       integer,
    way             text NOT NULL,
    day             date NOT NULL,
    speaker         text NOT NULL,
    domicile        text,
    head            text,
    name            text,
    address_in      text,
    address         text,
    building        text,
    municipality    text,
    ground          text,
    reference       text,
    operator        text NOT NULL,
    terminal        text,
    recorded_on     date NOT NULL,
    recorded_at     timestamptz NOT NULL,
    FOREIGN KEY (register_id, member_no) REFERENCES supplementary_members
);
CREATE INDEX supplementary_entries_register ON supplementary_entries (register_id, entry_id);
GRANT SELECT, INSERT ON supplementary_entries TO jukinet_office;
GRANT INSERT ON supplementary_entries TO jukinet_network, jukinet_worker;

-- The notices of Art. 19(1) go with the act, also where the worker or a move-in notice deletes the record.
GRANT INSERT ON koseki_messages TO jukinet_office, jukinet_worker;
GRANT INSERT ON tellings TO jukinet_network, jukinet_worker;

INSERT INTO retention_subjects (subject, base, key_column, key_type, lock_table, lock_column) VALUES
    ('supplementary', 'supplementary_registers', 'register_id', 'bigint', 'supplementary_registers', 'register_id');
INSERT INTO retention_parts (subject, place, part, part_column) VALUES
    ('supplementary', 1, 'supplementary_entries', 'register_id'),
    ('supplementary', 2, 'supplementary_members', 'register_id'),
    ('supplementary', 3, 'supplementary_registers', 'register_id');

CREATE FUNCTION retention_past_supplementary(p_key bigint, p_day date, p_backup_days integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT greatest(ended_on, retention_japan(ended_at)) <= retention_began(
               CASE WHEN EXISTS (SELECT 1 FROM supplementary_members m WHERE m.register_id = p_key AND m.abroad)
                    THEN 'retention-years-supplementary-abroad' ELSE 'retention-years-supplementary' END, p_day)
      FROM supplementary_registers WHERE register_id = p_key AND NOT present
$$;
SELECT retention_close();
