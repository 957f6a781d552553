-- A governor reports errors to municipalities, and the centre what came of its own reports (M16).
GRANT INSERT ON outbox TO jukinet_office, jukinet_network;
