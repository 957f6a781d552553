-- The journal asks for what each act said; who signs again, for what was said since a key ended.
CREATE INDEX outbox_act ON outbox (act_xid);
CREATE INDEX outbox_created_at ON outbox USING brin (created_at) WITH (pages_per_range = 32);
