"""A rule's text cut into tokens. Full-width signs, as real workbooks have them, are read as the plain ones and noted."""

from __future__ import annotations

import re
from typing import NamedTuple

from drgdip.base.text import Text

#: Full-width and typographic signs, and what they stand for.
_PLAIN = {
    "（": "(", "）": ")", "｛": "{", "｝": "}", "，": ",", "、": ",", "＝": "=", "＜": "<", "＞": ">", "！": "!",
    "≤": "<=", "≥": ">=", "≠": "!=", "“": '"', "”": '"', "‘": "'", "’": "'", "　": " ", "\u00a0": " ", "\ufeff": " ",
    "＿": "_", "\u200b": " ", "\u2060": " ",
}  # fmt: skip
#: Blanks that say nothing: around a rule, beside a line break, more than one in a row, tabs.
_STRAY = re.compile(r"^\s|\s$|[ \t]{2}|\t|\r| \n|\n ")
_OPERATORS = {"==": "=", "<>": "!="}
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'[^'\n]*'|"[^"\n]*")
      | (?P<operator><=|>=|!=|<>|==|=|<|>)
      | (?P<sign>[(){},∩])
      | (?P<number>\d+(?:\.\d+)?(?![\w.]))
      | (?P<name>\w[\w.\-/]*)
    """,
    re.VERBOSE,
)
_KEYWORDS = frozenset(("and", "or", "not", "in", "length"))


class Token(NamedTuple):
    """``kind``: name, keyword, number, text, operator, sign or end. ``place``: 1-based character in the rule as written."""

    kind: str
    value: str
    place: int


class RuleError(Exception):
    """A rule that cannot be read: at which character, what was expected, what stands there."""

    def __init__(self, place: int, expected: Text, found: str) -> None:
        super().__init__(f"character {place}: expected {expected.en}, found {found or 'the end'}")
        self.place = place
        self.expected = expected
        self.found = found

    @property
    def text(self) -> Text:
        """The error in words."""
        return Text(
            f"第 {self.place} 个字符处应为{self.expected.zh},实为“{self.found or '结尾'}”",
            f"character {self.place}: expected {self.expected.en}, found '{self.found or 'the end'}'",
        )


def plain(text: str) -> tuple[str, list[int]]:
    """The text with plain signs, and for each of its characters the place (1-based) it has in the original."""
    signs, places = [], []
    for place, sign in enumerate(text, 1):
        if "０" <= sign <= "９" or "Ａ" <= sign <= "Ｚ" or "ａ" <= sign <= "ｚ":
            sign = chr(ord(sign) - 0xFEE0)
        for part in _PLAIN.get(sign, sign):
            signs.append(part)
            places.append(place)
    return "".join(signs), places


def is_plain(text: str) -> bool:
    """Whether a rule is written with plain signs and without stray blanks; single line breaks between words are plain."""
    return plain(text)[0] == text and not _STRAY.search(text)


def tokens(text: str) -> list[Token]:
    """All tokens, the last of kind ``end``. Raises RuleError at a sign that is none of the language."""
    signs, places = plain(text)
    found: list[Token] = []
    position = 0
    while position < len(signs):
        match = _TOKEN.match(signs, position)
        if match is None:
            raise RuleError(
                places[position],
                Text("变量、集合、数字或运算符", "a variable, a set, a number or an operator"),
                signs[position],
            )
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match.group(), places[position]))
        position = match.end()
    return [*found, Token("end", "", len(text) + 1)]


def _token(kind: str, value: str, place: int) -> Token:
    if kind == "name" and value.lower() in _KEYWORDS:
        return Token("keyword", value.lower(), place)
    if kind == "operator":
        return Token(kind, _OPERATORS.get(value, value), place)
    if kind == "text":
        return Token(kind, value[1:-1], place)
    return Token(kind, value, place)
