"""Limits and smallest numbers of the signs of gaming, read from YAML."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from drgdip.tables.manifest import Words, parse_model, read_yaml

_SHIPPED = Path(__file__).with_name("limits.yaml")


class Limit(BaseModel):
    """A limit that stays may bunch at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    measure: Literal["return_days", "stay_days", "cost_fen", "cost_ratio_e4"]
    width: int
    last: int
    name: Words


class Terms(BaseModel):
    """min_cases : of a rate. min_density : of a test of density. excess_share : from which bunching is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_cases: int
    min_density: int
    excess_share: str
    discovery_rate: str
    limits: tuple[Limit, ...]

    @property
    def told_from(self) -> Fraction:
        """``excess_share`` as a number."""
        return Fraction(self.excess_share)

    @property
    def rate(self) -> Fraction:
        """``discovery_rate`` as a number."""
        return Fraction(self.discovery_rate)


@cache
def terms() -> Terms:
    """The shipped terms."""
    return parse_model(Terms, read_yaml(_SHIPPED), _SHIPPED)
