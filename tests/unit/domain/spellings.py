"""The judge of matching by four items: people who do not exist, and other spellings of what is recorded of them.

Imports nothing of the program, and none of the sources of its character table: old forms are those that the Family
Register Act's regulation lists beside the common ones (人名用漢字別表第二), and forms of surnames that everybody
knows. ``variations`` are one person spelt twice, ``others`` two people who are easily taken for one. The same seed
gives the same pairs. No kind may be tuned away: what is beyond equality of keys stands in the decision on keys.
"""

import random
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Items:
    """What is recorded or asked; a nickname only where it is recorded."""

    name: str
    address: str
    birth_date: str
    sex: str
    nickname: str | None = None


@dataclass(frozen=True)
class Pair:
    kind: str
    recorded: Items
    asked: Items


_DATA: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FORMS = {group[0]: group[1:] for group in _DATA["forms"]}
BARE = {"Đ": "D", "Ł": "L", "Ø": "O", "Æ": "AE", "ß": "SS", "Þ": "TH", "İ": "I"}
DASHES = "-－‐‑–—−ー─"
KANJI_DIGITS = "〇一二三四五六七八九"
SELECTORS = "\U000e0100\U000e0101\U000e0102\U000e0110\ufe00"


class Draw:
    """Draws of one seed; by ``random()`` alone, which is the same in every Python."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def below(self, bound: int) -> int:
        return int(self._random() * bound)

    def pick(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]

    def maybe(self, share: float = 0.5) -> bool:
        return self._random() < share


# --- What is recorded ---


@dataclass(frozen=True)
class Lot:
    """Numbers of an address, and whether it is one of a residence indication (丁目, 番, 号) or a lot (番地)."""

    numbers: tuple[int, ...]
    indicated: bool


@dataclass(frozen=True)
class Place:
    prefecture: str
    county: str
    city: str
    town: str
    aza: str
    lot: Lot


@dataclass(frozen=True)
class Person:
    name: str
    birth_date: str
    sex: str
    place: Place
    nickname: str | None = None

    def items(self) -> Items:
        return Items(self.name, recorded(self.place), self.birth_date, self.sex, self.nickname)


def draw_place(draw: Draw) -> Place:
    if draw.maybe(0.3):
        prefecture, county, city, town, aza = draw.pick(_DATA["rural"]).split("|")
        lot = Lot((1 + draw.below(900), *([1 + draw.below(30)] if draw.maybe() else [])), indicated=False)
        return Place(prefecture, county, city, "大字" + town, "字" + aza if draw.maybe(0.7) else "", lot)
    prefecture, city, town = draw.pick(_DATA["places"]).split("|")
    numbers = tuple(1 + draw.below(bound) for bound in (9, 40, 30))
    indicated = draw.maybe(0.8)
    return Place(prefecture, "", city, town, "", Lot(numbers, indicated))


def recorded(place: Place) -> str:
    """As a register writes it: 一丁目2番3号, 一丁目2番地3, 大字東舘字舘本66番地."""
    return f"{place.prefecture}{place.county}{place.city}{place.town}{place.aza}{registered(place.lot)}"


def registered(lot: Lot) -> str:
    *chome, first, second = lot.numbers if len(lot.numbers) > 1 else (*lot.numbers, 0)
    head = "".join(kanji(number) + "丁目" for number in chome)
    if lot.indicated:
        return f"{head}{first}番{second}号"
    return f"{head}{first}番地" + (f"{second}" if second else "")


def kanji(number: int) -> str:
    """二十三"""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    written = ("" if hundreds < 2 else KANJI_DIGITS[hundreds]) + "百" if hundreds else ""
    written += ("" if tens < 2 else KANJI_DIGITS[tens]) + "十" if tens else ""
    return written + (KANJI_DIGITS[ones] if ones else "")


def draw_person(draw: Draw, name: str | None = None, nickname: str | None = None) -> Person:
    name = name or f"{draw.pick(_DATA['surnames'])}　{draw.pick(_DATA['given'])}"
    birth = f"{1920 + draw.below(93)}-{1 + draw.below(12):02}-{1 + draw.below(28):02}"
    return Person(name, birth, draw.pick(["male", "female"]), draw_place(draw), nickname)


# --- One person spelt twice ---


def old_forms(draw: Draw, text: str) -> str:
    """Other forms of its characters, at least of one where it has any."""
    return "".join(draw.pick(FORMS[one]) if one in FORMS and draw.maybe(0.9) else one for one in text)


def selectors(draw: Draw, text: str) -> str:
    return "".join(
        one + draw.pick(SELECTORS) if "一" <= one <= "鿿" and draw.maybe(0.4) else one for one in text
    )


def spaces(draw: Draw, text: str) -> str:
    return text.replace("　", draw.pick(["", " ", "  ", "\u00a0", " 　", "・"]))


def repeats(draw: Draw, text: str) -> str:
    return "".join(text[place - 1] if one == "々" and place else one for place, one in enumerate(text))


def latin_marks(draw: Draw, text: str) -> str:
    plain = "".join(BARE.get(one, one) for one in text)
    return "".join(one for one in unicodedata.normalize("NFD", plain) if not unicodedata.combining(one))


def latin_order(draw: Draw, text: str) -> str:
    family, *given = text.split()
    return " ".join([*given, family])


def latin_signs(draw: Draw, text: str) -> str:
    family, *given = text.split()
    head = family + draw.pick([", ", ",", " ", "  "])
    return (
        (head + " ".join(given))
        .replace("'", draw.pick(["’", "`", "´", ""]))
        .replace("-", draw.pick([" ", "‐", "–"]))
    )


def latin_case(draw: Draw, text: str) -> str:
    cased = draw.pick([text.title(), text.lower(), text.capitalize()]).replace("'S", "'s")
    return draw.pick([cased, wide(text), unicodedata.normalize("NFD", cased)])


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def half_kana(draw: Draw, text: str) -> str:
    """Half-width katakana, by the compatibility forms of the character database."""
    whole = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    parts = unicodedata.normalize("NFD", text.replace("・", "･"))
    return "".join(marks.get(one) or whole.get(one, one) for one in parts)


def numbered(draw: Draw, lot: Lot, write: Callable[[int], str], *, units: bool) -> str:
    numbers = [write(number) for number in lot.numbers]
    if not units:
        return draw.pick(DASHES).join(numbers)
    if len(numbers) == 1:
        return numbers[0] + draw.pick(["番地", "番", ""])
    head, (first, second) = "".join(one + "丁目" for one in numbers[:-2]), numbers[-2:]
    ends = [
        f"番{second}号",
        f"番地{second}",
        f"番地の{second}",
        f"番{second}",
        f"-{second}",
        f"番地{second}号",
    ]
    return head + first + draw.pick(ends)


def plain(number: int) -> str:
    return str(number)


def by_digits(number: int) -> str:
    """二三"""
    return "".join(KANJI_DIGITS[int(digit)] for digit in str(number))


def at(person: Person, lot: str, **changed: str) -> Items:
    place = replace(person.place, **changed)  # type: ignore[arg-type]  # texts alone, never the lot
    address = f"{place.prefecture}{place.county}{place.city}{place.town}{place.aza}{lot}"
    return replace(person.items(), address=address, nickname=None)


def hyphens(draw: Draw, person: Person) -> Items:
    return at(person, numbered(draw, person.place.lot, plain, units=False))


def other_units(draw: Draw, person: Person) -> Items:
    return at(person, numbered(draw, person.place.lot, plain, units=True))


def joined_by_no(draw: Draw, person: Person) -> Items:
    return at(person, draw.pick("のノ").join(map(plain, person.place.lot.numbers)))


def wide_numbers(draw: Draw, person: Person) -> Items:
    return at(person, wide(numbered(draw, person.place.lot, plain, units=draw.maybe())))


def kanji_numbers(draw: Draw, person: Person) -> Items:
    if draw.maybe(0.8):
        return at(person, numbered(draw, person.place.lot, kanji, units=True))
    return at(person, draw.pick("-－ー").join(map(by_digits, person.place.lot.numbers)))


def digits_in_names(draw: Draw, person: Person) -> Items:
    """北一条西 as 北1条西, 三番町 as 3番町: only where a number is one in the name too."""
    town = person.place.town.replace("二十四条", "24条").replace("一条", "1条").replace("三番町", "３番町")
    return at(person, numbered(draw, person.place.lot, plain, units=draw.maybe()), town=town)


def small_ke(draw: Draw, person: Person) -> Items:
    other = draw.pick("ヶケがガ")

    def spelt(text: str) -> str:
        return "".join(other if one in "ヶケ" or (one == "が" and "関" in text) else one for one in text)

    place = person.place
    return at(person, registered(place.lot), city=spelt(place.city), town=spelt(place.town))


def without_aza(draw: Draw, person: Person) -> Items:
    town = person.place.town.removeprefix("大字")
    aza = person.place.aza.removeprefix("字")
    return at(person, numbered(draw, person.place.lot, plain, units=draw.maybe()), town=town, aza=aza)


def without_prefecture(draw: Draw, person: Person) -> Items:
    county = "" if draw.maybe() else person.place.county
    return at(person, registered(person.place.lot), prefecture="", county=county)


def with_building(draw: Draw, person: Person) -> Items:
    lot = numbered(draw, person.place.lot, plain, units=draw.maybe())
    written = registered(person.place.lot) if draw.maybe() else lot
    gap = draw.pick(["", "　", " ", "（"])
    return at(person, written + gap + draw.pick(_DATA["buildings"]) + ("）" if gap == "（" else ""))


def spaced(draw: Draw, person: Person) -> Items:
    place, gap = person.place, draw.pick([" ", "　"])
    parts = [place.prefecture, place.county + place.city, place.town + place.aza, registered(place.lot)]
    return replace(person.items(), address=gap.join(parts), nickname=None)


def old_places(draw: Draw, person: Person) -> Items:
    place = person.place
    return at(
        person,
        registered(place.lot),
        city=old_forms(draw, place.city),
        town=old_forms(draw, place.town),
        aza=old_forms(draw, place.aza),
    )


def a_name_with(among: Callable[[str], bool]) -> Callable[[Draw], str]:
    def drawn(draw: Draw) -> str:
        while not among(name := f"{draw.pick(_DATA['surnames'])}　{draw.pick(_DATA['given'])}"):
            pass
        return name

    return drawn


def latin_name(draw: Draw) -> str:
    return draw.pick(_DATA["latin"])


def katakana_name(draw: Draw) -> str:
    return f"{draw.pick(_DATA['surnames'])}　{draw.pick(_DATA['katakana'])}・{draw.pick(_DATA['katakana'])}"


def any_name(draw: Draw) -> str:
    return f"{draw.pick(_DATA['surnames'])}　{draw.pick(_DATA['given'])}"


BY_NAME = {
    "name: old forms": (a_name_with(lambda name: any(one in FORMS for one in name)), old_forms),
    "name: variation selectors": (any_name, selectors),
    "name: spaces": (any_name, spaces),
    "name: 々 written out": (a_name_with(lambda name: "々" in name), repeats),
    "name: half-width katakana": (katakana_name, half_kana),
    "name: Latin marks": (latin_name, latin_marks),
    "name: Latin order": (latin_name, latin_order),
    "name: Latin signs": (latin_name, latin_signs),
    "name: Latin case and width": (latin_name, latin_case),
}
BY_ADDRESS = {
    "address: hyphens": hyphens,
    "address: other units": other_units,
    "address: numbers joined by の": joined_by_no,
    "address: full-width numbers": wide_numbers,
    "address: kanji numbers": kanji_numbers,
    "address: digits in names of places": digits_in_names,
    "address: ヶ and ケ": small_ke,
    "address: without 大字 and 字": without_aza,
    "address: without prefecture or county": without_prefecture,
    "address: building": with_building,
    "address: spaces": spaced,
    "address: old forms": old_places,
}


def variations(seed: str, each: int = 110) -> Iterator[Pair]:
    """One person spelt twice: ``each`` pairs of every kind."""
    for kind in (*BY_NAME, *BY_ADDRESS, "nickname", "nickname spelt otherwise", "all at once"):
        draw = Draw(f"{seed} {kind}")
        for _ in range(each):
            yield _varied(kind, draw)


def _varied(kind: str, draw: Draw) -> Pair:
    if kind in BY_NAME:
        named, spell = BY_NAME[kind]
        person = draw_person(draw, named(draw))
        # Which of the two is recorded and which asked is left to chance.
        asked = replace(person.items(), name=spell(draw, person.name))
        return Pair(kind, *((person.items(), asked) if draw.maybe() else (asked, person.items())))
    if kind in BY_ADDRESS:
        person = draw_person(draw)
        return Pair(kind, person.items(), BY_ADDRESS[kind](draw, person))
    if kind == "all at once":
        place = draw.pick(list(BY_ADDRESS.values()))
        named, respell = draw.pick(list(BY_NAME.values()))
        person = draw_person(draw, named(draw))
        return Pair(kind, person.items(), replace(place(draw, person), name=respell(draw, person.name)))
    person = draw_person(draw, draw.pick(_DATA["latin"]), any_name(draw))
    nickname = person.nickname or ""
    if kind == "nickname spelt otherwise":
        nickname = spaces(draw, old_forms(draw, nickname))
    return Pair(kind, person.items(), replace(person.items(), name=nickname, nickname=None))


# --- Two people who are easily taken for one ---


def other_person(draw: Draw, person: Person) -> Items:
    """A twin: all is the same but the given name."""
    family = person.name.split("　")[0]
    while (name := f"{family}　{draw.pick(_DATA['given'])}") == person.name or old_alike(name, person.name):
        pass
    return replace(person.items(), name=name)


def old_alike(one: str, other: str) -> bool:
    return len(one) == len(other) and all(
        a == b or b in FORMS.get(a, "") or a in FORMS.get(b, "") for a, b in zip(one, other, strict=True)
    )


def alike_character(draw: Draw, person: Person) -> Pair:
    first, second = tuple(draw.pick(_DATA["apart"]))
    left = Items(f"{first}架　空{draw.pick(_DATA['given'])}", *_rest(person))
    return Pair("another character", left, replace(left, name=left.name.replace(first, second, 1)))


def _rest(person: Person) -> tuple[str, str, str]:
    return recorded(person.place), person.birth_date, person.sex


def father_and_son(draw: Draw, person: Person) -> Items:
    """The name handed down, the same house: only the birth date tells them apart."""
    return replace(person.items(), birth_date=f"{int(person.birth_date[:4]) + 30}{person.birth_date[4:]}")


def shifted_numbers(draw: Draw, person: Person) -> Pair:
    """1-2-3 and 12-3, 1-23 and 12-3, 1-2-3 and 1-2-33; written in any way."""
    a, b, c = (1 + draw.below(9) for _ in range(3))
    one = (a, b, c)
    other = draw.pick(
        [(10 * a + b, c), (a, 10 * b + c), (a, b, 11 * c), (a, b), (b, c), (a, c, b), (a, b, c, c)]
    )
    if other == one:
        other = (a, b)
    town = person.place.prefecture + person.place.city + person.place.town

    def written(numbers: tuple[int, ...]) -> str:
        lot = Lot(numbers[-3:], indicated=False)
        return town + (
            draw.pick(DASHES).join(map(plain, numbers))
            if len(numbers) == 4 or draw.maybe()
            else numbered(draw, lot, draw.pick([plain, kanji]), units=True)
        )

    left = replace(person.items(), address=written(one))
    return Pair("numbers shifted", left, replace(left, address=written(other)))


def building_number(draw: Draw, person: Person) -> Pair:
    """A building whose name begins with a number in kanji, and the neighbour's lot."""
    a, b = 1 + draw.below(9), 1 + draw.below(9)
    town = person.place.prefecture + person.place.city + person.place.town
    building = draw.pick(["光荘", "番館", "千代ハイツ"])
    left = replace(person.items(), address=f"{town}{a}-{b}{KANJI_DIGITS[a]}{building}")
    return Pair("number of a building", left, replace(left, address=f"{town}{a}-{b}{a}"))


def neighbour(draw: Draw, person: Person) -> Items:
    numbers = person.place.lot.numbers
    moved = (*numbers[:-1], numbers[-1] + 1 + draw.below(9))
    lot = replace(person.place.lot, numbers=moved)
    return replace(person.items(), address=recorded(replace(person.place, lot=lot)))


def other_town(draw: Draw, person: Person) -> Items:
    place = person.place
    while (other := draw_place(draw)).town == place.town:
        pass
    return replace(person.items(), address=recorded(replace(place, town=other.town, aza=other.aza)))


def signed_lots(draw: Draw, person: Person) -> Pair:
    town, number = "石川県金沢市架空町", 1 + draw.below(300)
    one, other = tuple(draw.pick(["甲乙", "イロ", "ハニ", "丙丁"]))
    write = draw.pick([lambda sign: f"{sign}{number}番地", lambda sign: f"{number}番地{sign}"])
    left = replace(person.items(), address=town + write(one))
    return Pair("lots with a sign", left, replace(left, address=town + write(other)))


def latin_twin(draw: Draw, person: Person) -> Pair:
    first = draw.pick(
        ["KIM JIMIN/KIM MINJI", "LEE ANNA/LEE ANN", "SANTOS MARIA/SANTOS MARIO", "NGUYEN VAN ANH/NGUYEN VAN"]
    )
    second = draw.pick(["SUN LI/SUN LIN", "DIAZ JOSE/DIAZ JOSEFA", "ALI OMAR/ALI AMR", "WANG WEI/WANG WEN"])
    one, other = draw.pick([first, second]).split("/")
    left = Items(one, *_rest(person))
    return Pair("Latin twins", left, replace(left, name=other))


def voiced(draw: Draw, person: Person) -> Pair:
    one, other = draw.pick(
        ["ハナ/バナ", "カン/ガン", "ユウ/ユー", "かな/カナ", "サト/ザト", "リョウ/リヨウ"]
    ).split("/")
    left = Items(f"架空　{one}", *_rest(person))
    return Pair("kana of another sound", left, replace(left, name=f"架空　{other}"))


def swapped_date(draw: Draw, person: Person) -> Items:
    day = 1 + draw.below(12)
    month = 1 + (day + draw.below(11)) % 12
    year = person.birth_date[:4]
    return replace(
        person.items(), birth_date=f"{year}-{month:02}-{day:02}" if month != day else f"{year}-12-31"
    )


def others(seed: str, each: int = 40) -> Iterator[Pair]:
    """Two people: ``each`` pairs of every kind."""
    singly = {
        "twins": other_person,
        "father and son": father_and_son,
        "neighbours": neighbour,
        "other town": other_town,
        "another birth date": swapped_date,
        "other sex": lambda _, person: replace(
            person.items(), sex="female" if person.sex == "male" else "male"
        ),
    }
    paired = (alike_character, shifted_numbers, building_number, signed_lots, latin_twin, voiced)
    for kind, make in singly.items():
        draw = Draw(f"{seed} {kind}")
        for _ in range(each):
            person = draw_person(draw)
            asked = make(draw, person)
            if asked != person.items():
                yield Pair(kind, person.items(), asked)
    for make_pair in paired:
        draw = Draw(f"{seed} {make_pair.__name__}")
        for _ in range(each):
            yield make_pair(draw, draw_person(draw))
