"""``jukinet copy``: copies of resident records, as far as they need no register.

Owns the specimen: a nationwide copy for a household that does not exist, to see the form and to try fonts
and printers. Real copies are issued by ``jukinet.services``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.documents.characters import LONGEST, by_code, explain, render_sheet
from jukinet.documents.copies import CopyDocument, render_copy
from jukinet.documents.fonts import DEFAULT_DIRECTORIES, FULL, find_fonts
from jukinet.documents.household_form import Certifier
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.items import HOUSEHOLDER, ForeignClass
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.messages.copies import CopyPerson, HouseholdItems, NationalityAndClass, WantedItem

app = common.make_app("Copies of resident records (住民票の写し).")

_SELECTOR = "\U000e0110"
"""Makes one of the many forms of 邉, as they stand in real names."""
_ADDRESS = Address(MunicipalityCode("132152"), "東京都国立市富士見台二丁目999番地の99", "見本ハイツ 101号室")


@app.callback()
def copies() -> None:
    """Copies of resident records (住民票の写し)."""


@app.command(epilog="Example: jukinet copy specimen --out specimen.pdf")
def specimen(
    out: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("copy-specimen.pdf"),
    fonts: Annotated[
        list[Path] | None, typer.Option(help="A directory with fonts, before Debian's own; may be repeated.")
    ] = None,
) -> None:
    """Issue a nationwide copy for an invented household; the last line is the path of the PDF."""
    typer.echo("A nationwide copy (広域交付) for a household that does not exist, every item asked for:")
    with common.told():
        typer.echo(str(write_specimen(out, (*(fonts or ()), *DEFAULT_DIRECTORIES))))


@app.command("character", epilog="Example: jukinet copy character   (then type 邉)")
def character(
    fonts: Annotated[
        list[Path] | None, typer.Option(help="A directory with fonts, before Debian's own; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A PDF to write that shows the characters large.", show_default=False)
    ] = None,
    *,
    as_json: common.JsonOption = False,
) -> None:
    """Say what a character is: code points, variants, glyphs; with --out, show it large.

    It is typed at the prompt or on standard input: itself, its code points (U+9089 U+E0110) or its MJ number, by which
    IPAmj Mincho names its glyphs; then it can be copied into a search or a filing.
    """
    typed = common.read_secret("Characters")[:LONGEST]
    if out is not None:
        common.require_place(out)
    with common.told():
        set_of_fonts = find_fonts((*(fonts or ()), *DEFAULT_DIRECTORIES))
        try:
            found = explain(by_code(typed, set_of_fonts), set_of_fonts)
        except ValueError as error:
            raise invalid(Fault("characters", str(error))) from None
        if out is not None:
            out.write_bytes(render_sheet(found, set_of_fonts))
    if as_json:
        common.print_json([asdict(one) for one in found])
        return
    for one in found:
        print(f"{one.text}  {' '.join(one.code_points)}  {', '.join(one.names)}")
        print(f"    taken for the same: {' '.join(one.variants) or 'no other'}")
        glyphs = ", ".join(f"{glyph.family} {glyph.name}" for glyph in one.glyphs)
        print(f"    printed by: {glyphs or 'no font'}")


def write_specimen(out: Path, font_directories: Sequence[Path]) -> Path:
    """Write the specimen's PDF and return its full path; ``JukinetError`` where fonts are missing."""
    fonts = find_fonts(font_directories)
    pdf = render_copy(specimen_document(rich=len(fonts.faces) == len(FULL)), fonts)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(pdf)
    return out.resolve()


def specimen_document(*, rich: bool = True) -> CopyDocument:
    """The copy of an invented household of three in Kunitachi, issued in Fukushima City.

    ``rich`` names have a variation sequence and Vietnamese letters, which the plain fallback font lacks.
    """
    family = f"渡邉{_SELECTOR if rich else ''}"
    return CopyDocument(
        persons=(_husband(family), _wife(family, rich=rich), _child(family)),
        wanted=frozenset(WantedItem),
        home_mayor="東京都国立市長",
        issuer=Certifier("福島県福島市長", "見本 一郎"),
        issued_on=date(2013, 7, 8),
        issue_number="20130708 福島市 見本 001",
        specimen=True,
    )


def _husband(family: str) -> CopyPerson:
    return CopyPerson(
        name=f"{family} 太郎",
        birth_date=PartialDate("1975-03-02"),
        sex=Sex.MALE,
        address=_ADDRESS,
        address_since=PartialDate("2012-10-01"),
        recorded_since=date(2008, 4, 3),
        became_resident_on=PartialDate("2008-04-01"),
        previous_address=Place("北海道札幌市中央区南一条西九十九丁目1番地"),
        household=HouseholdItems(f"{family} 太郎", HOUSEHOLDER),
        code=ResidentRecordCode("24727059608"),
    )


def _wife(family: str, *, rich: bool) -> CopyPerson:
    return CopyPerson(
        name="NGUYỄN THỊ ÁNH NGUYỆT" if rich else "NGUYEN THI ANH NGUYET",
        nickname=f"{family} 月子",
        birth_date=PartialDate("1980-04-XX"),
        sex=Sex.FEMALE,
        address=_ADDRESS,
        address_since=PartialDate("2012-10-01"),
        recorded_since=date(2012, 7, 9),
        became_foreign_resident_on=PartialDate("2012-07-09"),
        household=HouseholdItems(f"{family} 太郎", "妻"),
        code=ResidentRecordCode("24846016224"),
        foreign=NationalityAndClass(
            nationality="VNM",
            stay=ForeignClass.MID_TO_LONG_TERM,
            status="日本人の配偶者等",
            period="3年",
            expires_on=date(2015, 6, 30),
            document_number="AB00000000CD",
        ),
    )


def _child(family: str) -> CopyPerson:
    return CopyPerson(
        name=f"{family} さくら",
        birth_date=PartialDate("2010-12-24"),
        sex=Sex.FEMALE,
        address=_ADDRESS,
        address_since=PartialDate("2012-10-01"),
        recorded_since=date(2010, 12, 28),
        became_resident_on=PartialDate("2010-12-24"),
        household=HouseholdItems(f"{family} 太郎", "子"),
        code=ResidentRecordCode("25208017643"),
    )
