"""What the form of a policy file is made of: plain values, dated leaves, named children."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.dated import Changes


class Plain(NamedTuple):
    """A value of the file's head: identity, not dated and not cited."""

    reader: read.Reader


class Leaf(NamedTuple):
    """A dated, cited value."""

    reader: read.Reader
    changes: Changes = "any_day"


class Each(NamedTuple):
    """Children under names that the file chooses (pools, hospitals, bonuses)."""

    form: str
    what: Text
    child: Any
    least: int = 0


Tree = Mapping[str, Any] | Plain | Leaf | Each
