"""What an operator is told when something is not as it should be: one clear sentence, and an exit code.

0 done, 1 failed, 2 mistyped, 3 refused by law or policy.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.acceptance.country import (
    AFFAIR,
    CLERK,
    DATABASE,
    KUNI,
    NATIONAL,
    NETWORK,
    PARTS,
    PENSION,
    PREF,
    SILENT,
    SUPPLY,
    WHOLE,
    WORKER,
    Country,
    Ran,
    alive,
    clean_environment,
    listens,
    run,
    until,
    unusual_name,
)
from tests.acceptance.lines import HOST

from jukinet.node.postgres import Cluster, Role

pytestmark = pytest.mark.timeout(300)


def require_sentence(ran: Ran, *words: str) -> None:
    """Exit code 1, nothing on standard output, and one sentence (or two) with these words."""
    assert ran.code == 1, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert ran.err.count("\n") == 1, ran.err
    for word in words:
        assert word in ran.err, ran.err


@contextmanager
def other_config(country: Country, tmp_path: Path, *changes: tuple[str, str]) -> Iterator[Path]:
    """Tokyo's configuration with pieces of it exchanged, in a place of its own."""
    text = country.config(PREF).read_text("utf-8").replace('"../../', f'"{country.home}/')
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file = tmp_path / "node.toml"
    file.write_text(text, "utf-8")
    yield file


def test_a_port_in_use(country: Country) -> None:
    """Tokyo's network door runs already; a second one says so and harms nothing."""
    before = country.last_entry(PREF)
    ran = country.at(PREF, "node", "run", "network", expect=None)
    require_sentence(
        ran, f"Port {country.ports[PREF, NETWORK]} of {HOST} is already in use", "choose another port"
    )
    assert country.answers(PREF, NETWORK)
    assert country.pid_in_file(PREF, NETWORK) == country.processes[PREF, NETWORK].pid
    assert country.last_entry(PREF) == before, "nothing was started"


def test_a_whole_node_ends_when_one_of_its_parts_cannot_start(country: Country, tmp_path: Path) -> None:
    with other_config(country, tmp_path) as file:
        ran = country.do("node", "run", "--config", file, expect=1)
    # Both doors' ports are taken: the first to find out ends the node, and the other may have said nothing yet.
    ended = re.findall(r"pref-13: (\w+) ended by itself; see (\S+)", ran.told)
    assert ended
    for part, log in ended:
        assert Path(log).resolve() == tmp_path / "log" / f"{part}.log"
        assert "already in use" in Path(log).read_text("utf-8")
    assert country.answers(PREF, NETWORK)
    assert not list(tmp_path.glob("run/*"))


def test_a_wrong_database_password(country: Country, tmp_path: Path) -> None:
    """As against a server of one's own: a DSN, and a directory of password files of which one is wrong."""
    secrets = tmp_path / "secrets"
    shutil.copytree(country.cluster.secrets_dir, secrets)
    office = secrets / "db-jukinet_office.password"
    assert office.exists(), list(secrets.iterdir())
    office.write_text(office.read_text().replace(office.read_text().split(":")[-1].strip(), "wrong"))
    dsn = f'dsn = "host={country.cluster.socket_dir} port=5432"\nsecrets = "{secrets}"'
    with other_config(country, tmp_path, (f'cluster = "{country.home}/state"', dsn)) as file:
        ran = country.do("audit", "list", "--as", CLERK, "--config", file, expect=None)
        require_sentence(ran, "does not accept the password of the role jukinet_office", str(office))
        office.chmod(0o644)
        ran = country.do("audit", "list", "--as", CLERK, "--config", file, expect=None)
        # libpq adds a warning of its own.
        require_sentence(Ran(ran.code, ran.out, ran.err.splitlines()[-1] + "\n"), str(office), "0600")
        office.unlink()
        ran = country.do("audit", "list", "--as", CLERK, "--config", file, expect=None)
        require_sentence(ran, str(office))


@pytest.fixture
def keys(country: Country, tmp_path: Path) -> Path:
    """A copy of Tokyo's keys, to be damaged."""
    copied = tmp_path / "keys"
    shutil.copytree(country.pki / "nodes" / str(PREF), copied, symlinks=True)
    return copied


def check(country: Country, tmp_path: Path, keys: Path) -> Ran:
    old = f'keys = "{country.home}/pki/nodes/{PREF}"'
    with other_config(country, tmp_path, (old, f'keys = "{keys}"')) as file:
        return country.do("node", "check-config", "--config", file, expect=None)


def test_keys_that_are_missing_open_or_something_else(country: Country, tmp_path: Path, keys: Path) -> None:
    assert check(country, tmp_path, keys).code == 0
    (keys / "answer.key").chmod(0o640)
    require_sentence(
        check(country, tmp_path, keys), f"{keys}/answer.key can be read", f"chmod 600 {keys}/answer.key"
    )
    (keys / "answer.key").unlink()
    require_sentence(check(country, tmp_path, keys), f"{keys}/answer.key", "restore it")
    shutil.copy(keys / "tls.key", keys / "answer.key")
    require_sentence(check(country, tmp_path, keys), f"{keys}/answer.key is not a private Ed25519 key")


def test_every_faulty_key_is_named_at_once(country: Country, tmp_path: Path, keys: Path) -> None:
    (keys / "log.key").chmod(0o604)
    (keys / "seal.key").unlink()
    (keys / "answer.key").write_bytes(b"nonsense")
    (keys / "tls.pem").resolve().write_bytes(b"nonsense")
    ran = check(country, tmp_path, keys)
    assert (ran.code, ran.out) == (1, "")
    for name in ("log.key", "seal.key", "answer.key", "tls.pem"):
        assert f"{keys}/{name}" in ran.err, name


def test_a_tls_key_that_others_can_read(country: Country, tmp_path: Path, keys: Path) -> None:
    (keys / "tls.key").resolve().chmod(0o640)
    require_sentence(check(country, tmp_path, keys), "tls.key", "chmod 600")


def test_a_process_does_not_start_with_a_key_that_others_can_read(
    country: Country, tmp_path: Path, keys: Path
) -> None:
    (keys / "answer.key").chmod(0o640)
    old = f'keys = "{country.home}/pki/nodes/{PREF}"'
    with other_config(country, tmp_path, (old, f'keys = "{keys}"')) as file:
        ran = country.do("node", "run", "network", "--config", file, expect=None)
    require_sentence(ran, f"chmod 600 {keys}/answer.key")


def test_every_fault_of_a_configuration_at_once(country: Country, tmp_path: Path) -> None:
    with other_config(
        country,
        tmp_path,
        ('id = "pref-13"', 'id = "pref-99"'),
        (f"port = {country.ports[PREF, NETWORK]}", "port = 99999"),
        ("[trust]", "[trust]\nrot = 1"),
        ('name = "東京都"', ""),
        (f'cluster = "{country.home}/state"', 'dsn = "host=/nowhere"'),
    ) as file:
        ran = country.do("node", "check-config", "--config", file, expect=1)
    assert ran.out == ""
    first, *faults = ran.err.splitlines()
    assert first == f"{file} has faults."
    named = {fault.split(":")[0].strip() for fault in faults}
    assert named == {"node.id", "node.name", "network.port", "trust.rot", "database.secrets"}


def test_every_missing_file_of_a_configuration_at_once(country: Country, tmp_path: Path) -> None:
    with other_config(country, tmp_path, (f"{country.home}/pki", f"{tmp_path}/pki")) as file:
        ran = country.do("node", "check-config", "--config", file, expect=1)
    first, *faults = ran.err.splitlines()
    assert first == f"{file} names files that are not there."
    assert [fault.split(":")[0].strip() for fault in faults] == [
        *("trust.root", "trust.ca", "trust.directory", "trust.keys")
    ]


def test_a_configuration_that_is_none(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    require_sentence(run("node", "check-config", "--config", missing), f"{missing} cannot be read")
    (tmp_path / "bad.toml").write_text("[node\n")
    require_sentence(run("node", "run", "--config", tmp_path / "bad.toml"), "is not a TOML file")
    require_sentence(run("node", "migrate"), "JUKINET_CONFIG")


def test_the_environment_can_name_the_configuration(country: Country) -> None:
    named = clean_environment(JUKINET_CONFIG=str(country.config(PREF)))
    assert run("node", "check-config", environment=named).code == 0


def silent_config(country: Country, tmp_path: Path, database: str) -> Path:
    """Chiyoda's configuration: a node with keys whose schema nobody made."""
    text = country.config(KUNI).read_text("utf-8").replace('"../../', f'"{country.home}/')
    text = text.replace("muni-132152", "muni-131016").replace(f'name = "{DATABASE}"', f'name = "{database}"')
    file = tmp_path / "chiyoda.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_schema_that_was_never_made(country: Country, tmp_path: Path) -> None:
    file = silent_config(country, tmp_path, DATABASE)
    for words in (("audit", "list", "--as", CLERK), ("node", "run", "network"), ("node", "run", "worker")):
        ran = country.do(*words, "--config", file, expect=None)
        require_sentence(ran, "Run: jukinet node migrate --config")


def test_a_database_that_was_never_made(country: Country, tmp_path: Path) -> None:
    file = silent_config(country, tmp_path, "nowhere")
    ran = country.do("audit", "list", "--as", CLERK, "--config", file, expect=None)
    require_sentence(ran, "nowhere does not exist")


@pytest.fixture
def mistaken(country: Country, tmp_path: Path) -> Iterator[Path]:
    """A configuration of Chiyoda on a schema that holds Kunitachi's data: a copy under the wrong name."""
    database = "mistaken"
    text = country.config(KUNI).read_text("utf-8").replace('"../../', f'"{country.home}/')
    kunitachi = tmp_path / "kunitachi.toml"
    kunitachi.write_text(text.replace(f'name = "{DATABASE}"', f'name = "{database}"'), "utf-8")
    country.do("node", "migrate", "--config", kunitachi)
    with country.cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"ALTER SCHEMA {KUNI.schema} RENAME TO {SILENT.schema}")
    yield silent_config(country, tmp_path, database)
    country.cluster.drop_database(database, force=True)


def test_another_nodes_schema_is_not_touched(country: Country, mistaken: Path) -> None:
    for words in (
        ("migrate",),
        ("run", "network"),
        ("run", "worker"),
        ("first-operator", "x", "--name", "x"),
    ):
        ran = country.do("node", *words, "--config", mistaken, expect=None)
        require_sentence(ran, "belongs to another node")


def test_a_second_first_operator_is_refused(country: Country) -> None:
    ran = country.at(KUNI, "node", "first-operator", "tanaka", "--name", "田中", expect=3)
    assert "jukinet operator enrol" in ran.err


def test_a_municipality_has_no_supply_door(country: Country) -> None:
    require_sentence(country.at(KUNI, "node", "run", "supply", expect=None), "no supply door")


def test_retention_runs_as_the_purge_and_finds_nothing_on_a_new_node(country: Country) -> None:
    """Real processes, real roles: what was entered today is past no term, on whatever day the office's clock stands."""
    for node in (KUNI, PREF, NATIONAL):
        before = country.last_entry(node)
        for words in (("--dry-run",), ()):
            ran = country.at(node, "retention", "run", "--as", CLERK, "--json", *words)
            told = json.loads(ran.out)
            assert (told["erased"], told["subjects"], told["left"]) == (not words, {}, ["statements"])
        new = f"SELECT count(*) FROM audit_entries WHERE entry_id > {before} AND event LIKE 'retention:%'"
        assert country.count(node, new) == 2
    assert country.at(KUNI, "retention", "run", "--as", "nobody", expect=3).out == ""
    assert "residents: " in country.do("retention", "list").out


def test_a_register_is_exported_and_read_again_by_processes_of_their_own(
    country: Country, tmp_path: Path
) -> None:
    country.household(unusual_name())
    file, report = tmp_path / "register.csv", tmp_path / "report.csv"
    done = country.at(KUNI, "register", "export", file, "--as", CLERK, "--json").json
    data = file.read_bytes()
    assert (done["sha256"], stat.S_IMODE(file.stat().st_mode)) == (hashlib.sha256(data).hexdigest(), 0o600)
    words = ("register", "intake", file, "--as", CLERK, "--json", "--confirm", "--report", report)
    checked = country.at(KUNI, *words, "--check-only").json
    assert (checked["records"], checked["sha256"], checked["faults"]) == (done["records"], done["sha256"], 0)
    refused = country.at(KUNI, *words, expect=3).json["refused"]
    assert [one["rule"] for one in refused] == ["IN1", "IN4"]
    file.write_bytes(data[:-30])
    assert country.at(KUNI, *words, "--check-only", expect=3).json["faults"] >= 1
    assert report.read_text("utf-8").startswith("line,kind,field,problem,rule\n")


def test_check_digits_at_the_command_line() -> None:
    assert run("code", "check", "24727059608").code == 0
    wrong = run("code", "check", "24727059609")
    assert wrong.code == 1
    assert wrong.out.startswith("wrong: ")
    assert run("code", "check", "-", stdin="24727059608\n").code == 0
    assert run("code", "explain", "-", stdin="24727059609\n").code == 1
    assert run("code", "check").code == 2


def test_mistyped_commands_and_unlawful_requests_have_codes_of_their_own(country: Country) -> None:
    assert country.do("register", "birth", expect=None).code == 2
    assert country.at(NATIONAL, "code", "designate", "132153", 1, "--as", CLERK, expect=None).code == 2
    refused = country.verify({"code": "24727059608"}, affair="t1-999-1", expect=3)
    assert [one["rule"] for one in refused.json["refused"]] == ["S1"]
    nobody = country.at(NATIONAL, "code", "designate", "132152", 1, "--as", "nobody", expect=3)
    assert nobody.err.startswith("Refused.")


def test_the_wrong_node_at_the_supply_door(country: Country) -> None:
    """An organ that means Tokyo and reaches the centre sends nothing."""
    before = country.last_entry(NATIONAL)
    organ = country.pki / "organs" / PENSION
    ran = country.do(
        *("verify", "-", "--url", country.url(NATIONAL, SUPPLY), "--organ", organ, "--node", PREF),
        *("--affair", AFFAIR, "--operator", "suzuki", "--case", "1"),
        stdin={"code": "24727059608"},
        expect=None,
    )
    require_sentence(ran, "certificate")
    assert country.last_entry(NATIONAL) == before


def test_status_of_nodes_that_run_by_themselves(country: Country) -> None:
    ran = country.do("status", "--state", country.home, "--json")
    nodes = ran.json["nodes"]
    assert [(node["id"], node["state"]) for node in nodes] == [(str(node), "well") for node in PARTS]
    pids = {part: process.pid for (node, part), process in country.processes.items() if node == KUNI}
    assert nodes[2]["pids"] == pids
    shown = country.do("status", "--state", country.home).out
    assert all(str(node) in shown for node in PARTS)
    assert shown.rstrip().endswith("First: Nothing: every node is well.")


def test_a_stopped_part_is_told_with_the_command_that_starts_it(whole: Country) -> None:
    whole.kill(PREF, WORKER)
    ran = whole.do("status", "--state", whole.home, expect=1)
    assert "First: Start pref-13's worker: " in ran.out
    assert f"node run worker --config {whole.config(PREF)}" in ran.out


def test_an_interrupted_node_leaves_no_process_and_no_port(whole: Country) -> None:
    """Ctrl-C at a terminal reaches every process of its group at once."""
    ended = [whole.processes[KUNI, part] for part in PARTS[KUNI]]
    for process in ended:
        process.send_signal(signal.SIGINT)
    assert [process.wait(60) for process in ended] == [0, 0]
    parent = whole.start(KUNI, WHOLE)
    try:
        until(lambda: whole.answers(KUNI, NETWORK) and whole.pid_in_file(KUNI, WORKER), "the node runs")
        children = [pid for part in PARTS[KUNI] if (pid := whole.pid_in_file(KUNI, part))]
        parent.kill()
        parent.wait()
        until(lambda: not any(map(alive, children)), "the children ended with their parent")
        assert not listens(whole.ports[KUNI, NETWORK])
    finally:
        parent.kill()
        parent.wait()
        del whole.processes[KUNI, WHOLE]


# The embedded database's place.


def deep_country(country: Country, state: Path) -> Path:
    """A node's configuration whose embedded cluster is to be at another place."""
    text = country.config(PREF).read_text("utf-8").replace('"../../', f'"{country.home}/')
    text = text.replace(f'cluster = "{country.home}/state"', f'cluster = "{state}"')
    file = country.home / "elsewhere.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_state_directory_too_deep_for_a_socket(country: Country) -> None:
    """It just works, though the path has more bytes than the address of a socket may have."""
    state = country.home / "-".join(["deep"] * 12) / "-".join(["deeper"] * 12) / "state"
    assert len(str(state)) > 150
    cluster = Cluster(state, bin_dir=country.cluster.ensure().bin_dir)
    try:
        file = deep_country(country, state)
        country.do("node", "migrate", "--config", file)
        country.do("node", "first-operator", "sato", "--name", "佐藤", "--config", file)
        assert country.do("audit", "list", "--as", "sato", "--config", file, "--json").json
        assert (
            country.do("node", "stop-database", "--config", file).out == "The database server is stopped.\n"
        )
        assert cluster.pid() is None
        ran = country.do("audit", "list", "--as", "sato", "--config", file, expect=None)
        require_sentence(ran, f"Start it: jukinet node start-database --config {file}")
    finally:
        cluster.destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="a plain user's own 0700 directory is no hindrance")
def test_a_parent_that_the_database_user_cannot_enter(country: Country) -> None:
    parent = country.home / "closed"
    parent.mkdir(mode=0o700)
    file = deep_country(country, parent / "state")
    ran = country.do("node", "migrate", "--config", file, expect=None)
    require_sentence(ran, f"cannot enter {parent}", f"chmod o+x {parent}")


def test_a_port_of_the_machine_that_is_not_ours(country: Country, tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        old = f"port = {country.ports[PREF, SUPPLY]}"
        with other_config(country, tmp_path, (old, f"port = {port}")) as file:
            ran = country.do("node", "run", "supply", "--config", file, expect=None)
    require_sentence(ran, f"Port {port} of {HOST} is already in use")
