"""Named SQL and nothing else: the only package that talks to PostgreSQL.

One module a table group; SQL stands in ``queries/*.sql`` in named blocks; rows become domain values here
and in no other place. Functions take a ``Transaction`` that a service has opened.
"""
