-- The analyses read the entries of some days: a log in order of time needs a few kilobytes for that.
CREATE INDEX audit_entries_at ON audit_entries USING brin (at) WITH (pages_per_range = 32);
