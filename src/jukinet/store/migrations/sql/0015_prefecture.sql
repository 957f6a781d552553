-- The term of a record depends on whether its move-out was confirmed.
GRANT SELECT ON move_out_confirmations TO jukinet_worker;
