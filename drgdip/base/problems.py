"""Problems of a file that people write: each names its place, all are collected and told together."""

from __future__ import annotations

from typing import NamedTuple

from drgdip.base.text import Language, Text


class Problem(NamedTuple):
    """One problem (or warning) and its place: file, 1-based line, key path (list items counted from 1)."""

    file: str
    line: int
    path: str
    words: Text

    def in_language(self, language: Language) -> str:
        """``file:line key.path: words``."""
        place = f"{self.file}:{self.line}" + (f" {self.path}" if self.path else "")
        return f"{place}{':' if language == 'zh' else ': '}{self.words.in_language(language)}"

    @property
    def text(self) -> Text:
        return Text(self.in_language("zh"), self.in_language("en"))


class Problems:
    """Collects what is wrong with one file; the same problem at the same place counts once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Problem, None] = {}

    def add(self, line: int, path: str, words: Text) -> None:
        self._found[Problem(self.file, line, path, words)] = None

    def __bool__(self) -> bool:
        return bool(self._found)

    def in_order(self) -> list[Problem]:
        return sorted(self._found, key=lambda problem: problem.line)
