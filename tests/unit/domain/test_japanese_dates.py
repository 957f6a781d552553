"""Dates as forms write them: the fourteen forms of the specification, and both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.unit.domain.strategies import partial_dates

from jukinet.domain.dates import PartialDate
from jukinet.domain.japanese_dates import era_text, read_japanese, western_text


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("令和2年頃", "2020~"),
        ("令和2年5月頃", "2020-05~"),
        ("令和2年5月3日頃", "2020-05-03~"),
        ("推定令和2年5月3日", "2020-05-03?"),
        ("推定令和2年5月", "2020-05?"),
        ("令和2年春", "2020-21"),
        ("令和2年5月上旬", "2020-05-01/2020-05-10"),
        ("令和2年5月中旬頃", "2020-05-11~/2020-05-20~"),
        ("年月日不詳", "XXXX-XX-XX"),
        ("令和2年 月日不詳", "2020-XX-XX"),
        ("令和2年5月 日不詳", "2020-05-XX"),
        ("令和2年5月3日から6月7日頃までの間", "2020-05-03/2020-06-07~"),
        ("令和2年5月推定3日から7日までの間", "2020-05-03?/2020-05-07?"),
        ("令和2年5月3日頃から7日頃までの間", "2020-05-03~/2020-05-07~"),
        ("平成25年7月8日", "2013-07-08"),
        ("昭和58年2月29日", "1983-02-29%"),
        ("昭和64年 月日不詳", "1989-XX-XX"),
        ("令和2年2月下旬", "2020-02-21/2020-02-29"),
        ("令和元年12月30日から令和2年1月3日までの間", "2019-12-30/2020-01-03"),
        ("推定昭和20年", "1945?"),
        ("昭和20年冬", "1945-24"),
    ],
)
def test_the_forms_of_the_specification(written, wire):
    assert read_japanese(written).text == wire
    if written != "昭和64年 月日不詳":
        assert era_text(PartialDate(wire)) == written


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("令和２年５月３日", "2020-05-03"),
        ("昭和五十五年四月十七日", "1980-04-17"),
        ("昭和 55年 4月 17日", "1980-04-17"),
        ("1980年4月17日", "1980-04-17"),
        ("1980年4月 日不詳", "1980-04-XX"),
        ("明治45年7月30日", "1912-07-30"),
        ("大正元年7月30日", "1912-07-30"),
        ("大正15年12月25日", "1926-12-25"),
        ("令和1年5月1日", "2019-05-01"),
        ("令和2年5月推定3日から推定7日までの間", "2020-05-03?/2020-05-07?"),
        ("令和2年5月3日から5月7日頃までの間", "2020-05-03/2020-05-07~"),
        ("平成31年（令和元年） 月日不詳", "2019-XX-XX"),
        ("平成31年(令和元年)頃", "2019~"),
    ],
)
def test_other_spellings_that_are_read(written, wire):
    assert read_japanese(written).text == wire


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昭和",
        "昭和55年",
        "昭和55年4月",
        "昭和55年4月17日頃頃",
        "推定昭和55年4月17日頃",
        "昭和64年1月8日",
        "平成元年1月7日",
        "大正15年12月26日",
        "令和元年4月30日",
        "明治5年1月1日",
        "昭和0年1月1日",
        "昭和55年13月1日",
        "昭和55年4月0日",
        "昭和55年4月32日",
        "昭和55年0月 日不詳",
        "元年4月1日",
        "昭和55年春頃",
        "推定昭和55年春",
        "昭和55年春月日不詳",
        "昭和55年4月月日不詳",
        "昭和55年4月17日日不詳",
        "昭和55年日不詳",
        "昭和55年月日不詳頃",
        "推定昭和55年4月上旬",
        "昭和55年4月上旬日不詳",
        "昭和55年13月上旬",
        "慶応3年4月1日",
        "昭和55年4月7日から3日までの間",
        "昭和55年4月推定3日頃から7日までの間",
        "昭和55年4月3日から不明不年5月7日までの間",
        "1980-04-17",
        "昭和55年4月2日から昭和64年1月8日までの間",
        "昭和55年4月17日生",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="must"):
        read_japanese(text)


@given(partial_dates())
@case("spec 1.3.6")
def test_what_is_written_is_read_back(wire):
    day = PartialDate(wire)
    for written in (era_text(day), western_text(day)):
        assert read_japanese(written) == day


@given(st.text("0123456789元令和平成昭大正年月日頃推定不詳春上旬からまでの間（）", max_size=20))
def test_no_text_breaks_the_reader(text):
    try:
        day = read_japanese(text)
    except ValueError:
        return
    assert PartialDate(day.text) == day


@pytest.mark.parametrize(
    ("wire", "era", "western"),
    [
        ("2019-XX-XX", "平成31年（令和元年） 月日不詳", "2019年 月日不詳"),
        ("2019-04-XX", "平成31年4月 日不詳", "2019年4月 日不詳"),
        ("1926-12-XX", "大正15年（昭和元年）12月 日不詳", "1926年12月 日不詳"),
        ("1926-12-25", "昭和元年12月25日", "1926年12月25日"),
        ("1980-04-03/1980-04-07", "昭和55年4月3日から7日までの間", "1980年4月3日から7日までの間"),
        ("1980-04-01/1980-04-10?", "昭和55年4月1日から推定10日までの間", "1980年4月1日から推定10日までの間"),
    ],
)
def test_how_they_are_written(wire, era, western):
    assert (era_text(PartialDate(wire)), western_text(PartialDate(wire))) == (era, western)
