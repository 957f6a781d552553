"""What all one-text values have in common."""

import copy
import pickle

import pytest

from jukinet.domain.scalars import Scalar


class Word(Scalar):
    __slots__ = ()
    personal = False

    @classmethod
    def check(cls, text):
        if not text.isalpha():
            raise ValueError("must be a word")
        return text.lower()


class Secret(Scalar):
    __slots__ = ()


def test_a_text_is_checked_and_brought_into_its_one_spelling():
    assert Word("Tea").text == Word.parse("TEA").text == "tea"
    with pytest.raises(ValueError, match="must be a word"):
        Word("2")


def test_equality_needs_the_same_kind():
    assert Word("tea") == Word("Tea")
    assert Word("tea") != Secret("tea")
    assert Word("tea") != "tea"
    assert len({Word("tea"), Word("TEA"), Secret("tea")}) == 2


def test_order_is_that_of_the_text_and_only_among_the_same_kind():
    assert sorted([Word("b"), Word("a")]) == [Word("a"), Word("b")]
    assert Word("a") < Word("b") <= Word("b") < Word("c")
    assert Word("c") > Word("b") >= Word("b")
    for other in ("b", Secret("b")):
        with pytest.raises(TypeError):
            _ = Word("a") < other


def test_only_what_is_not_personal_is_shown():
    assert repr(Word("tea")) == "Word(tea)"
    assert repr(Secret("tea")) == "Secret(…)"
    assert str(Secret("tea")) == f"{Secret('tea')}" == "tea"


def test_it_never_changes():
    word = Word("tea")
    with pytest.raises(AttributeError, match="Word is immutable"):
        word.text = "milk"
    with pytest.raises(AttributeError):
        word.more = "milk"


def test_copies_are_equal():
    word = Word("tea")
    assert copy.copy(word) == copy.deepcopy(word) == pickle.loads(pickle.dumps(word)) == word
