"""The fault harness: a small federation of real processes, broken under load, and judged from outside.

``plan`` draws from a seed what happens when; ``site`` makes the nodes, ``keeper`` runs and restarts their processes,
``lines`` and ``hops`` are the network between them, ``clerks`` act, ``injecting`` breaks, ``checker`` judges and
imports nothing of all this. ``breaks`` are wrong programs that it must catch.
"""
