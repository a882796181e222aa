"""Problems of a policy file: each names its place, all are collected and told together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Language, Text

_ADVICE = Text(
    "请按所列位置逐处修改,再用“drgdip policy check 文件”复核。",
    "Mend each place that is named, then run “drgdip policy check FILE”.",
)


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


class PolicyFileError(PolicyError):
    """A policy file with problems; ``problems`` holds all of them, in the order of lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        first, more = problems[0].text, len(problems) - 1
        fact = Text(
            f"政策文件有 {more + 1} 处问题,第一处为 {first.zh}。",
            f"The policy file has {more + 1} problem{'s' if more else ''}, the first is {first.en}.",
        )
        super().__init__(fact, _ADVICE)


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

    def raise_if_any(self) -> None:
        """Raise PolicyFileError if anything was found."""
        if self._found:
            raise PolicyFileError(self.in_order())
