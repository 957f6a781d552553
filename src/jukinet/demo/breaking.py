"""Breaking the world on purpose, to see that the story notices: ``make demo ONCE=1 BREAK=<step>``.

Each break changes the world and never the check: a wrong answer, a lost statement, a skipped refusal.
"""

from __future__ import annotations

from collections.abc import Callable

from jukinet.demo.stage import Stage
from jukinet.demo.story import PENSION_AFFAIR, Story
from jukinet.domain.municipality import NodeId
from jukinet.testing.gazetteer import CHIYODA, HACHIOJI


def _wrong_answer(stage: Stage, _story: Story) -> None:
    """The centre holds another sex for everybody in Kunitachi than the register does."""
    with stage.owner() as connection:
        connection.execute(
            "UPDATE national.identity_records SET sex = 'unknown' WHERE municipality = '132152'"
        )


def _lost_statements(node: NodeId) -> Callable[[Stage, Story], None]:
    """The node's outbox swallows identity notices, as a disk that lies would."""

    def lose(stage: Stage, _story: Story) -> None:
        with stage.owner() as connection:
            connection.execute(f"SET search_path = {node.schema}")
            connection.execute(
                "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN IF NEW.stream = 'identity' THEN RETURN NULL; END IF; RETURN NEW; END $$"
            )
            connection.execute(
                "CREATE TRIGGER swallow BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION swallow()"
            )

    return lose


def _skipped_refusal(_stage: Stage, story: Story) -> None:
    """The request goes out for a listed affair, as if nobody had to refuse it."""
    story.outside_affair = PENSION_AFFAIR


def _second_copy(stage: Stage, _story: Story) -> None:
    """The issuing office forgets every copy that it issued: the retry makes another one."""
    with stage.owner() as connection:
        connection.execute("SET search_path = muni_072010")
        connection.execute(
            "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.application_id := NEW.application_id || '-'; RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER forget BEFORE UPDATE ON nationwide_copies FOR EACH ROW EXECUTE FUNCTION forget()"
        )


BREAKS: dict[str, Callable[[Stage, Story], None]] = {
    "by-code": _wrong_answer,
    "outside-the-act": _skipped_refusal,
    "nationwide-copy": _second_copy,
    "move": _lost_statements(CHIYODA.node_id),
    "cut-line": _lost_statements(HACHIOJI.node_id),
}
"""What can be broken, by the step that must notice."""
