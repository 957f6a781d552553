"""Errors: a kind, a sentence, every fault."""

from jukinet.domain.errors import ErrorKind, Fault, JukinetError, invalid


def test_the_kinds_are_words_for_the_wire():
    assert all(kind.value == kind.name.lower().replace("_", "-") for kind in ErrorKind)


def test_an_error_tells_its_sentence_and_every_fault():
    error = invalid(Fault("name", "is missing"), Fault("sex", "must be text"))
    assert error.kind is ErrorKind.INVALID
    assert error.faults == (Fault("name", "is missing"), Fault("sex", "must be text"))
    assert (
        str(error) == "The input has faults; nothing was done with it. (name: is missing; sex: must be text)"
    )


def test_an_error_without_faults_is_its_sentence():
    error = JukinetError(ErrorKind.NOT_FOUND, "There is no such node.")
    assert str(error) == error.message == "There is no such node."
    assert error.faults == ()
