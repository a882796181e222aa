"""Pages for browser and paper: one file each, nothing fetched, text from input made harmless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from drgdip.base.capitals import capital_yuan
from drgdip.base.text import Language, Text
from drgdip.statement.cells import printable, with_separators
from drgdip.statement.words import WORDS

#: Signs of the longest amount that tables hold in their usual size: 999,999,999.99 and a sign.
LONG_AMOUNT = 15

_OWN = "drgdip.statement"
#: By words (which their environment keeps alive), folder and language.
_ENVIRONMENTS: dict[tuple[int, str, str], Any] = {}


class Templates(NamedTuple):
    """Templates of a package ``folder`` beside ours, and what they call by key."""

    words: Mapping[str, Text]
    folder: str

    def render(self, template: str, language: Language, **values: Any) -> str:
        """Fill a template; in it ``say`` speaks the language, ``amount`` writes numbers."""
        return str(self.compiled(template, language).render(**values))

    def compiled(self, template: str, language: Language) -> Any:
        """A template that is to be filled many times. To compile one takes longer than to fill it: once a process."""
        key = (id(self.words), self.folder, language)
        if key not in _ENVIRONMENTS:
            _ENVIRONMENTS[key] = self._environment(language)
        return _ENVIRONMENTS[key].get_template(template)

    def _environment(self, language: Language) -> Any:
        from jinja2 import Environment, FunctionLoader, StrictUndefined

        def say(words: Text | str) -> str:
            return (self.words[words] if isinstance(words, str) else words).in_language(language)

        environment = Environment(
            loader=FunctionLoader(self.source), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, finalize=_finalize, keep_trailing_newline=True,
        )  # fmt: skip
        environment.filters.update(amount=with_separators, capitals=capital_yuan, field=getattr)
        environment.globals.update(say=say, language=language)
        return environment

    def source(self, name: str) -> str:
        """Text of a template: the folder's own, or ours."""
        own = files(self.folder).joinpath(f"templates/{name}")
        shared = files(_OWN).joinpath(f"templates/{name}")
        return (own if own.is_file() else shared).read_text(encoding="utf-8")


def render(template: str, language: Language, **values: Any) -> str:
    """Fill one of our templates."""
    return Templates(WORDS, _OWN).render(template, language, **values)


def needs_density(amounts: Iterable[int]) -> bool:
    """Whether amounts are so long that wide tables must be set smaller to fit the paper."""
    return any(len(with_separators(fen, "yuan")) > LONG_AMOUNT for fen in amounts)


def _finalize(value: Any) -> Any:
    return printable(value) if type(value) is str else value
