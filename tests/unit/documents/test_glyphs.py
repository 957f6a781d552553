from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.documents.glyphs import Coverage, Typecase, clusters, is_selector

MINCHO, SERIF = "IPAmjMincho", "Noto Serif CJK JP"
MOJI_JOHO = "邉\U000e0110"  # a sequence that IPAmj Mincho has
ADOBE = "辻\U000e0100"  # one that only the Noto face has
UNKNOWN = "辻\U000e01ef"


@pytest.fixture(scope="module")
def typecase(fonts):
    return Typecase(fonts)


def families(typecase, text):
    return [(run.family, run.text) for run in typecase.runs(text)]


def test_han_and_kana_are_set_in_the_face_of_names(typecase):
    assert families(typecase, "髙橋 𠮷彦　さくら") == [(MINCHO, "髙橋 𠮷彦　さくら")]


def test_vietnamese_letters_and_hangul_are_set_in_the_other(typecase):
    assert families(typecase, "NGUYỄN THỊ") == [(SERIF, "NGUYỄN THỊ")]
    assert families(typecase, "김영희") == [(SERIF, "김영희")]


def test_a_latin_word_is_never_cut_between_faces(typecase):
    # The Noto face has Z and o, but not Ż and ł: the whole word goes to the other.
    assert families(typecase, "Żółć") == [(MINCHO, "Żółć")]


def test_a_letter_keeps_its_marks(typecase):
    assert len(typecase.runs("Zo\u0308")) == 1


def test_variation_sequences_go_to_the_face_that_has_them(typecase):
    assert families(typecase, MOJI_JOHO) == [(MINCHO, MOJI_JOHO)]
    assert families(typecase, ADOBE) == [(SERIF, ADOBE)]


def test_a_sequence_that_no_font_has_is_not_drawn_as_its_base(typecase):
    assert typecase.runs("辻")
    with pytest.raises(ValueError, match=r"no font has U\+8FBB U\+E01EF$"):
        typecase.runs(UNKNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "\U00031350",  # a Han character newer than the fonts
        "\U000e0110",  # a selector that follows nothing
        "邉\U000e0110\U000e0110",
        "あ\ufe0f",
        "\u202e",  # turns the direction of what follows
        "\u200b",
        "\x00",
        "a\n",
    ],
)
def test_what_cannot_be_printed_is_refused(typecase, text):
    with pytest.raises(ValueError, match="cannot be printed"):
        typecase.runs("名" + text if text != "\U000e0110" else text)


def test_every_missing_code_point_is_named_once_and_nothing_else(typecase):
    with pytest.raises(ValueError, match="no font has") as caught:
        typecase.runs(f"架空{UNKNOWN}太郎\U00031350{UNKNOWN}")
    assert str(caught.value) == "cannot be printed: no font has U+8FBB U+E01EF, U+31350"


def test_a_selector_counts_only_right_after_its_base():
    face = Coverage("x", frozenset({0x8FBB, 0x301}), frozenset({(0x8FBB, 0xE0100)}))
    assert face.covers("辻")
    assert face.covers("辻\U000e0100")
    assert not face.covers("辻\U000e0101")
    assert not face.covers("辻\u0301\U000e0100")
    assert not face.covers("辻\U000e0100\U000e0100")


TEXTS = st.text(alphabet=st.sampled_from("渡邉さ　 AÊỄŻ김-1\u0301" + MOJI_JOHO[1] + "("), max_size=12)


@given(TEXTS)
def test_clusters_lose_nothing_and_each_begins_anew(text):
    pieces = list(clusters(text))
    assert "".join(pieces) == text
    assert all(not is_selector(piece[0]) for piece in pieces[1:])


@given(text=TEXTS)
def test_runs_say_the_text_again_and_neighbours_differ(typecase, text):
    try:
        runs = typecase.runs(text)
    except ValueError:
        return
    assert "".join(run.text for run in runs) == text
    assert all(a.family != b.family for a, b in pairwise(runs))
