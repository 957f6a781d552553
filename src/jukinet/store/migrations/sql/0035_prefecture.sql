-- The worker decides again with each part of a batch: also on what ordinances of the prefecture let be asked for.
GRANT SELECT ON ordinance_affairs, ordinance_affair_ends TO jukinet_worker;
