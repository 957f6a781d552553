"""Browsing of a part of the register, and what people say of records."""

from jukinet.store.schema import run_files

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_files(revision)
