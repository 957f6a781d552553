"""What the centre does no more, and governors who end the delegation."""

from jukinet.store.schema import run_files

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run_files(revision)
