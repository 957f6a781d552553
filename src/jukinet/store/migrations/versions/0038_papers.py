"""Papers: pages, several prints, what was destroyed, seals of three uses; kept orders of members; remarks by reason."""

from jukinet.store.schema import run_files

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    run_files(revision)
