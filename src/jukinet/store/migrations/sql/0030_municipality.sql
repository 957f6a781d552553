-- Entries about one resident are found by number too: before there was a code, or where an act names the number alone.
CREATE INDEX audit_entries_resident ON audit_entries (resident_no) WHERE resident_no IS NOT NULL;
