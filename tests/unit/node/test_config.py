"""A node's configuration: read whole, every fault at once, nothing taken that is not known."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.documents.fonts import DEFAULT_DIRECTORIES
from jukinet.documents.too_long import TooLong
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole, SystemId
from jukinet.domain.reading import clean_text
from jukinet.node import config as configs
from jukinet.node import wiring
from jukinet.node.config import DatabaseConfig, DoorConfig, NodeConfig
from jukinet.node.postgres import Role

KUNI, PREF = NodeId("muni-132152"), NodeId("pref-13")

SAMPLE = """
[node]
id = "pref-13"
name = "東京都"
state = "state"
[database]
name = "jukinet"
cluster = "../cluster"
[trust]
root = "/keys/root.pub"
ca = "keys/ca.pem"
keys = "keys"
directory = "keys/./directory.json"
[network]
host = "127.0.0.1"
port = 8443
[supply]
host = "::1"
port = 8444
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., NodeConfig]:
    """Reads the sample with pieces exchanged."""

    def load(*changes: tuple[str, str]) -> NodeConfig:
        text = SAMPLE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "node.toml"
        file.write_text(text, "utf-8")
        return configs.load(file)

    return load


def faults(read: Callable[..., NodeConfig], *changes: tuple[str, str]) -> dict[str, str]:
    with pytest.raises(JukinetError) as caught:
        read(*changes)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    return {fault.field: fault.problem for fault in caught.value.faults}


def test_paths_count_from_the_file(read: Callable[..., NodeConfig], tmp_path: Path) -> None:
    config = read()
    assert (config.node, config.name) == (PREF, "東京都")
    assert config.state == tmp_path / "state"
    assert config.database == DatabaseConfig("jukinet", cluster=tmp_path.parent / "cluster")
    assert config.root == Path("/keys/root.pub")
    assert config.directory == tmp_path / "keys" / "directory.json"
    assert (config.tls.cert, config.tls.key) == (tmp_path / "keys/tls.pem", tmp_path / "keys/tls.key")
    assert (config.network, config.supply) == (DoorConfig("127.0.0.1", 8443), DoorConfig("::1", 8444))
    assert (config.mayor, config.specimen, config.gateways) == (None, False, {})
    assert config.backup_days is None
    assert config.fonts == DEFAULT_DIRECTORIES


def test_it_does_not_change(read: Callable[..., NodeConfig]) -> None:
    with pytest.raises(FrozenInstanceError):
        read().name = "another"  # type: ignore[misc]


def test_every_fault_is_told_at_once(read: Callable[..., NodeConfig]) -> None:
    found = faults(
        read,
        ('"pref-13"', '"pref-99"'),
        ('name = "東京都"\n', ""),
        ("8443", '"8443"'),
        ("[trust]", "[trust]\nrot = 1"),
        ('ca = "keys/ca.pem"', "ca = 5"),
        ('"127.0.0.1"', '"localhost"'),
    )
    assert found.keys() == {"node.id", "node.name", "network.port", "trust.rot", "trust.ca", "network.host"}
    assert found["node.name"] == "is missing"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("[node]", "[nodes]"), "nodes"),
        (("[node]", "[node]\npassword = 'secret'"), "node.password"),
        (("port = 8444", "port = 0"), "supply.port"),
        (("port = 8444", "port = 65536"), "supply.port"),
        (('"::1"', '"127.0.0.1"\n'), None),
        (('cluster = "../cluster"', ""), "database.cluster"),
        (('cluster = "../cluster"', 'dsn = "host=db"'), "database.secrets"),
        (('cluster = "../cluster"', 'cluster = "x"\ndsn = "host=db"\nsecrets = "s"'), "database.cluster"),
        (('"pref-13"', '"muni-132152"'), "supply"),
        (("[supply]", '[gateways]\nnational = "http://x"\n[supply]'), "gateways.national"),
        (("[supply]", '[gateways]\nmars = "https://x:1"\n[supply]'), "gateways.mars"),
        (("[supply]", '[documents]\nspecimen = "yes"\n[supply]'), "documents.specimen"),
        (("[supply]", '[documents]\ntoo_long = "cut"\n[supply]'), "documents.too_long"),
        (("[supply]", '[office]\nmayor = ""\n[supply]'), "office.mayor"),
        (("[supply]", "[retention]\nbackup_days = 0\n[supply]"), "retention.backup_days"),
        (("[supply]", "[retention]\n[supply]"), "retention.backup_days"),
        (("[supply]", "[limits]\nperson_per_day = 0\n[supply]"), "limits.person_per_day"),
        (("[supply]", "[limits]\nper_person = 1\n[supply]"), "limits.per_person"),
        (("[supply]", '[register]\nsystems = ["tax-office"]\n[supply]'), "register"),
    ],
    ids=str,
)
def test_one_fault(read: Callable[..., NodeConfig], change: tuple[str, str], field: str | None) -> None:
    if field is None:
        assert read(change).supply == DoorConfig("127.0.0.1", 8444)
    else:
        assert field in faults(read, change)


def test_two_doors_need_two_addresses(read: Callable[..., NodeConfig]) -> None:
    assert "supply.port" in faults(read, ('"::1"', '"127.0.0.1"'), ("8444", "8443"))


def test_faults_repeat_no_value(read: Callable[..., NodeConfig]) -> None:
    """A password that somebody wrote into a configuration by mistake is not shown."""
    with pytest.raises(JukinetError) as caught:
        read(('cluster = "../cluster"', 'dsn = "password=topsecret"'), ('"pref-13"', '"topsecret"'))
    assert "topsecret" not in str(caught.value)


def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    for name, data in (
        ("missing", None),
        ("broken", b"[node\n"),
        ("shift-jis", "[node]\nname='東京'".encode("cp932")),
    ):
        file = tmp_path / name
        if data is not None:
            file.write_bytes(data)
        with pytest.raises(JukinetError, match=name) as caught:
            configs.load(file)
        assert caught.value.kind is ErrorKind.CONFIGURATION


def test_every_missing_file_is_told_at_once(read: Callable[..., NodeConfig], tmp_path: Path) -> None:
    config = read(("/keys/root.pub", str(tmp_path / "root.pub")))
    with pytest.raises(JukinetError) as caught:
        configs.check_files(config)
    fields = [fault.field for fault in caught.value.faults]
    assert fields == ["trust.root", "trust.ca", "trust.directory", "trust.keys"]
    for path in (config.root, config.ca, config.directory, config.keys / "statement.key"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    configs.check_files(config)
    own = replace(config, database=DatabaseConfig("x", dsn="host=db", secrets=tmp_path / "secrets"))
    with pytest.raises(JukinetError) as caught:
        configs.check_files(own)
    assert [fault.field for fault in caught.value.faults] == ["database.secrets"]


def test_the_environment_names_file_and_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(configs.CONFIG_VARIABLE, raising=False)
    monkeypatch.delenv(configs.ENGINE_VARIABLE, raising=False)
    assert configs.engine() is None
    with pytest.raises(JukinetError, match=configs.CONFIG_VARIABLE):
        configs.config_path(None)
    monkeypatch.setenv(configs.CONFIG_VARIABLE, "/etc/node.toml")
    monkeypatch.setenv(configs.ENGINE_VARIABLE, "/usr/lib/postgresql/15/bin")
    assert configs.config_path(None) == Path("/etc/node.toml")
    assert configs.config_path(Path("given.toml")) == Path("given.toml")
    assert configs.engine() == Path("/usr/lib/postgresql/15/bin")


words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30).map(clean_text)
"""What a person may write as a name, quotes and backslashes among it."""
paths = words.filter(lambda text: "/" not in text).map(lambda text: Path("/x") / text)
ports = st.integers(1, 65535)
doors = st.builds(DoorConfig, st.sampled_from(["127.0.0.1", "::1", "10.0.0.1"]), ports)
databases = st.one_of(
    st.builds(DatabaseConfig, st.just("jukinet"), cluster=paths),
    st.builds(DatabaseConfig, st.just("jukinet"), dsn=words, secrets=paths),
)


@given(
    st.sampled_from([NATIONAL, PREF, KUNI]),
    words,
    databases,
    paths,
    doors,
    doors,
    st.none() | words,
    st.booleans(),
    st.none() | st.integers(1, 36_500),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    node: NodeId,
    name: str,
    database: DatabaseConfig,
    path: Path,
    network: DoorConfig,
    supply: DoorConfig,
    mayor: str | None,
    specimen: bool,
    backup_days: int | None,
) -> None:
    file = tmp_path_factory.getbasetemp() / "written.toml"
    whole = NodeConfig(
        file=file,
        node=node,
        name=name,
        state=path,
        database=database,
        root=path,
        ca=path,
        keys=path,
        directory=path,
        network=network,
        supply=None if node.role is NodeRole.MUNICIPALITY or supply == network else supply,
        mayor=mayor,
        specimen=specimen,
        fonts=(*DEFAULT_DIRECTORIES, path),
        too_long=TooLong.LIMIT if specimen else TooLong.STOP,
        backup_days=backup_days,
        gateways={NATIONAL: "https://127.0.0.1:1"},
        systems=frozenset({SystemId(f"{node}:tax")}) if node.role is NodeRole.MUNICIPALITY else frozenset(),
        feeds=frozenset({SystemId(f"{node}:tax")}) if node.role is NodeRole.MUNICIPALITY else frozenset(),
    )
    file.write_text(configs.write_sample(whole), "utf-8")
    tomllib.loads(file.read_text("utf-8"))
    assert configs.load(file) == whole


MUNICIPALITY = (
    ('id = "pref-13"', 'id = "muni-132152"'),
    ('[supply]\nhost = "::1"\nport = 8444\n', ""),
)


def test_a_municipality_admits_systems_of_its_own_by_their_slugs(read: Callable[..., NodeConfig]) -> None:
    assert read(*MUNICIPALITY).systems == frozenset()
    admitted = ("port = 8443", 'port = 8443\n[register]\nsystems = ["tax-office", "welfare"]')
    assert {system.text for system in read(*MUNICIPALITY, admitted).systems} == {
        "muni-132152:tax-office",
        "muni-132152:welfare",
    }


def test_a_system_follows_the_register_only_where_it_is_admitted_and_named(
    read: Callable[..., NodeConfig],
) -> None:
    systems = '[register]\nsystems = ["tax-office", "welfare"]'
    assert read(*MUNICIPALITY, ("port = 8443", f"port = 8443\n{systems}")).feeds == frozenset()
    told = ("port = 8443", f'port = 8443\n{systems}\nfeed = ["welfare"]')
    assert {system.text for system in read(*MUNICIPALITY, told).feeds} == {"muni-132152:welfare"}
    other = ("port = 8443", f'port = 8443\n{systems}\nfeed = ["welfare", "library"]')
    assert set(faults(read, *MUNICIPALITY, other)) == {"register.feed[1]"}


def test_a_municipality_may_demand_a_second_person(read: Callable[..., NodeConfig]) -> None:
    assert not read(*MUNICIPALITY).second_person
    demanded = ("port = 8443", "port = 8443\n[register]\nsecond_person = true")
    config = read(*MUNICIPALITY, demanded)
    assert (config.second_person, config.systems) == (True, frozenset())
    assert set(faults(read, demanded)) == {"register"}
    wrong = ("port = 8443", 'port = 8443\n[register]\nsecond_person = "yes"')
    assert set(faults(read, *MUNICIPALITY, wrong)) == {"register.second_person"}


@pytest.mark.parametrize("demanded", [False, True])
def test_the_services_are_told_of_it(read: Callable[..., NodeConfig], *, demanded: bool) -> None:
    said = ("port = 8443", f"port = 8443\n[register]\nsecond_person = {str(demanded).lower()}")
    opened: Any = object()
    ctx = wiring.context_of(read(*MUNICIPALITY, said), Role.PURGE, opened, opened, opened)
    assert (ctx.node, ctx.second_person) == (KUNI, demanded)


@pytest.mark.parametrize("slug", ["muni-131016:tax-office", "Tax", "t", "urn:jukinet:system:x", "a.b"])
def test_no_configuration_names_a_system_of_another(read: Callable[..., NodeConfig], slug: str) -> None:
    admitted = ("port = 8443", f'port = 8443\n[register]\nsystems = ["welfare", "{slug}"]')
    assert set(faults(read, *MUNICIPALITY, admitted)) == {"register.systems[1]"}
