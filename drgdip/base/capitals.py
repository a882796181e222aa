"""Amounts in Chinese capital numerals (大写金额), as vouchers carry them beside figures so that neither can be altered.

Source: Measures for Payment and Settlement (支付结算办法, People's Bank of China, 1997), appendix 1, items 1-4:
the characters; 整 after 元 where the amount ends there, none needed after 角, none after 分; 人民币 directly before the
amount; where zeros are written. Where item 4 (3) leaves a zero to the writer, its first form is taken: none at the end
of a group of ten thousand, one between 元 and a tenth that follows a whole number ending in zero.
"""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
#: Above ten thousand and above a hundred million the number starts anew.
_GROUPS = ((10**8, "亿"), (10**4, "万"))


def capital_yuan(fen: int) -> str:
    """An amount of fen in capital numerals, 人民币 before it; 负 before an amount below zero.

    Examples: 140950 -> 人民币壹仟肆佰零玖元伍角, 0 -> 人民币零元整.
    """
    yuan, cents = divmod(abs(fen), 100)
    tenths, hundredths = divmod(cents, 10)
    words = f"{_whole(yuan)}元" if yuan or not cents else ""
    if not cents:
        words += "整"
    elif yuan and (not tenths or yuan % 10 == 0):
        words += "零"
    words += f"{_DIGITS[tenths]}角" if tenths else ""
    words += f"{_DIGITS[hundredths]}分" if hundredths else ""
    return f"人民币{'负' if fen < 0 else ''}{words}"


def _whole(number: int) -> str:
    """A whole number, not negative."""
    for size, name in _GROUPS:
        if number >= size:
            high, low = divmod(number, size)
            return _whole(high) + name + _after(low, size)
    return _group(number)


def _after(low: int, size: int) -> str:
    """What follows a group: nothing, or the rest with a zero where its leading place is empty."""
    if not low:
        return ""
    return _whole(low) if low >= size // 10 else f"{_DIGITS[0]}{_whole(low)}"


def _group(number: int) -> str:
    """Up to four places; zeros inside count once, those at the end not at all."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += (_DIGITS[0] if gap and words else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return words or _DIGITS[0]
