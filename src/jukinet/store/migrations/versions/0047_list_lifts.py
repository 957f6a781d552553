"""Lifts for one list that is browsed."""

from jukinet.store.schema import run_files

revision = "0047"
down_revision = "0045"


def upgrade() -> None:
    run_files(revision)
