"""Problems of a policy file: each names its place, all are collected and told together."""

from __future__ import annotations

from collections.abc import Sequence

from drgdip.base.errors import PolicyError
from drgdip.base.problems import Problem
from drgdip.base.problems import Problems as FileProblems
from drgdip.base.text import Text

__all__ = ["PolicyFileError", "Problem", "Problems"]

_ADVICE = Text(
    "请按所列位置逐处修改,再用“drgdip policy check 文件”复核。",
    "Mend each place that is named, then run “drgdip policy check FILE”.",
)


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


class Problems(FileProblems):
    """Collects what is wrong with one policy file."""

    def raise_if_any(self) -> None:
        """Raise PolicyFileError if anything was found."""
        if self:
            raise PolicyFileError(self.in_order())
