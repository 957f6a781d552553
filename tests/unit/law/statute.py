"""The oracle of the catalogue: the statute's own text, read here by a parser that shares no code with the program.

Owns which rows the Appended Tables have, whom their upper columns name, and what the Affairs Ordinance lists under
each, with texts as they stand. It imports nothing of the program.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

TEXTS = Path(__file__).parent / "statute_texts"
DIGITS = "一二三四五六七八九"
KANJI = frozenset(DIGITS + "十百の")


@dataclass(frozen=True)
class Row:
    """A live row: upper column (empty in Table 5), lower column, paragraph of the ordinance, affairs by number."""

    table: int
    row: str
    upper: str
    lower: str
    paragraph: int
    affairs: tuple[tuple[int, str], ...]
    numbered: bool


def number(kanji: str) -> int:
    """二十三 to 23, by place values and not digit by digit."""
    hundreds, _, rest = kanji.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = 100 * (number(hundreds) if hundreds else 1) if "百" in kanji else 0
    total += 10 * (DIGITS.index(tens) + 1 if tens else 1) if ten else 0
    return total + (DIGITS.index(ones) + 1 if ones else 0)


def written(kanji: str) -> str:
    return "_".join(str(number(part)) for part in kanji.split("の"))


def _lines(name: str) -> list[str]:
    text = lzma.decompress((TEXTS / f"{name}.txt.xz").read_bytes()).decode("utf-8")
    return [line.rstrip() for line in text.splitlines()]


def _tables() -> Iterator[tuple[int, str, str, str]]:
    """Table, row, upper and lower column, deleted rows left out."""
    lines = [line for line in _lines("appended-tables") if line.strip("　 ")]
    heads = [i for i, line in enumerate(lines) if line.startswith("別表第")]
    for table, (start, stop) in enumerate(pairwise([*heads, len(lines)]), 1):
        body = lines[start + 1 : stop]
        if table == 5:
            yield from _table_5("".join(body))
            continue
        for line, below in pairwise([*body[2:], ""]):
            label, gap, column = line.partition("　")
            if gap and label and set(label) <= KANJI and column != "削除":
                yield table, written(label), column, below


def _table_5(text: str) -> Iterator[tuple[int, str, str, str]]:
    for piece in text.split("総務省令で定めるもの")[:-1]:
        label, _, lower = piece.partition("　")
        yield 5, written(label), "", lower + "総務省令で定めるもの"


def _paragraphs() -> Iterator[tuple[int, int, list[str]]]:
    """Article, paragraph, and its lines."""
    article, paragraph, gathered = 0, 0, list[str]()
    for line in [*_lines("affairs-ordinance"), "第六条"]:
        plain = unicodedata.normalize("NFKC", line)
        if line.startswith("第") and line.endswith("条") and line[1:-1] in "一二三四五六":
            if article:
                yield article, paragraph, gathered
            article, paragraph, gathered = article + 1, 1, []
        elif article and plain.isdecimal() and not line.isascii():
            yield article, paragraph, gathered
            paragraph, gathered = int(plain), []
        elif not line.startswith("（法別表"):
            gathered.append(line.strip("　 "))


def _ordinance() -> dict[tuple[int, str], tuple[int, tuple[tuple[int, str], ...], bool]]:
    found = {}
    for article, paragraph, lines in _paragraphs():
        parts: list[list[str]] = [[]]
        for line in lines:
            if line and set(line) <= KANJI:
                parts.append([])
            else:
                parts[-1].append(line)
        head, *items = ("".join(part) for part in parts)
        place, _, says = head.partition("の総務省令で定める")
        place = place.rpartition("別表第")[2][1:].removeprefix("の").removesuffix("の項").removeprefix("第")
        row = written(place.replace("号", ""))
        if not items:
            items = [says.partition("は、")[2].removesuffix("とする。")]
        assert (article, row) not in found
        found[article, row] = (paragraph, tuple(enumerate(items, 1)), len(parts) > 1)
    return found


@cache
def rows() -> tuple[Row, ...]:
    """Every live row with its affairs. A row without a paragraph, or a paragraph without a row, is an error."""
    ordinance = _ordinance()
    found = tuple(Row(*columns, *ordinance.pop(columns[:2])) for columns in _tables())
    assert not ordinance, f"paragraphs without a row: {sorted(ordinance)}"
    return found


WHOLE = ("広島市又は長崎市", "指定都市又は地方自治法", "特定製品に係るフロン類", "廃棄物の処理及び清掃")
"""How upper columns begin that name one organ, with a conjunction within its name."""


def organs(upper: str) -> frozenset[str]:
    """The organs of an upper column, each as it is named there, without the numbers of acts."""
    text = upper
    while "年法律第" in text:  # The number of an act stands in brackets behind its name.
        close = text.index("号）", text.index("年法律第")) + 2
        text = text[: text.rindex("（", 0, close)] + text[close:]
    if text.startswith(WHOLE):
        return frozenset({text})
    for conjunction in ("若しくは", "並びに", "又は", "及び"):
        text = text.replace(conjunction, "\n")
    return frozenset(text.split("\n"))


_N = "[一二三四五六七八九十百]+"
_PLACE = re.compile(
    f"第({_N})条((?:の{_N})*)(?:第({_N})項)?(?:第({_N})号)?|(?<=[、はくら又])第({_N})項|同項第({_N})号"
)
_APPLIED = re.compile(f"において準用する[^、又若の]*?第{_N}条(?:の{_N})*(?:第{_N}項)?")
_ROMAN = {1: "i", 2: "ii", 3: "iii", 12: "xii"}


def articles(text: str) -> list[str]:
    """The articles that an affair's text names, such as 20(8): none in brackets, and none that another makes apply.

    Of 第二項から第四項まで the first and the last.
    """
    while (plain := re.sub("（[^（）]*）", "", text)) != text:
        text = plain
    found, article, paragraph = [], "", ""
    for main, branches, below, item, other, same in _PLACE.findall(_APPLIED.sub("", text)):
        if main:
            article = "-".join(str(number(part)) for part in (main + branches).split("の"))
        if main or other:
            paragraph = f"({number(below or other)})" if below or other else ""
        within = f"({_ROMAN[number(item or same)]})" if item or same else ""
        found.append(article + paragraph + within)
    return found
