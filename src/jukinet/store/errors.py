"""Driver errors become error kinds here, and lose everything that could carry a row's content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg
from psycopg_pool import PoolClosed, PoolTimeout

from jukinet.domain.errors import ErrorKind, JukinetError


def translate(error: psycopg.Error) -> JukinetError:
    """A ``JukinetError`` that names the SQLSTATE and the constraint, never a value."""
    state = error.sqlstate or "no SQLSTATE"
    constraint = error.diag.constraint_name if error.diag else None
    named = f"{state}, {constraint}" if constraint else state
    if isinstance(error, pg.UniqueViolation | pg.ExclusionViolation):
        return JukinetError(ErrorKind.CONFLICT, f"This contradicts what is already recorded ({named}).")
    if isinstance(error, pg.InvalidPassword | pg.InvalidAuthorizationSpecification):
        return JukinetError(
            ErrorKind.CONFIGURATION,
            "The database refused the log-in. Check the password file of this database role.",
        )
    if isinstance(error, pg.InsufficientPrivilege):
        return JukinetError(ErrorKind.FORBIDDEN, f"This process may not do that in the database ({named}).")
    if isinstance(error, pg.UndefinedTable | pg.InvalidSchemaName | pg.InvalidCatalogName):
        return JukinetError(
            ErrorKind.CONFIGURATION,
            f"The database lacks this node's tables ({named}). Run: jukinet node migrate --config FILE",
        )
    if isinstance(error, pg.LockNotAvailable | pg.QueryCanceled | pg.DeadlockDetected | pg.SerializationFailure):
        return JukinetError(ErrorKind.UNAVAILABLE, f"The database is busy with the same record ({named}). Try again.")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return JukinetError(ErrorKind.UNAVAILABLE, f"The database does not answer ({named}).")
    return JukinetError(ErrorKind.INTERNAL, f"The database refused a statement ({named}).")


@contextmanager
def translated() -> Iterator[None]:
    """Run a block; raise what the driver raises as a ``JukinetError``, without its cause."""
    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from None
    except (PoolTimeout, PoolClosed):
        raise JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer.") from None
