"""What a recorded ``settle`` was given, read from the command in its record."""

from __future__ import annotations

from collections.abc import Sequence

_NAMES = ("cases", "settlements", "institutions", "mapping", "code-tables", "fees", "decisions", "denials", "screening")


def given_options(command: Sequence[str]) -> dict[str, list[str]] | None:
    """The options of a recorded ``drgdip settle`` that say where cases, decisions and denials come from; None for any other command."""
    if "settle" not in command[:3]:
        return None
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    words = iter(command)
    for word in words:
        name, equals, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and name in found:
            found[name].append(value if equals else next(words, ""))
    return found if found["cases"] else None
