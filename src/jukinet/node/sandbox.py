"""A directory with which an organ begins: certificate, key, persons to ask for, and a script for curl and openssl.

Owns the files. Who is asked for, and what is expected, is in ``jukinet.services.supply.sandbox``; keys and certificates
are made by ``jukinet.node.pki``. All of it lies in one place, as on a laptop: the network's keys must be here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug
from jukinet.law.catalogue import packaged
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.network.supply_openapi import VERIFY
from jukinet.node import keys, pki, pki_members, wiring
from jukinet.node.config import NodeConfig
from jukinet.node.postgres import Role
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import sandbox
from jukinet.services.supply.sandbox import Trial

CREDENTIALS = ("tls.pem", "tls.key", "ca.pem", "statement.key")

_README = """\
What an organ needs to try its connection to {node}. Everybody in it is invented.

tls.pem, tls.key   the certificate of {organ}, and its key
ca.pem             the authority by which the door is known
statement.key      the key that signs requests (RFC 9421)
requests/          ten persons to ask for, and one request that the law refuses
expected/          the status, and what must stand in each answer
ask.sh             asks for all of them:  sh ask.sh
"""


def make(config: NodeConfig, claim: OperatorClaim, organ: OrganSlug, out: Path) -> int | Refused:
    """Fill a new directory for an organ; how many persons are in it.

    An organ that is no member of the network becomes one, and a new directory is signed. Raises CONFLICT where ``out``
    holds something, CONFIGURATION where the network's keys are not here or the node has no supply door.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise JukinetError(ErrorKind.CONFLICT, f"{out} is not empty; name a new directory.")
    with wiring.open_node(config, Role.OFFICE) as node:
        trials = sandbox.make(node.context, claim, organ, is_sandbox=config.sandbox)
        if isinstance(trials, Refused):
            return trials
        entry = node.context.directory().node(config.node)
    if entry is None or entry.supply_url is None:
        raise JukinetError(ErrorKind.CONFIGURATION, f"The directory knows no supply door of {config.node}.")
    home = _credentials(config, organ)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for name in CREDENTIALS:
            keys.write_private(partial / name, keys.read_private(home / name))
        _write_trials(partial, trials)
        _write(partial / "README", _README.format(node=config.node, organ=organ))
        _write(partial / "ask.sh", _script(entry.supply_url, config))
        if out.exists():
            out.rmdir()
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return len(trials) - 1


def _credentials(config: NodeConfig, organ: OrganSlug) -> Path:
    """Where the organ's keys and certificate are, made where there are none."""
    path = config.directory.parent
    now = wiring.SystemClock().now()
    members = pki_members.load_members(path)
    if organ not in {entry.slug for entry in members.organs}:
        pki.issue_organ(path, organ, name=_name_of(organ, now), now=now)
        pki.sign_directory(path, now)
        wiring.refresh_directory(config)
    return path / "organs" / str(organ)


def _name_of(organ: OrganSlug, now: datetime) -> str:
    named = (one for affair in packaged().listing(now.date()) for one in affair.organs)
    return next((one.name_ja for one in named if one.slug == organ), str(organ))


def _write_trials(home: Path, trials: Sequence[Trial]) -> None:
    for folder in ("requests", "expected"):
        keys.make_private_directory(home / folder)
    for trial in trials:
        keys.write_private(home / "requests" / f"{trial.name}.json", strict_json.dump(trial.body))
        pieces = [_piece(name, value) for name, value in trial.expected.items()]
        _write(home / "expected" / f"{trial.name}.txt", "\n".join([str(trial.status), *pieces, ""]))


def _piece(name: str, value: object) -> str:
    """A field as an answer spells it."""
    return strict_json.dump({name: value}).decode()[1:-1]


def _script(url: str, config: NodeConfig) -> str:
    text = resources.files("jukinet.node").joinpath("ask.sh").read_text("utf-8")
    for mark, value in {"@URL@": url, "@NODE@": str(config.node), "@ADDRESS@": VERIFY}.items():
        text = text.replace(mark, value)
    return text


def _write(path: Path, text: str) -> None:
    keys.write_private(path, text.encode("utf-8"))
