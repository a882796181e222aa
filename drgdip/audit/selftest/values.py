"""Read the inputs of examples: decimal text to the integers that the engine computes with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from drgdip.base.money import FEN_PLACES, MAX_CASE_FEN, format_yuan, round_yuan
from drgdip.base.rounding import divide
from drgdip.base.scaled import format_scaled, parse_ratio, parse_scaled, round_scaled
from drgdip.base.text import Text

#: Decimals that costs and reference costs may have in a deviation test, where only their ratio counts.
_COST_PLACES = 8


class Unsupported(Exception):
    """An example asks for what the engine does not have."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def number_text(value: Any) -> str:
    """A decimal number as text; Unsupported for anything else."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    try:
        parse_ratio(text if isinstance(text, str) else "")
    except ValueError:
        raise Unsupported(Text(f"不是数字:{value!r}", f"not a number: {value!r}")) from None
    return str(text)


def exact(value: Any) -> Fraction:
    """A number as it is written."""
    return Fraction(*parse_ratio(number_text(value)))


def whole(value: Any) -> int:
    """A whole number."""
    number = exact(value)
    if number.denominator != 1:
        raise Unsupported(Text(f"不是整数:{value}", f"not a whole number: {value}"))
    return number.numerator


def fen(value: Any) -> int:
    """Money: yuan to fen."""
    return round_yuan(number_text(value))


def e4(value: Any) -> int:
    """Weights, points, coefficients, ratios and point values: used with four decimals (0.3 item 2)."""
    return round_scaled(number_text(value), 4)


def limit_e4(value: Any) -> int:
    """A threshold: four decimals, never rounded."""
    text = number_text(value)
    try:
        return parse_scaled(text, 4)
    except ValueError:
        raise Unsupported(
            Text(f"阈值超过四位小数:{text}", f"a threshold with more than four decimals: {text}")
        ) from None


def flag(value: Any) -> bool:
    """A yes or no."""
    if not isinstance(value, bool):
        raise Unsupported(Text(f"不是布尔值:{value!r}", f"neither true nor false: {value!r}"))
    return value


def one_of(value: Any, choices: Collection[str]) -> Any:
    """A value of a closed set."""
    for choice in choices:
        if value == choice:
            return choice
    raise Unsupported(Text(f"不支持的取值:{value}", f"a value the engine does not have: {value}"))


def mapping(value: Any, known: Iterable[str] | None = None, required: Iterable[str] = ()) -> Mapping[str, Any]:
    """A group of named inputs, none of them unknown; null stands for an input left out."""
    if not isinstance(value, Mapping):
        raise Unsupported(Text(f"应为对象:{value!r}", f"not an object: {value!r}"))
    given = {name: item for name, item in value.items() if item is not None}
    if known is not None:
        refuse_unknown(given, known)
    refuse_missing(given, required)
    return given


def rows(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Unsupported(Text(f"应为列表:{value!r}", f"not a list: {value!r}"))
    return value


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Unsupported if an input is not among the known ones."""
    for name in sorted(set(given) - set(known)):
        raise Unsupported(Text(f"不支持的输入:{name}", f"an input the engine does not have: {name}"))


def refuse_missing(given: Iterable[str], required: Iterable[str]) -> None:
    """Unsupported if an input without a default is left out."""
    for name in sorted(set(required) - set(given)):
        raise Unsupported(Text(f"缺少输入:{name}", f"an input is missing: {name}"))


def common_units(*amounts: Any) -> list[int]:
    """Amounts of money as integers of one unit, fen or a decimal part of it: what is compared stays exact."""
    numbers = [exact(amount) for amount in amounts]
    for places in range(FEN_PLACES, _COST_PLACES + 1):
        scaled = [number * 10**places for number in numbers]
        if all(number.denominator == 1 for number in scaled):
            return [in_range(number.numerator, MAX_CASE_FEN) for number in scaled]
    raise Unsupported(Text("金额小数位过多", "an amount with too many decimals"))


def in_range(number: int, limit: int) -> int:
    """An integer whose size the engine accepts."""
    if abs(number) > limit:
        raise Unsupported(Text(f"数值超出引擎范围:{number}", f"a number beyond the engine's range: {number}"))
    return number


def yuan(amount_fen: int) -> str:
    """Fen as yuan with two decimals."""
    return format_yuan(amount_fen)


def four(value_e4: int) -> str:
    """A scaled number with four decimals."""
    return format_scaled(value_e4, 4)


def rounded(value: Fraction, places: int) -> str:
    """An exact number rounded half-up."""
    return format_scaled(divide(value.numerator * 10**places, value.denominator), places)
