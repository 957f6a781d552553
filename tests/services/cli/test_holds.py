"""``jukinet register holds``, ``measures``, ``alerts``, ``household`` at a real register: what is told and stored."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

from tests.services.services import counter
from tests.services.services.protecting import HIDDEN, details
from typer.testing import CliRunner

from jukinet.cli import common, register
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI

SECRET = "裁判所の照会中"


def run(federation: Federation, *words: str, text: str = "") -> tuple[int, str]:
    app = register.make_app(lambda _: nullcontext(federation.context(KUNITACHI)))
    ran = CliRunner().invoke(app, [*words, "--as", "sato"], input=text)
    return ran.exit_code, ran.stdout + ran.stderr


def file(federation: Federation, *words: str, **filing: Any) -> Any:
    code, told = run(federation, *words, "-", "--json", text=json.dumps(filing))
    assert code == 0, told
    return json.loads(told)


def test_a_hold_is_set_met_lifted_shown_and_ended(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, today = found.resident_no, counter.TODAY.isoformat()
    hold = {"process": "change", "level": "error", "from_on": today, "to_on": today}
    done = file(federation, "holds", "set", resident_no=number, holds=[hold], reason=SECRET)
    (hold_id,) = done["holds"]
    death = json.dumps({"resident_no": number, "died_on": today, "filed_on": today})
    code, told = run(federation, "death", "-", "--confirm", text=death)
    assert code == common.REFUSED
    assert "V1" in told
    code, told = run(federation, "show", text=f"{number}\n")
    assert f"change, error (hold {hold_id})" in told
    assert SECRET not in told
    _, told = run(federation, "holds", "show", text=f"{number}\n")
    assert SECRET in told
    federation.set_date(counter.TODAY + timedelta(days=1))
    assert run(federation, "alerts") == (0, f"平成25年7月9日  hold-past-end  hold {hold_id}  {number}\n")
    lifted = file(federation, "holds", "lift", hold=hold_id, reason="x", one_act=True)
    assert (lifted["operator"], lifted["one_act"]) == ("sato", True)
    assert run(federation, "death", "-", text=death)[0] == 0
    code, told = run(federation, "holds", "end", "-", text=json.dumps({"hold": hold_id, "reason": "終了"}))
    assert (code, told) == (0, f"Hold {hold_id} is ended.\n")
    code, told = run(federation, "holds", "show", "--json", text=f"{number}\n")
    (life,) = json.loads(told)["holds"]
    assert (life["ended_on"], life["end_reason"], len(life["lifts"])) == ("2013-07-09", "終了", 1)
    assert run(federation, "alerts") == (0, "Nothing needs a person today.\n")


def test_an_alert_passes_with_confirm(federation: Federation) -> None:
    (found,) = counter.load(federation)
    today = counter.TODAY.isoformat()
    hold = {"process": "inquiry", "level": "alert", "from_on": today}
    household = found.record.household_number
    file(federation, "holds", "set", household_number=household, holds=[hold], reason=SECRET)
    for command, typed in (("show", found.resident_no), ("household", household)):
        code, told = run(federation, command, text=f"{typed}\n")
        assert code == common.REFUSED
        assert "V2" in told
        code, told = run(federation, command, "--confirm", "--json", text=f"{typed}\n")
        assert code == 0
        assert json.loads(told)


def test_a_measure_from_the_application_to_its_end(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, today = found.resident_no, counter.TODAY
    applied = file(
        federation, "measures", "apply", applicant=number, applied_on=today.isoformat(), **details()
    )
    measure = applied["measure"]["measure_id"]
    _, told = run(federation, "alerts", "--json")
    (alert,) = json.loads(told)["alerts"]
    assert (alert["kind"], alert["measure"], alert["resident_nos"]) == (
        "measure-undecided",
        measure,
        [number],
    )
    filing = json.dumps({"measure": measure, "starts_on": today.isoformat()})
    assert run(federation, "measures", "decide", "-", text=filing) == (
        0,
        f"Measure {measure}, until 平成26年7月7日.\n",
    )
    file(federation, "measures", "forward", measure=measure, municipality="131016", forwarded_on="2013-07-08")
    _, told = run(federation, "show", text=f"{number}\n")
    assert f"in-force, to 平成26年7月7日 (measure {measure})" in told
    assert HIDDEN not in told
    _, told = run(federation, "measures", "show", text=f"{number}\n")
    assert HIDDEN in told
    assert "told 131016 on 平成25年7月8日" in told
    federation.set_date(date(2014, 7, 7))
    extended = file(federation, "measures", "extend", measure=measure)
    assert extended["measure"]["ends_on"] == "2015-07-07"
    ended = file(federation, "measures", "end", measure=measure, ground="requested", note="本人の申出")
    assert ended == {"number": measure}
    _, told = run(federation, "measures", "show", "--json", text=f"{number}\n")
    (whole,) = json.loads(told)["measures"]
    assert (whole["phase"], [step["step"] for step in whole["steps"]]) == (
        "ended",
        ["applied", "decided", "extended", "ended"],
    )


def test_who_has_none_is_told_so(federation: Federation) -> None:
    (found,) = counter.load(federation)
    typed = f"{found.resident_no}\n"
    assert run(federation, "holds", "show", text=typed) == (0, "No hold.\n")
    assert run(federation, "measures", "show", text=typed) == (0, "No measure.\n")
    code, told = run(federation, "household", text=f"{found.record.household_number}\n")
    assert (code, found.record.name.written in told) == (0, True)
