-- And on whether the governor does the centre's work himself.
GRANT SELECT ON alone_notices, alone_ends TO jukinet_network;
