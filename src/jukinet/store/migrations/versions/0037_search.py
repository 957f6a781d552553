"""Places and terminals where a municipality's operators work."""

from jukinet.store.schema import run_files

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    run_files(revision)
