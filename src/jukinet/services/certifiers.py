"""Who certifies the papers of this municipality, and with which seal: entering it, and asking it of a day.

Where nobody is entered the configuration's mayor certifies, and no seal is printed. Which of those entered counts on
a day is in ``jukinet.law.certifiers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import Fields, reading
from jukinet.law import certifiers as law
from jukinet.law.certifiers import BY_THE_DAY, CertifyingOffice, Choice, Days, SealChoice, SealUse
from jukinet.law.decisions import Decision, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.holds import stamp_of
from jukinet.services.operators import OperatorClaim
from jukinet.services.stay_items import member
from jukinet.store import certifiers as store
from jukinet.store.certifiers import Bears as Bears  # noqa: PLC0414  (offered here too)
from jukinet.store.certifiers import Certified as Certified  # noqa: PLC0414  (offered here too)
from jukinet.store.certifiers import Certifier as Certifier  # noqa: PLC0414  (offered here too)
from jukinet.store.certifiers import Seal as Seal  # noqa: PLC0414  (offered here too)
from jukinet.store.database import Transaction

NOBODY_ENTERED = Certified(Bears(None, None), None, None, None, None)


@dataclass(frozen=True, slots=True)
class CertifierFiling:
    """That somebody certifies from a day on. ``replaces``: the number of an entry that counts no more.

    ``withdrawn``: it is only taken back, with nobody in its place.
    """

    office: CertifyingOffice
    title: str
    name: str
    days: Days
    replaces: int | None
    withdrawn: bool


@dataclass(frozen=True, slots=True, repr=False)
class SealFiling:
    """A seal of an office from a day on; ``words`` are printed under it."""

    office: CertifyingOffice
    use: SealUse
    image: bytes
    words: str | None
    days: Days
    replaces: int | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """The number of an entry."""

    number: int


@dataclass(frozen=True, slots=True)
class Certifiers:
    """Who is entered, with which seals."""

    certifiers: tuple[Certifier, ...]
    seals: tuple[Seal, ...]


def _days(fields: Fields) -> Days:
    days = Days(fields.date("valid_from"), fields.optional_date("valid_to"))
    if days.valid_to is not None and days.valid_to < days.valid_from:
        fields.fault("valid_to", "must not lie before valid_from")
    return days


def _replaced(fields: Fields) -> tuple[int | None, bool]:
    replaces = fields.integer("replaces", least=1) if fields.has("replaces") else None
    withdrawn = fields.flag("withdrawn", default=False)
    if withdrawn and replaces is None:
        fields.fault("replaces", "must name the entry that is withdrawn")
    return replaces, withdrawn


def read_certifier(data: object) -> CertifierFiling:
    with reading(data) as fields:
        office = fields.take("office", member(CertifyingOffice))
        title, name = fields.text("title", longest=100), fields.text("name", longest=100)
        return CertifierFiling(office, title, name, _days(fields), *_replaced(fields))


def read_seal(data: object, image: bytes, *, coloured: bool = False) -> SealFiling:
    """``image``: checked before (``jukinet.documents.seals``), ``coloured``: not all in shades of black."""
    with reading(data) as fields:
        office = fields.take("office", member(CertifyingOffice))
        use = fields.optional("use", member(SealUse)) or SealUse.OFFICE
        if coloured and use is not SealUse.CARD_FACES:
            fields.fault("use", "must be card-faces for an image with colours: papers bear a black seal")
        words = fields.optional_text("words", longest=40)
        return SealFiling(office, use, image, words, _days(fields), *_replaced(fields))


def read_choice(fields: Fields) -> Choice:
    """What is chosen for one paper, in its application; nothing: by the day."""
    return fields.optional_object("certified", _read_choice) or BY_THE_DAY


def _read_choice(fields: Fields) -> Choice:
    return Choice(
        fields.optional("office", member(CertifyingOffice)),
        fields.optional("seal", member(SealChoice)),
        fields.optional_text("words", longest=40),
    )


def enter_certifier(ctx: Context, claim: OperatorClaim, filing: CertifierFiling) -> Entered | Refused:
    """Enter who certifies: from that day every paper bears title and name."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CERTIFIER_SET, AuditEvent.CERTIFIER_ENTERED)
        store.lock(tx)
        decision = acts.every(
            act.gate,
            law.decide_entry(
                filing.office,
                filing.days,
                store.standing(tx),
                replaces=filing.replaces,
                withdrawn=filing.withdrawn,
                titled=filing.title.startswith(_place(ctx)),
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        number = store.add(
            tx,
            filing.office,
            filing.days,
            filing.title,
            filing.name,
            replaces=filing.replaces,
            withdrawn=filing.withdrawn,
            stamp=stamp_of(act),
        )
        act.done(decision, reference=str(number))
        return Entered(number)


def _place(ctx: Context) -> str:
    """Prefecture and municipality, as they begin a title (specification 5.6)."""
    here = ctx.municipality
    entry = ctx.directory().node(here.node_id)
    return here.prefecture.name + (entry.name if entry else "")


def enter_seal(ctx: Context, claim: OperatorClaim, filing: SealFiling) -> Entered | Refused:
    """Enter the seal of an office: from that day it is printed on what that office certifies."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SEAL_SET, AuditEvent.SEAL_ENTERED)
        store.lock(tx)
        decision = acts.every(
            act.gate,
            law.decide_entry(
                filing.office,
                filing.days,
                [one for one in store.standing_seals(tx) if one.use is filing.use],
                replaces=filing.replaces,
                withdrawn=filing.withdrawn,
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        number = store.add_seal(
            tx,
            filing.office,
            filing.use,
            filing.days,
            filing.image,
            filing.words,
            replaces=filing.replaces,
            withdrawn=filing.withdrawn,
            stamp=stamp_of(act),
        )
        act.done(decision, reference=str(number))
        return Entered(number)


def show_certifiers(ctx: Context, claim: OperatorClaim) -> Certifiers | Refused:
    """Who is entered; whoever may issue papers may see it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_COPY_ISSUE, AuditEvent.CERTIFIERS_READ)
        return acts.look(act, lambda: Certifiers(tuple(store.standing(tx)), tuple(store.standing_seals(tx))))


def bears_on(tx: Transaction, on: date, choice: Choice = BY_THE_DAY) -> tuple[Bears, Decision]:
    """Which entries a paper of a day bears by what was chosen for it, and whether it can (PR1, PR2)."""
    who = law.certifying(store.standing(tx), on, choice.office)
    unsealed = choice.seal is SealChoice.NONE
    use = SealUse.CERTIFICATES if choice.seal is SealChoice.CERTIFICATES else SealUse.OFFICE
    seals = [] if who is None or unsealed else [one for one in store.standing_seals(tx) if one.use is use]
    seal = law.sealing(seals, who.office, on) if who else None
    bears = Bears(who.number if who else None, seal.number if seal else None, unsealed, choice.words)
    return bears, law.decide_choice(choice, certifier=who is not None, seal=seal is not None)


def certified_on(tx: Transaction, on: date) -> Certified:
    """What a paper of a day bears of who certifies it, where nothing is chosen for it."""
    return store.certified(tx, bears_on(tx, on)[0])


def certified_by(tx: Transaction, bears: Bears) -> Certified:
    """The same where it is on record which entries a paper bears: it is set again as it was."""
    return store.certified(tx, bears)
