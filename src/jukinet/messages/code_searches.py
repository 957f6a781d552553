"""The search for a code (住民票コードの照会): what a mayor asks a governor, and the answer.

Owns their shape. A resident who applies for a nationwide copy states name, birth date and sex (Reg. Art. 4(1)); the
request to the home municipality names the code (Ord. Art. 15-3(1)(ii)). A governor tells it for the work of the
register (Act Art. 30-7(4)(iii), (6)(iii)): nothing but the code, and of one person only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jukinet.domain import matching
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import Fault
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private, Sex
from jukinet.domain.reading import Fields
from jukinet.messages.wire import parse_member, present


@dataclass(frozen=True, slots=True, repr=False)
class CodeQuestion(Private):
    """Who is looked for, and in which municipality's records."""

    home: MunicipalityCode
    name: str
    birth_date: PartialDate
    sex: Sex


@dataclass(frozen=True, slots=True, repr=False)
class CodeAnswer(Private):
    """The code of the one person who fits; None for nobody, and for several."""

    code: ResidentRecordCode | None


def write_question(question: CodeQuestion) -> dict[str, Any]:
    return {
        "home": question.home.text,
        "name": question.name,
        "birth_date": question.birth_date.text,
        "sex": question.sex.value,
    }


def read_question(fields: Fields) -> CodeQuestion:
    return CodeQuestion(
        home=fields.take("home", MunicipalityCode.parse),
        name=fields.take("name", _parse_name),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", parse_member(Sex)),
    )


def _parse_name(text: str) -> str:
    matching.query_name_key(text)  # Raises ValueError for a name by which nobody can be found.
    return text.strip()


def write_answer(answer: CodeAnswer) -> dict[str, Any]:
    return present(code=answer.code.text if answer.code else None)


def read_answer(fields: Fields) -> CodeAnswer:
    return CodeAnswer(fields.optional("code", ResidentRecordCode.parse))


def answer_faults(_question: CodeQuestion, _answer: CodeAnswer) -> tuple[Fault, ...]:
    """Any code, or none, answers any question."""
    return ()
