"""Values of a rule's parameters: defaults of the catalogue, replaced by those of a params file; read exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from drgdip.base.errors import PolicyError
from drgdip.base.scaled import parse_ratio, parse_scaled
from drgdip.base.text import Text

Read = TypeVar("Read")


class MissingList(Exception):
    """A list that a rule needs is nowhere given: the rule does not run."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Params:
    """Parameters of one rule by name. A value that cannot be read stops the run (PolicyError) and names its place.

    What has been read once is kept: one object serves every batch of a plan, and nobody changes what it returns.
    """

    def __init__(self, rule: str, values: Mapping[str, Any]) -> None:
        self.rule, self.values = rule, values
        self._read: dict[tuple[str, str], Any] = {}

    def once(self, kind: str, name: str, read: Callable[[], Read]) -> Read:
        """What ``read`` makes of a parameter, made at the first call of this kind for this name."""
        key = kind, name
        if key not in self._read:
            self._read[key] = read()
        found: Read = self._read[key]
        return found

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        return str(self._given(name))

    def flag(self, name: str) -> bool:
        value = self.values[name]
        if isinstance(value, bool) or str(value) in ("true", "false"):
            return value is True or value == "true"
        raise self._wrong(name, value)

    def integer(self, name: str) -> int:
        return self.once("integer", name, lambda: self._whole(name, self._given(name)))

    def ratio(self, name: str) -> Fraction:
        """An exact number."""
        return self.once("ratio", name, lambda: self.number(name, self._given(name)))

    def _given(self, name: str) -> Any:
        """A value that has to be there: without it the rule does not run."""
        value = self.values.get(name)
        if value is None:
            raise MissingList(name)
        return value

    def scaled(self, name: str, places: int) -> int:
        try:
            return parse_scaled(str(self._given(name)), places)
        except ValueError:
            raise self._wrong(name, self.values[name]) from None

    def texts(self, name: str) -> tuple[str, ...]:
        return self.once("texts", name, lambda: self._texts(name, self._given(name)))

    def _texts(self, name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self._wrong(name, value)
        return tuple(str(item) for item in value)

    def codes(self, name: str) -> frozenset[str]:
        """Texts to be searched."""
        return self.once("codes", name, lambda: frozenset(self.texts(name)))

    def mapping(self, name: str) -> Mapping[str, Any]:
        """A list by key. Raises MissingList where there is none."""
        value = self._given(name)
        if not isinstance(value, Mapping):
            raise self._wrong(name, value)
        return value

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        """A list of rows. Raises MissingList where there is none."""
        return self.once("rows", name, lambda: self._rows(name, self._given(name)))

    def _rows(self, name: str, value: Any) -> list[Mapping[str, Any]]:
        if not isinstance(value, Sequence) or not all(isinstance(row, Mapping) for row in value):
            raise self._wrong(name, value)
        return list(value)

    def number(self, name: str, value: Any) -> Fraction:
        """A number inside a parameter, exact."""
        try:
            return Fraction(*parse_ratio(str(value)))
        except ValueError:
            raise self._wrong(name, value) from None

    def numbers(self, name: str) -> dict[str, Fraction]:
        """A list of numbers by key, exact."""
        return self.once("numbers", name, lambda: self._numbers(name))

    def _numbers(self, name: str) -> dict[str, Fraction]:
        return {str(key): self.number(f"{name}.{key}", value) for key, value in self.mapping(name).items()}

    def prices(self, name: str) -> dict[str, int]:
        """A list of prices by key, e6; what is behind the sixth digit is cut off."""
        return self.once("prices", name, lambda: {key: int(price * 10**6) for key, price in self.numbers(name).items()})

    def quantities(self, name: str) -> dict[str, int]:
        """A list of quantities by key, e4."""
        return self.once("quantities", name, lambda: self._quantities(name))

    def _quantities(self, name: str) -> dict[str, int]:
        found = {}
        for key, value in self.mapping(name).items():
            scaled = self.number(f"{name}.{key}", value) * 10_000
            if scaled.denominator != 1:
                raise self._wrong(f"{name}.{key}", value)
            found[str(key)] = int(scaled)
        return found

    def _whole(self, name: str, value: Any) -> int:
        number = self.number(name, value)
        if number.denominator != 1 or isinstance(value, bool):
            raise self._wrong(name, value)
        return int(number)

    def _wrong(self, name: str, value: Any) -> PolicyError:
        return PolicyError(
            Text(f"规则 {self.rule} 的参数 {name} 不能为 {value!r}。", f"Parameter {name} of rule {self.rule} cannot be {value!r}."),
            Text("请按规则目录中该参数的形式填写。", "Write it in the form that the rule catalogue has for it."),
        )  # fmt: skip


def wrong_choice(rule: str, name: str, value: str, choices: Sequence[str]) -> PolicyError:
    """The fault of a value outside a closed set."""
    return PolicyError(
        Text(f"规则 {rule} 的参数 {name} 不能为 {value!r}。", f"Parameter {name} of rule {rule} cannot be {value!r}."),
        Text(f"可选:{', '.join(choices)}。", f"It is one of {', '.join(choices)}."),
    )
