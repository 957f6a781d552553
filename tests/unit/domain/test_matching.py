"""Keys of names and addresses: what they take for the same, and what they keep apart."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jntajis import mj_shrink_candidates
from tests.unit.domain.spellings import others, variations

from jukinet.domain import matching
from jukinet.domain.characters import folding
from jukinet.domain.matching import address_key, kanji_key, key64, latin_key, name_keys, query_name_key


@pytest.mark.parametrize(
    "spellings",
    [
        ["渡邉 太郎", "渡辺太郎", "渡邊　太郎", "渡邉\U000e0110太郎", "渡辺 太郎\ufe00", "渡 邉 太 郎"],
        ["佐々木 一", "佐佐木一", "佐〻木 一"],
        ["髙橋 𠮷男", "高橋 吉男"],
        ["マリ－アントワネット", "マリー・アントワネット", "ﾏﾘｰ･ｱﾝﾄﾜﾈｯﾄ", "マリー アントワネット"],
        ["関ヶ原", "関ケ原"],
        ["田中 Ｊｏｈｎ", "田中JOHN"],
    ],
)
def test_spellings_of_one_name_in_japanese(spellings):
    assert len({kanji_key(spelling) for spelling in spellings}) == 1
    assert {query_name_key(spelling) for spelling in spellings} == set(name_keys(spellings[0]))


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "NGUYEN VAN ANH",
            "Nguyễn Văn Anh",
            "ANH NGUYEN VAN",
            "ＮＧＵＹＥＮ ＶＡＮ ＡＮＨ",
            "nguyen-van anh",
            "NGUYEN,VAN ANH",
        ],
        [
            "O'BRIEN SEAN",
            "OBRIEN SEÁN",
            "O’Brien Seán",
            "Sean O`Brien",
            "O´Brien Sean",
            "Ｏ＇ＢＲＩＥＮ sean",
        ],
        ["MÜLLER-LÜDENSCHEIDT", "Muller Ludenscheidt", "Mu\u0308ller Lu\u0308denscheidt"],
        ["Strauß", "STRAUSS", "STRAUẞ"],
        ["Đặng Łukasz Ørsted Æsir", "DANG LUKASZ ORSTED AESIR"],
        ["İNCİ IŞIK", "INCI ISIK", "inci ışık"],
    ],
)
def test_spellings_of_one_name_in_latin_letters(spellings):
    assert len({latin_key(spelling) for spelling in spellings}) == 1
    assert len({query_name_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("斉藤 一", "斎藤 一"),
        ("太田", "大田"),
        ("かな", "カナ"),
        ("ANNA LEE", "ANN LEE"),
        ("佐々木", "佐木"),
        ("田中", "中田"),
        ("ハナ", "バナ"),
        ("王", "玉"),
    ],
)
def test_different_names_stay_apart(one, other):
    assert query_name_key(one) != query_name_key(other)


def test_a_person_is_found_under_each_of_the_names():
    keys = name_keys("阮 文英", "NGUYEN VAN ANH", "山田 英")
    assert keys == tuple(sorted(keys))
    for text in ("阮文英", "Nguyen Van Anh", "山田英"):
        assert query_name_key(text) in keys
    assert query_name_key("山田") not in keys


def test_the_same_name_twice_is_one_key():
    assert name_keys("NGUYEN VAN ANH", "Nguyen Van Anh", None) == ("ANH NGUYEN VAN",)
    assert name_keys("架空 花子") == name_keys("架空 花子", "", "")


@pytest.mark.parametrize("text", ["", " ", "・", "123", "---", "'"])
def test_a_query_without_a_letter_is_refused(text):
    with pytest.raises(ValueError, match="letter"):
        query_name_key(text)
    assert name_keys(text) == ()


NAMES = st.text(
    st.sampled_from("渡辺邊邉斎齋斉高髙吉𠮷 々〻・ーケヶあいアイABcé'-\U000e0100\u3000"), max_size=10
)


@given(NAMES)
def test_a_query_by_the_name_itself_always_finds(name):
    try:
        key = query_name_key(name)
    except ValueError:
        assert name_keys(name) == ()
    else:
        assert name_keys(name) == (key,)


@given(NAMES, st.integers(0, 10))
def test_a_space_more_changes_no_japanese_key(name, place):
    assert kanji_key(name[:place] + " " + name[place:]) == kanji_key(name)


@given(st.permutations(["GARCIA", "LOPEZ", "MARIA"]))
def test_the_order_of_latin_parts_does_not_count(parts):
    assert latin_key(" ".join(parts)) == "GARCIA LOPEZ MARIA"


@pytest.mark.parametrize(
    "character",
    "邉邊齋齊濵濱𠮷嶋嶌廣瀨澤櫻國眞惠龍瀧冨曾舘條龜萬與餘藝臺絲豫體髙﨑",
)
def test_the_source_of_the_table_finds_the_same_person(character):
    """The prototype matched where the sets of candidates meet; one key must find what it found."""
    for candidate in mj_shrink_candidates(character, 15, 16):
        other = unicodedata.normalize("NFKC", candidate)
        assert query_name_key(f"架{other}") in name_keys(f"架{character}")


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "東京都国立市東一丁目2番3号",
            "国立市東1-2-3",
            "東京都国立市東１丁目２－３",
            "東京都 国立市 東 1-2-3",
            "国立市東1丁目2番地の3",
            "国立市東1の2の3",
            "東京都国立市東1ー2ー3",
            "国立市東1‐2−3",
            "東京都国立市東01-02-03",
            "国立市東一丁目二番三号",
        ],
        [
            "国立市東1-2-3",
            "国立市東1丁目2番3号メゾン架空101",
            "国立市東1-2-3 メゾン架空101",
            "国立市東1-2-3　5号館2-1",
            "国立市東1-2-3(架空荘)",
            "国立市東1-2-3架空荘202号",
        ],
        [
            "国立市東1-2-3",
            "国立市東一丁目二番三号三光荘五",
            "国立市東1-2-3八千代ハイツ302",
            "国立市東1丁目2番地三　三光荘",
            "国立市東一－二－三 三光荘",
            "国立市東1-2-3(三光荘)",
            "国立市東1-2-3-4号室",
            "国立市東1丁目2番3号4番館5",
            "国立市東1-2-3二番館",
        ],
        [
            "矢祭町東舘舘本66",
            "矢祭町東舘舘本66番地三光荘",
            "矢祭町東舘舘本66(架空荘)",
            "矢祭町東舘舘本66番地3号棟",
        ],
        ["福島県東白川郡矢祭町大字東舘字舘本66番地", "矢祭町東舘舘本66", "福島県矢祭町大字東館字館本六十六"],
        ["東京都千代田区霞が関2-1-2", "千代田区霞ヶ関二丁目1番2号", "東京都千代田区霞ケ関２丁目１－２"],
        [
            "東京都八王子市元本郷町三丁目24番1号",
            "八王子市元本郷町3-24-1",
            "八王子市元本郷町３－２４－１ハイツ架空202号",
        ],
        ["東京都千代田区三番町6番地3", "千代田区3番町6-3", "東京都千代田区三番町六番地三"],
        ["奈良県大和郡山市北郡山町248-4", "大和郡山市北郡山町248番地の4"],
        ["福島県郡山市朝日一丁目23番7号", "郡山市朝日1-23-7"],
        ["北海道余市郡余市町朝日町26番地", "余市町朝日町26"],
        ["奈良県高市郡明日香村大字岡55番地", "明日香村岡55"],
        ["栃木県芳賀郡市貝町大字市塙1280番地", "市貝町市塙1280", "芳賀郡市貝町市塙1280"],
        ["兵庫県神崎郡市川町西川辺165番地3", "市川町西川辺165-3"],
        ["山梨県西八代郡市川三郷町市川大門1790番地の3", "市川三郷町市川大門1790-3"],
        ["富山県中新川郡上市町法音寺1番地", "上市町法音寺1"],
        ["愛知県蒲郡市旭町17番1号", "蒲郡市旭町17-1"],
        ["岐阜県郡上市八幡町島谷228番地", "郡上市八幡町島谷228"],
        ["北海道札幌市中央区北一条西二丁目5番地", "札幌市中央区北1条西2-5"],
        ["京都府京都市中京区上本能寺前町488番地", "京都市中京区上本能寺前町488"],
        ["石川県金沢市某町甲123番地イ", "金沢市某町甲123-イ"],
        ["東京都台東区三ノ輪1-1", "台東区三の輪一丁目1番", "台東区三之輪1-1"],
        ["福島市五老内町3番1号", "福島県福島市五老内町3-1"],
        ["東京都港区センター北1-2", "港区センター北１丁目２番"],
    ],
)
def test_spellings_of_one_address(spellings):
    assert len({address_key(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("国立市東1-2-3", "国立市東1-2-4"),
        ("国立市東1-2-3", "国立市東12-3"),
        ("国立市東1-2-3", "国立市東1-2"),
        ("国立市東1-2-3", "国立市西1-2-3"),
        ("国立市東1-2-3", "国分寺市東1-2-3"),
        ("国立市東1-23", "国立市東12-3"),
        ("国立市東1-2-10", "国立市東1-2-1"),
        ("国立市東1-2三光荘", "国立市東1-23"),
        ("国立市東1-2三", "国立市東1-23"),
        ("矢祭町東舘舘本66三", "矢祭町東舘舘本663"),
        ("矢祭町東舘舘本66番地3号棟", "矢祭町東舘舘本66番地3"),
        ("矢祭町東舘舘本66番地三光荘", "矢祭町東舘舘本66番地三"),
        ("国立市字第1三和5", "国立市字第1三和6"),
        ("千代田区一番町5", "千代田区二番町5"),
        ("金沢市某町甲123-イ", "金沢市某町甲123-ロ"),
        ("東京都府中市宮西町2-24", "東京都調布市宮西町2-24"),
        ("郡山市朝日1-23-7", "大和郡山市朝日1-23-7"),
        ("蒲郡市旭町17-1", "市旭町17-1"),
        ("小郡市小郡町255-1", "市小郡町255-1"),
        ("郡上市八幡町島谷228", "上市八幡町島谷228"),
    ],
)
def test_different_addresses_stay_apart(one, other):
    assert address_key(one) != address_key(other)


def test_an_address_without_a_number_is_taken_whole():
    assert address_key("福島県福島市字番地なし") == address_key("福島市番地なし") == "福島市番地なし"


@given(
    st.text(
        st.sampled_from("東京都国立市郡町村大字一二十百0123456789-－ー丁目番地号の　 ケがメ甲"), max_size=20
    )
)
def test_a_key_of_an_address_is_stable(text):
    key = address_key(text)
    assert address_key(unicodedata.normalize("NFKC", text)) == key
    assert " " not in key


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 99))
def test_numbers_never_run_together(block, lot, house):
    assert address_key(f"国立市東{block}丁目{lot}番{house}号") == f"国立市東{block}-{lot}-{house}"


_PLACES = "東京都 国立市 富士見台 余市 北多摩郡 郡 町 村 大字 字 一番町 8王子市 ① コーポ A棟 3号棟"
_LOTS = "丁目 番地 番 号 の 之 ノ - － ー ‐ / | ( 甲 イ 条 條 0 1 12 ０ １２ 一 二 十 〇"
_PIECES = (*_PLACES.split(" "), *_LOTS.split(" "), *"㆒ 　´\u3099\ufe00")


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
@example("東京都国立市富士見台2丁目1番地の3")
@example("国立市富士見台二丁目１２番３号　コーポ1-2")
@example("国立市東一2番地")
@example("国立市東二番地の3")
@example("国立市一(2番3号")
@example("国立市一番二十三丁目〇5")
@example("国立市一番〇二丁目5番地の3")
@example("国立市丁目5")
@example("二丁目5")
@example("国立市①二丁目5")
@example("国立市㆒二丁目5")
@example("国立市番地の二丁目5")
@example("国立市二丁目三丁目5")
@example("´国立市東郡1番町2")
def test_a_plain_address_has_the_key_that_the_long_way_gives(text):
    assert address_key(text) == matching._any_address_key(text)


@given(st.text(st.sampled_from("渡邉邊辺斎斉佐々〻木ヶケヵーカぁ 　-・Aé\u3099\ufe00"), max_size=8))
@example("々佐々々木")
@example("佐 々木")
@example(" 　")
def test_a_plain_name_has_the_key_that_the_long_way_gives(text):
    long_way = kanji_key(text) if matching.is_japanese(text) else latin_key(text)
    assert matching._name_key(text) == long_way


def test_the_judges_people_have_the_keys_that_the_long_way_gives():
    plain = 0
    for pair in [*variations("plain or not"), *others("plain or not")]:
        for items in (pair.recorded, pair.asked):
            assert address_key(items.address) == matching._any_address_key(items.address)
            found = matching._PLAIN_ADDRESS.fullmatch(items.address)
            plain += bool(found and matching._before_lot(matching._town_and_block(found[1])[0]))
    assert plain > 1000


def test_no_variant_of_a_character_is_a_sign_of_repetition_or_a_dash():
    assert not set("々〻‐‑‒–—―−─━ー-") & set(folding().values())


def test_keys_of_64_bits():
    assert key64("") == -2039914840885289964
    assert key64("渡辺太郎") == key64(query_name_key("渡邉 太郎"))
    keys = {key64(str(number)) for number in range(2000)}
    assert len(keys) == 2000
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert min(keys) < 0 < max(keys)
