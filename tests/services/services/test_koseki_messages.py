"""What mayors tell each other about the koseki: kept until a clerk has seen to it, told back if it does not fit."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import CHIYO, KUNI, TOKYO, deliver, seal, seal_plain, statement

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import Koseki
from jukinet.domain.municipality import NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.messages.koseki_bodies import KosekiEvent, KosekiMatter, KosekiNotice, MismatchReason
from jukinet.services import koseki_messages, sending
from jukinet.services.koseki_messages import MatterFiling, NoticeFiling, SeenFiling, Told
from jukinet.services.register import Registered
from jukinet.services.sending import WaitKind
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

KOSEKI = Koseki("富士見台二丁目47番地", "国立　太郎")
"""It names no municipality, so that no act tells of it by itself."""
MATTER = KosekiMatter(
    "国立　花子",
    counter.japanese().birth_date,
    counter.ADDRESSES[CHIYODA],
    KosekiEvent.NAME,
    counter.TODAY,
    new_name="千代田　花子",
)


def mover(federation: Federation) -> str:
    """Who lives in Chiyoda and has the domicile in Kunitachi."""
    return counter.move_in(federation, CHIYODA, counter.japanese(koseki=KOSEKI)).resident_nos[0]


def tell(federation: Federation, number: str, to: Any = KUNITACHI, where: Any = CHIYODA) -> Told | Refused:
    return koseki_messages.tell_domicile(federation.context(where), CLERK, NoticeFiling(number, to))


def told(federation: Federation, number: str) -> Told:
    done = tell(federation, number)
    assert isinstance(done, Told), done
    federation.run()
    return done


def waiting(
    federation: Federation, where: Any = KUNITACHI
) -> list[tuple[str | None, str | None, str | None]]:
    found = sending.list_unanswered(federation.context(where), CLERK)
    assert not isinstance(found, Refused)
    return [(one.what, one.of, one.reference) for one in found if one.kind is WaitKind.KOSEKI]


def see_to(
    federation: Federation, number: str, mismatch: MismatchReason | None = None, where: Any = KUNITACHI
) -> Registered | Refused:
    return koseki_messages.see_to(federation.context(where), CLERK, SeenFiling(number, mismatch))


@case("Act Art. 19(1), (4)", permitted="MS18 MS19 MS20")
def test_the_mayor_of_the_domicile_learns_where_somebody_lives(federation: Federation) -> None:
    number = mover(federation)
    sent = told(federation, number)
    assert waiting(federation) == [("koseki-notice", str(CHIYO), sent.statement_id)]
    shown = koseki_messages.show(federation.context(KUNITACHI), CLERK, sent.statement_id)
    assert not isinstance(shown, Refused)
    address = counter.ADDRESSES[CHIYODA]
    assert shown["body"] == {
        "koseki": {"domicile": KOSEKI.domicile, "head": KOSEKI.head},
        "name": "国立　花子",
        "address": {"municipality": str(CHIYODA), "text": address.text},
        "since": "2013-07-06",
    }
    assert isinstance(see_to(federation, sent.statement_id, MismatchReason.NO_SUCH_KOSEKI), Registered)
    assert waiting(federation) == []
    counter.assert_refused(
        federation, KUNITACHI, "register:koseki:seen", lambda: see_to(federation, sent.statement_id), "MS20"
    )
    (entry,) = counter.audit(federation, CHIYODA, "register:koseki:told")
    assert (entry["resident_no"], entry["reference"]) == (number, sent.statement_id)


@case("Act Art. 19(1)")
def test_who_left_has_no_address_there(federation: Federation) -> None:
    number = mover(federation)
    counter.die(federation, CHIYODA, number)
    told(federation, number)
    ((_, body),) = counter.statements(federation, CHIYODA, "koseki-notice")
    assert "address" not in body


@case("Act Art. 19(2)", permitted="MS20")
def test_what_does_not_fit_the_koseki_is_told_back(federation: Federation) -> None:
    sent = told(federation, mover(federation))
    assert isinstance(see_to(federation, sent.statement_id, MismatchReason.NAME_DIFFERS), Registered)
    federation.run()
    ((what, of, reference),) = waiting(federation, CHIYODA)
    assert (what, of) == ("koseki-mismatch", str(KUNI))
    assert reference is not None
    shown = koseki_messages.show(federation.context(CHIYODA), CLERK, reference)
    assert not isinstance(shown, Refused)
    assert shown["body"] == {"notice": sent.statement_id, "reason": "name-differs"}
    refused = see_to(federation, reference, MismatchReason.NAME_DIFFERS, CHIYODA)
    assert isinstance(refused, Refused), "it is no notice"
    assert isinstance(see_to(federation, reference, where=CHIYODA), Registered)


@case("Act Art. 9(2)", "spec 4.2.0.3", permitted="MS19")
def test_the_mayor_of_the_residence_learns_what_a_koseki_filing_says(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    sent = koseki_messages.tell_home(ctx, CLERK, MatterFiling(CHIYODA, MATTER))
    assert isinstance(sent, Told)
    federation.run()
    assert waiting(federation, CHIYODA) == [("koseki-matter", str(KUNI), sent.statement_id)]


@case(refused="MS18 MS19 MS20")
def test_what_cannot_be_told_is_refused(federation: Federation) -> None:
    event = "register:koseki:told"
    number = mover(federation)
    (foreign,) = counter.move_in(federation, CHIYODA, counter.foreign()).resident_nos

    def refused(rule: str, act: Any, at: str = event) -> None:
        counter.assert_refused(federation, CHIYODA, at, act, rule)

    refused("MS18", partial(tell, federation, foreign))
    refused("MS19", partial(tell, federation, number, CHIYODA))
    refused("MS19", partial(tell, federation, number, YAMATSURI))
    refused("R1", partial(tell, federation, "00000000035"))
    matter = MatterFiling(YAMATSURI, MATTER)
    ctx = federation.context(CHIYODA)
    refused("MS19", partial(koseki_messages.tell_home, ctx, CLERK, matter))
    refused("MS20", partial(koseki_messages.show, ctx, CLERK, "0f" * 16), "register:koseki:read")
    refused("MS20", partial(see_to, federation, "0f" * 16, where=CHIYODA), "register:koseki:seen")


def test_only_whoever_may_tells_looks_and_sees_to_it(federation: Federation) -> None:
    number = mover(federation)
    record, read = Permission.REGISTER_RESIDENT_RECORD, Permission.REGISTER_RESIDENT_READ
    notice, seen = NoticeFiling(number, KUNITACHI), SeenFiling("0f" * 16, None)
    for event, may, act in (
        ("register:koseki:told", record, lambda c, w: koseki_messages.tell_domicile(c, w, notice)),
        (
            "register:koseki:told",
            record,
            lambda c, w: koseki_messages.tell_home(c, w, MatterFiling(KUNITACHI, MATTER)),
        ),
        ("register:koseki:read", read, lambda c, w: koseki_messages.show(c, w, "0f" * 16)),
        ("register:koseki:seen", record, lambda c, w: koseki_messages.see_to(c, w, seen)),
    ):
        counter.assert_gated(federation, CHIYODA, event, may, act)


def said(number: int, *, origin: NodeId = CHIYO, **changes: Any) -> bytes:
    body = KosekiNotice(KOSEKI, "国立　花子", counter.ADDRESSES[CHIYODA], counter.TODAY)
    made = statement(number, body, kind=MessageKind.KOSEKI_NOTICE, origin=origin, to=KUNI)
    return seal_plain(made, **changes) if changes else seal(made)


@pytest.mark.parametrize(
    "changes", [{"since": "today"}, {"code": "24727059608"}, {"koseki": "国立市"}, {"address": {"text": "x"}}]
)
def test_what_cannot_be_read_is_parked(federation: Federation, changes: dict[str, Any]) -> None:
    answer = deliver(federation, 1, said(1, **changes), sender=CHIYO, to=KUNI, stream=Stream.KOSEKI)
    assert [one.reason for one in answer.parked] == [ErrorKind.INVALID]
    assert waiting(federation) == []


def test_what_comes_twice_is_kept_once_and_only_towns_speak(federation: Federation) -> None:
    for _ in range(2):
        answer = deliver(federation, 1, said(1), sender=CHIYO, to=KUNI, stream=Stream.KOSEKI)
        assert (answer.cursor, answer.parked) == (1, ())
    assert len(waiting(federation)) == 1
    elsewhere: dict[str, Any] = {"address": {"municipality": str(KUNITACHI), "text": "x"}}
    parked = deliver(federation, 2, said(2, **elsewhere), sender=CHIYO, to=KUNI, stream=Stream.KOSEKI).parked
    assert [one.reason for one in parked] == [ErrorKind.INVALID]
    for sender, to in ((TOKYO, KUNI), (CHIYO, TOKYO)):
        with pytest.raises(JukinetError) as caught:
            deliver(federation, 3, said(3), sender=sender, to=to, stream=Stream.KOSEKI)
        assert caught.value.kind is ErrorKind.FORBIDDEN


def test_telling_and_telling_back_are_one_each(federation: Federation) -> None:
    number = mover(federation)
    steps = counter.assert_all_or_nothing(
        federation,
        CHIYODA,
        lambda ctx: koseki_messages.tell_domicile(ctx, CLERK, NoticeFiling(number, KUNITACHI)),
    )
    assert steps >= 2
    federation.run()
    ((_, _, reference),) = waiting(federation)
    assert reference is not None
    asked = SeenFiling(reference, MismatchReason.NOT_IN_KOSEKI)
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: koseki_messages.see_to(ctx, CLERK, asked)
    )
    assert steps >= 2
    assert world.parked(federation, CHIYO) == []
