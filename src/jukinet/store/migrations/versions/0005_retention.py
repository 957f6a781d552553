"""Retention: the purge role and the functions through which alone it deletes."""

from jukinet.store.schema import run_files

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_files(revision)
