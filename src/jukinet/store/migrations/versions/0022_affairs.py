"""Affairs set by ordinance of a prefecture or a municipality."""

from jukinet.store.schema import run_files

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_files(revision)
