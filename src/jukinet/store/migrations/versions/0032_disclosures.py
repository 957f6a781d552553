"""Disclosure of identity-verification information to the person, corrections asked for, and complaints."""

from jukinet.store.schema import run_files

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run_files(revision)
