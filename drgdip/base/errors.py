"""Faults that stop a run: one sentence of fact, one of advice.

What is wrong with *data* is never an exception but a finding (see :mod:`drgdip.base.findings`).
"""

from __future__ import annotations

from typing import Any

from drgdip.base.text import Language, Text

EXIT_DONE = 0
EXIT_BLOCKED = 1
EXIT_USAGE = 2
EXIT_INVALID = 3


class DrgdipError(Exception):
    """A fault with its remedy.

    Parameters
    ----------
    fact : Text
        What is so, as one sentence.
    advice : Text
        What to do about it, as one sentence.
    """

    exit_code = EXIT_USAGE

    def __init__(self, fact: Text, advice: Text) -> None:
        super().__init__(f"{fact.en} {advice.en}")
        self.fact = fact
        self.advice = advice

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are made anew from what they show, which is one text and not what a fault takes; so it
        # could not come back from a worker process. It is made without that, whatever a subclass takes.
        return _made_again, (type(self), self.args), self.__dict__

    def message(self, language: Language = "zh") -> str:
        """The fact and the advice, one line each.

        Parameters
        ----------
        language : {"zh", "en"}
            Language of both.

        Returns
        -------
        str
            Two lines.
        """
        return f"{self.fact.in_language(language)}\n{self.advice.in_language(language)}"


def _made_again(kind: type[DrgdipError], shown: tuple[Any, ...]) -> DrgdipError:
    return kind.__new__(kind, *shown)


class UsageError(DrgdipError):
    """The command or call was used wrongly (exit code 2)."""

    exit_code = EXIT_USAGE


class TablesError(DrgdipError):
    """Grouper tables are missing, broken or inconsistent (exit code 3)."""

    exit_code = EXIT_INVALID


class PolicyError(DrgdipError):
    """A payment policy is invalid, or does not cover what is asked of it (exit code 3)."""

    exit_code = EXIT_INVALID
