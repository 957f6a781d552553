"""Applications for a card: whether they state what is recorded, and whether the mayor's enquiry about one was answered.

An enquiry is named by whose application it is about and of which day: no row stands for an application before its card
is handed over. The rules are in ``jukinet.law.enquiries``, ``card_handing`` and ``cards``.
"""

from __future__ import annotations

from datetime import date

from jukinet.domain import matching
from jukinet.domain.items import ResidentRecord
from jukinet.law.enquiries import EnquiryStep
from jukinet.services.answering import is_named
from jukinet.services.card_filings import CardApplication
from jukinet.store import card_applications as store
from jukinet.store.database import Transaction
from jukinet.store.residents import Held


def is_as_recorded(application: CardApplication, record: ResidentRecord) -> bool:
    """Whether it states name, address, and code or birth date and sex, each as recorded (Reg. Art. 34)."""
    address = matching.address_key(application.address)
    # Also as a copy shows a name that is recorded in both scripts.
    as_on_a_copy = matching.name_keys(application.name) == matching.name_keys(record.name.written)
    named = as_on_a_copy or is_named(record, application.name)
    there = address in {matching.address_key(one) for one in (record.address.text, record.address.full)}
    by_code = application.code is not None and application.code == record.code
    by_birth = (application.birth_date, application.sex) == (record.birth_date, record.sex)
    # What is stated beside what would do must not be wrong either.
    wrong = (
        (application.code is not None and not by_code)
        or application.birth_date not in {None, record.birth_date}
        or application.sex not in {None, record.sex}
    )
    return named and there and (by_code or by_birth) and not wrong


def is_answered(tx: Transaction, held: Held, applied_on: date, *, by: date) -> bool:
    """Whether the enquiry about an application was answered by a day, and as it should be (Reg. Art. 36(1)(ii))."""
    last = store.last_enquiry(tx, held.resident_id, applied_on)
    return last is not None and last.step is EnquiryStep.CONFIRMED and last.done_on <= by
