"""Domain: codes, names, addresses, dates, persons, changes, items and errors. Pure, standard library only."""
