"""Words in two languages. What people read is Chinese first, English on request."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """The same words in two languages.

    Parameters
    ----------
    zh : str
        In Chinese.
    en : str
        In English.
    """

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The words in one language.

        Parameters
        ----------
        language : {"zh", "en"}
            Which one.

        Returns
        -------
        str
            The words.
        """
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """The text with ``{name}`` places filled in both languages.

        Parameters
        ----------
        **values : object
            What goes into the places, by name.

        Returns
        -------
        Text
            The filled text.
        """
        return Text(self.zh.format(**values), self.en.format(**values))
