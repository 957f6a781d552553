"""The table of characters that count as the same, judged by its sources."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jntajis import jnta_shrink_translit, mj_shrink_candidates
from yosina.transliterators.kanji_old_new import KANJI_OLD_NEW_MAPPINGS

from jukinet.domain import characters
from jukinet.domain.characters import fold, read_table, table_id
from jukinet.domain.errors import ErrorKind, JukinetError


@pytest.mark.parametrize(
    "same",
    [
        "辺邊邉",
        "斎齋",
        "斉齊",
        "高髙",
        "浜濱濵",
        "吉𠮷",
        "島嶋嶌",
        "広廣",
        "瀬瀨",
        "沢澤",
        "桜櫻",
        "国國",
        "崎﨑嵜",
        "徳德",
        "曽曾",
        "淵渕渊",
        "館舘",
        "富冨",
        "竜龍",
        "滝瀧",
        "桧檜",
        "園薗",
        "呉吳",
        "黄黃",
        "神神",
        "体體",
        "万萬",
        "峰峯",
    ],
)
def test_variants_are_the_same(same):
    assert len({fold(character) for character in same}) == 1


@pytest.mark.parametrize(
    "apart",
    [
        "斉斎",
        "坂阪",
        "玉王",
        "功切",
        "個介",
        "師帥",
        "着著",
        "香皀",
        "太大",
        "壬王",
        "郎朗",
        "崎埼碕",
        "藤籐",
        "傅伝",
        "日曰",
        "己已巳",
        "土士",
        "未末",
        "吉古",
        "高商",
        "嶋鳴",
        "升舛",
    ],
)
def test_characters_of_their_own_stay_apart(apart):
    assert len({fold(character) for character in apart}) == len(apart)


def test_the_common_form_stands_for_its_variants():
    assert fold("邊邉髙﨑濵𠮷") == "辺辺高崎浜吉"


@given(st.text(max_size=12))
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"])
def test_variation_selectors_do_not_count(selector):
    assert fold(f"葛{selector}城") == "葛城"


def test_compatibility_forms_do_not_count():
    assert fold("ﾀﾅｶ") == "タナカ"
    assert fold("ＡＢＣ") == "ABC"
    assert fold("⼭") == "山"


def ideographs_of_the_standard():
    """The kanji of JIS X 0208."""
    for first in range(0x30, 0x75):
        for second in range(0x21, 0x7F):
            try:
                yield bytes([first + 0x80, second + 0x80]).decode("euc_jp")
            except UnicodeDecodeError:
                continue


def neighbours(character):
    """What any source says that a character is a form of."""
    listed = {*mj_shrink_candidates(character, 8, 16), jnta_shrink_translit(character, passthrough=True)}
    return {unicodedata.normalize("NFKC", other) for other in listed} | OLD_AND_NEW.get(character, set())


OLD_AND_NEW: dict[str, set[str]] = {}
for _old, _new in KANJI_OLD_NEW_MAPPINGS.items():
    OLD_AND_NEW.setdefault(_old[0], set()).add(_new[0])


def test_every_pair_inside_the_standard_is_one_that_a_source_names():
    """No merge of two common characters but those of the family-register notices or of old and new forms."""
    groups: dict[str, set[str]] = {}
    for point in (*range(0x3400, 0xA000), *range(0xFA0E, 0xFA2A), *range(0x20000, 0x32000)):
        groups.setdefault(fold(chr(point)), set()).add(chr(point))
    common = set(ideographs_of_the_standard())
    for representative, group in groups.items():
        if len(group & common) > 1:
            assert group & common <= connected(group, representative)


def connected(group, start):
    """What is reached from one character of a group by what the sources say."""
    edges = {character: neighbours(character) for character in group}
    reached: set[str] = set()
    grown = {start}
    while grown != reached:
        reached = grown
        grown = reached | {character for character, others in edges.items() if others & reached}
        grown |= {other for character in reached for other in edges.get(character, ()) if other in group}
    return reached


def test_nearly_all_that_the_register_notices_fold_is_folded():
    missed = []
    for character in ideographs_of_the_standard():
        register = [unicodedata.normalize("NFKC", other) for other in mj_shrink_candidates(character, 8, 16)]
        others = [other for other in register if other != character]
        if others and all(fold(other) != fold(character) for other in others):
            missed.append(character)
    assert 0 < len(missed) < 40  # those kept apart by hand


def test_the_table_has_an_id():
    assert len(table_id()) == 16
    assert int(table_id(), 16) >= 0


def test_lines_and_remarks_of_the_table():
    assert read_table("# remark 甲乙\n辺邊邉\n\n高髙\n") == {
        ord("邊"): "辺",
        ord("邉"): "辺",
        ord("髙"): "高",
    }


def test_a_missing_table_is_one_clear_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(characters, "files", lambda package: tmp_path)
    made = (characters._table, characters._folds)
    for one in made:
        one.cache_clear()
    try:
        with pytest.raises(JukinetError, match="install the package again") as caught:
            fold("邊")
    finally:
        for one in made:
            one.cache_clear()
    assert caught.value.kind is ErrorKind.CONFIGURATION
