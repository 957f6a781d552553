"""What earlier releases wrote is read by this one, and this one writes nothing that they do not read.

Readers are strict: a field that they do not know is a fault. So a field may be added to a message only in two steps: a
release reads it, and only the next one, when every node reads it, writes it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.unit.messages import samples, test_calls, test_directory

from jukinet.domain.errors import ErrorKind
from jukinet.messages import bodies, calls, directory, frames, statements, strict_json
from jukinet.messages.kinds import MessageKind, Stream

RELEASES = sorted(path for path in (Path(__file__).parents[2] / "data/releases").iterdir() if path.is_dir())

LATER = {
    "statement code-designation: body.request_id": "answers a request, and no municipality of 0.1.0-a makes one",
}
"""Fields that this release writes and an earlier one does not know, and why no earlier one ever gets them."""

each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)


def kept(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release / "messages.json").read_text("utf-8"))
    return found


def payload(envelope: str | bytes) -> dict[str, Any]:
    """What an envelope holds, by a reader of the test's own."""
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    return found


def plain(frame_or_bundle: str | bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(frame_or_bundle)
    return found


@each_release
def test_every_statement_is_opened_and_says_the_same(release: Path) -> None:
    for kind, envelope in kept(release)["statements"].items():
        opened = statements.open_statement(envelope.encode(), samples.DIRECTORY.owned_key)
        said = payload(envelope)
        assert opened.kind == kind
        assert (opened.statement_id, opened.number) == (said["id"], said["number"])
        assert opened.origin.text == said["origin"]
        assert bodies.write(opened.body) == said["body"]


@each_release
def test_a_frame_is_read_whole_and_every_answer_to_one(release: Path) -> None:
    given = kept(release)
    frame = frames.read_frame(given["frame"].encode())
    assert [envelope.decode() for envelope in frame.statements] == plain(given["frame"])["statements"]
    assert (frame.from_node, frame.to_node, frame.stream) == (
        samples.KUNITACHI,
        samples.TOKYO,
        Stream.IDENTITY,
    )
    for answer in given["answers"]:
        read = frames.read_answer(answer.encode())
        assert plain(frames.write_answer(read)).items() >= plain(answer).items()
    assert len(given["answers"]) > 5


@each_release
def test_a_call_is_opened_and_its_answer(release: Path) -> None:
    given = kept(release)
    opened = calls.open_call(
        given["call"].encode(),
        samples.DIRECTORY.owned_key,
        sender=samples.CHIYODA,
        receiver=samples.KUNITACHI,
        now=samples.NOW,
    )
    assert opened.to_plain() == payload(given["call"])
    answer = calls.open_answer(given["call_answer"].encode(), samples.DIRECTORY.owned_key, call=opened)
    assert answer.body == test_calls.DATA


@each_release
def test_a_directory_is_opened_and_names_the_same(release: Path) -> None:
    given = kept(release)["directory"]
    opened = directory.open_directory(given.encode(), test_directory.ROOT.raw_public, samples.NOW)
    said = next(found for envelope in plain(given).values() if "nodes" in (found := payload(envelope)))
    again = directory.write_directory(opened)
    assert [node["id"] for node in again["nodes"]] == [node["id"] for node in said["nodes"]]
    assert [node["keys"] for node in again["nodes"]] == [node["keys"] for node in said["nodes"]]
    assert again["organs"] == said["organs"]


# What this release writes


def fields(value: object, at: str = "") -> Iterator[str]:
    """The path of every field."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{at}.{name}".strip(".")
            yield from fields(inner, f"{at}.{name}".strip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{at}[]")


def written(given: dict[str, Any]) -> dict[str, set[str]]:
    """The fields of each message, by what it is."""
    found = {f"statement {kind}": set(fields(payload(one))) for kind, one in given["statements"].items()}
    found["frame"] = set(fields(plain(given["frame"])))
    found["answer"] = {name for one in given["answers"] for name in fields(plain(one))}
    found["call"] = set(fields(payload(given["call"])))
    found["call answer"] = set(fields(payload(given["call_answer"])))
    found["directory"] = {
        name for envelope in plain(given["directory"]).values() for name in fields(payload(envelope))
    }
    return found


def today() -> dict[str, Any]:
    """The same messages as this release writes them."""
    sealed = {
        kind.value: statements.seal_statement(samples.statement(kind), samples.signing_key(origin)).decode()
        for kind, (origin, _, _) in samples.BODIES.items()
    }
    frame = frames.Frame(
        samples.KUNITACHI,
        samples.TOKYO,
        Stream.IDENTITY,
        1,
        1,
        tuple(one.encode() for one in sealed.values()),
    )
    answer = frames.FrameAnswer(
        3,
        4,
        (frames.Parked(2, ErrorKind.CONFLICT),),
        halted=False,
        refused=frames.FrameRefusal.GAP,
    )
    return {
        "statements": sealed,
        "frame": frames.write_frame(frame).decode(),
        "answers": [frames.write_answer(answer).decode()],
        "call": calls.seal_call(test_calls.call(), samples.signing_key(samples.CHIYODA)).decode(),
        "call_answer": test_calls.answered(test_calls.call()).decode(),
        "directory": test_directory.bundle().decode(),
    }


def unknown(now: dict[str, Any], then: dict[str, Any]) -> set[str]:
    """Fields that are written now and were not known then; of kinds that were."""
    known = written(then)
    return {
        f"{what}: {name}"
        for what, names in written(now).items()
        if what in known
        for name in names - known[what]
    }


@each_release
def test_nothing_is_written_that_the_release_does_not_read(release: Path) -> None:
    assert unknown(today(), kept(release)) == LATER.keys()


@each_release
def test_a_field_that_is_new_is_found(release: Path) -> None:
    now = today()
    now["frame"] = json.dumps({**plain(now["frame"]), "priority": 1})
    assert unknown(now, kept(release)) == {"frame: priority"} | LATER.keys()


@each_release
def test_no_answer_has_a_word_that_the_release_does_not_read(release: Path) -> None:
    words = {plain(answer).get("refused") for answer in kept(release)["answers"]} - {None}
    assert words == {word.value for word in frames.FrameRefusal}


@each_release
def test_no_more_is_sent_at_once_than_the_release_takes(release: Path) -> None:
    assert kept(release)["most_in_a_frame"] >= frames.MOST_SENT


def test_the_samples_have_every_kind_of_today() -> None:
    assert samples.BODIES.keys() == set(MessageKind)
    assert strict_json.parse(kept(RELEASES[0])["frame"].encode(), limit=10**6)
