"""${message}"""

from jukinet.store.schema import run_files

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    run_files(revision)
