from datetime import date

import pytest

from jukinet.documents.written_dates import era_date, western_date, written_in_era, written_in_western
from jukinet.domain.dates import PartialDate


@pytest.mark.parametrize(
    ("wire", "era", "western"),
    [
        ("1980-04-17", "昭和55年4月17日", "1980年4月17日"),
        ("1989-01-07", "昭和64年1月7日", "1989年1月7日"),
        ("1989-01-08", "平成元年1月8日", "1989年1月8日"),
        ("1926-12-25", "昭和元年12月25日", "1926年12月25日"),
        ("XXXX-XX-XX", "年月日不詳", "年月日不詳"),
        ("1980-XX-XX", "昭和55年 月日不詳", "1980年 月日不詳"),
        ("1980-04-XX", "昭和55年4月 日不詳", "1980年4月 日不詳"),
        # Nobody knows on which side of 8 January: neither era is made up.
        ("1989-XX-XX", "昭和64年又は平成元年 月日不詳", "1989年 月日不詳"),
        ("1989-02-XX", "平成元年2月 日不詳", "1989年2月 日不詳"),
        ("1980~", "昭和55年頃", "1980年頃"),
        ("1980-04~", "昭和55年4月頃", "1980年4月頃"),
        ("1980-04-17~", "昭和55年4月17日頃", "1980年4月17日頃"),
        ("1980-04?", "推定昭和55年4月", "推定1980年4月"),
        ("1980-04-17?", "推定昭和55年4月17日", "推定1980年4月17日"),
        ("1980-21", "昭和55年春", "1980年春"),
        ("1980-24", "昭和55年冬", "1980年冬"),
        ("1983-02-29%", "昭和58年2月29日", "1983年2月29日"),
        ("1980-04-01/1980-04-10", "昭和55年4月1日から10日までの間", "1980年4月1日から10日までの間"),
        (
            "1980-04-01/1980-05-10~",
            "昭和55年4月1日から5月10日頃までの間",
            "1980年4月1日から5月10日頃までの間",
        ),
        (
            "1988-12-31/1989-01-09",
            "昭和63年12月31日から平成元年1月9日までの間",
            "1988年12月31日から1989年1月9日までの間",
        ),
    ],
)
def test_the_written_forms_of_the_specification(wire, era, western):
    assert written_in_era(PartialDate(wire)) == era
    assert written_in_western(PartialDate(wire)) == western


def test_full_dates():
    assert era_date(date(2013, 7, 8)) == "平成25年7月8日"
    assert western_date(date(2015, 6, 30)) == "2015年6月30日"
