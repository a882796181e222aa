"""Capital numerals. Expected words: the examples of the rule itself (appendix 1, item 4), and by hand from items 1-4."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.capitals import capital_yuan
from drgdip.base.money import parse_yuan

RULE = {
    "1409.50": "壹仟肆佰零玖元伍角",
    "6007.14": "陆仟零柒元壹角肆分",
    "1680.32": "壹仟陆佰捌拾元零叁角贰分",
    "107000.53": "壹拾万柒仟元零伍角叁分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "325.04": "叁佰贰拾伍元零肆分",
}
BY_HAND = {
    "0.00": "零元整", "0.01": "壹分", "0.10": "壹角", "0.50": "伍角", "0.99": "玖角玖分", "1.00": "壹元整",
    "1.05": "壹元零伍分", "1.50": "壹元伍角", "1.99": "壹元玖角玖分", "9.99": "玖元玖角玖分", "10.00": "壹拾元整",
    "10.01": "壹拾元零壹分", "10.10": "壹拾元零壹角", "11.00": "壹拾壹元整", "20.00": "贰拾元整", "99.00": "玖拾玖元整",
    "100.00": "壹佰元整", "101.00": "壹佰零壹元整", "110.00": "壹佰壹拾元整", "999.99": "玖佰玖拾玖元玖角玖分",
    "1000.00": "壹仟元整", "1001.00": "壹仟零壹元整", "1010.00": "壹仟零壹拾元整", "1100.00": "壹仟壹佰元整",
    "9999.00": "玖仟玖佰玖拾玖元整", "10000.00": "壹万元整", "10001.00": "壹万零壹元整", "10010.00": "壹万零壹拾元整",
    "10100.00": "壹万零壹佰元整", "11000.00": "壹万壹仟元整", "100010.00": "壹拾万零壹拾元整",
    "99999999.99": "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分", "100000000.00": "壹亿元整", "100000001.00": "壹亿零壹元整",
    "100010000.00": "壹亿零壹万元整", "110000000.00": "壹亿壹仟万元整", "1000100000.00": "壹拾亿零壹拾万元整",
    "10000000000.05": "壹佰亿元零伍分", "1000000000000.00": "壹万亿元整", "1000000010000.00": "壹万亿零壹万元整",
    "90071992547409.93": "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角叁分",
    "-0.01": "负壹分", "-100.00": "负壹佰元整", "-1409.50": "负壹仟肆佰零玖元伍角",
}  # fmt: skip

_DIGITS = {character: digit for digit, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(("yuan", "words"), [*RULE.items(), *BY_HAND.items()])
def test_words_of_an_amount(yuan: str, words: str) -> None:
    assert capital_yuan(parse_yuan(yuan)) == f"人民币{words}"


def whole(words: str) -> int:
    """Read a whole number back: each sign multiplies or adds, as a person reads it."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if name in words:
            high, _, low = words.rpartition(name)
            return whole(high) * size + whole(low)
    total, digit = 0, 0
    for character in words:
        if character in _UNITS:
            total, digit = total + digit * _UNITS[character], 0
        else:
            digit = _DIGITS[character]
    return total + digit


def read(words: str) -> int:
    match = re.fullmatch(r"人民币(负?)(?:(.+)元)?整?零?(?:(.)角)?(?:(.)分)?", words)
    assert match, words
    fen = (whole(match[2]) if match[2] else 0) * 100 + _DIGITS[match[3] or "零"] * 10 + _DIGITS[match[4] or "零"]
    return -fen if match[1] else fen


@given(st.integers(-(10**16), 10**16) | st.integers(-(10**5), 10**5))
def test_words_are_read_back_as_the_amount(fen: int) -> None:
    words = capital_yuan(fen)
    assert read(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)
    assert not re.search("零[拾佰仟万亿]", words)


def test_the_reader_sees_other_amounts() -> None:
    assert read("人民币壹佰零壹元零伍分") == 10_105
    assert read("人民币壹佰壹拾元伍角") == 11_050
