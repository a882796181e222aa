"""Words in two languages. What people read is Chinese first, English on request."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """Return the text with ``{name}`` places filled in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))
