from datetime import date

import pytest
from tests.unit.documents.invented import document

from jukinet.documents.boxes import Setter
from jukinet.documents.copies import form_of
from jukinet.documents.glyphs import Typecase
from jukinet.documents.household_form import data_of
from jukinet.documents.typesetting import typeset
from jukinet.domain.errors import ErrorKind, JukinetError


@pytest.fixture
def data(fonts):
    """What the template is given for a plain copy."""
    plain = data_of(form_of(document()), Setter(Typecase(fonts)))
    return plain | {"faces": [face.family for face in fonts.faces]}


def test_a_warning_is_a_failure(data, fonts):
    assert typeset("household_form", data, fonts, date(2013, 7, 8))
    # typst only warns of a family it does not know, and leaves the text out.
    data["remark"] = [("No Such Family", "架空")]
    with pytest.raises(JukinetError) as caught:
        typeset("household_form", data, fonts, date(2013, 7, 8))
    assert caught.value.kind is ErrorKind.INTERNAL
    assert "架空" not in str(caught.value)


def test_an_error_of_the_template_does_not_repeat_the_data(fonts):
    with pytest.raises(JukinetError) as caught:
        typeset("household_form", {"title": "見本太郎"}, fonts, date(2013, 7, 8))
    assert caught.value.kind is ErrorKind.INTERNAL
    assert "見本太郎" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_more_pages_than_planned_are_a_failure(data, fonts):
    data["row_height"] = 60
    with pytest.raises(JukinetError):
        typeset("household_form", data, fonts, date(2013, 7, 8))
