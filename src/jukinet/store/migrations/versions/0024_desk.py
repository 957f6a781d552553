"""What the supply desk counts and looks up."""

from jukinet.store.schema import run_files

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_files(revision)
