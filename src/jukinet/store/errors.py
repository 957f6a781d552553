"""Driver errors become error kinds here, and lose everything that could carry a row's content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg
from psycopg_pool import PoolClosed, PoolTimeout

from jukinet.domain.errors import ErrorKind, JukinetError

_TABLE: tuple[tuple[tuple[type[psycopg.Error], ...], ErrorKind, str], ...] = (
    (
        (pg.UniqueViolation, pg.ExclusionViolation),
        ErrorKind.CONFLICT,
        "This contradicts what is already recorded ({named}).",
    ),
    (
        (pg.InvalidPassword, pg.InvalidAuthorizationSpecification),
        ErrorKind.CONFIGURATION,
        "The database refused the log-in. Check the password file of this database role.",
    ),
    (
        # Not FORBIDDEN, which is about whom we serve: a statement that meets a missing grant must not be parked.
        (pg.InsufficientPrivilege,),
        ErrorKind.CONFIGURATION,
        "This process may not do that in the database ({named}). Check which database role it logs in as.",
    ),
    (
        (pg.UndefinedTable, pg.InvalidSchemaName, pg.InvalidCatalogName),
        ErrorKind.CONFIGURATION,
        "The database lacks this node's tables ({named}). Run: jukinet node migrate --config FILE",
    ),
    (
        (pg.LockNotAvailable, pg.QueryCanceled, pg.DeadlockDetected, pg.SerializationFailure),
        ErrorKind.UNAVAILABLE,
        "The database is busy with the same record ({named}). Try again.",
    ),
    (
        # The driver counts these among its operational errors, but trying again does not help.
        (pg.ProgramLimitExceeded, pg.StatementTooComplex, pg.TooManyColumns, pg.TooManyArguments),
        ErrorKind.INTERNAL,
        "The database refused a statement ({named}).",
    ),
    (
        (psycopg.OperationalError, psycopg.InterfaceError),
        ErrorKind.UNAVAILABLE,
        "The database does not answer ({named}).",
    ),
)
"""Driver errors by class, the first that fits; sentences hold a SQLSTATE and a constraint's name at most."""


def translate(error: psycopg.Error) -> JukinetError:
    """A ``JukinetError`` that names the SQLSTATE and the constraint, never a value."""
    state = error.sqlstate or "no SQLSTATE"
    constraint = error.diag.constraint_name
    named = f"{state}, {constraint}" if constraint else state
    for kinds, kind, sentence in _TABLE:
        if isinstance(error, kinds):
            return JukinetError(kind, sentence.format(named=named))
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
