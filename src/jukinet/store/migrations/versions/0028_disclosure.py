"""Disclosure to residents, and what the register keeps beside."""

from jukinet.store.schema import run_files

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_files(revision)
