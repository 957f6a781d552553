"""Which area an address lies in."""

from __future__ import annotations

from jukinet.services.address_lists import Area, Areas

TOWN = Area("東京都国立市", "東京都千代田区国立")
PART = Area("東京都国立市中一丁目", "東京都千代田区中町一丁目")


def test_the_longest_area_is_meant_in_whatever_order_they_are_named() -> None:
    for areas in (Areas([TOWN, PART]), Areas([PART, TOWN])):
        assert areas.renamed("東京都国立市中一丁目1番") == "東京都千代田区中町一丁目1番"
        assert areas.renamed("東京都国立市中二丁目1番") == "東京都千代田区国立中二丁目1番"
        assert areas.renamed("東京都国立市") == "東京都千代田区国立"
        assert areas.renamed("東京都国分寺市本町") is None
        assert areas.renamed("東京都国") is None
