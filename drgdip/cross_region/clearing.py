"""Clearing statements between regions: few rows, plain integers (settlement arithmetic 7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drgdip.cross_region.rules import home_pays_fen, province_of
from drgdip.interface.clearing_line import ClearingLine, HomeSums, HomeTotal, NetLine
from drgdip.policy.sections.cross_region_values import ClearingAmount


def clearing_lines(place: str, sums: Iterable[HomeSums], clearing: ClearingAmount) -> list[ClearingLine]:
    """What the place of treatment asks of each home region, by home, month, hospital and pool.

    The hospital receives what case payment comes to, whoever pays it; where the home region pays the recorded amount
    the difference is the place's. Vectors V95, V96.
    """
    return [
        ClearingLine(
            place, *one, pays := home_pays_fen(clearing, one.payable_fen, one.recorded_fen), one.payable_fen,
            pays - one.payable_fen,
        )
        for one in sorted(sums)
    ]  # fmt: skip


def home_totals(lines: Iterable[ClearingLine]) -> list[HomeTotal]:
    """The lines in one sum for each home region."""
    by_home: dict[str, list[ClearingLine]] = {}
    for line in lines:
        by_home.setdefault(line.home, []).append(line)
    return [_total(home, own) for home, own in sorted(by_home.items())]


def _total(home: str, own: Sequence[ClearingLine]) -> HomeTotal:
    level = "in_province" if province_of(home) == province_of(own[0].place) else "cross_province"
    fields = HomeTotal._fields[2:]
    return HomeTotal(home, level, *(sum(getattr(line, field) for line in own) for field in fields))


def net_lines(region: str, sent: Iterable[ClearingLine], received: Iterable[ClearingLine]) -> list[NetLine]:
    """Balances of one region towards each other one: what it asks for, less what others ask of it.

    Seen from the other side every balance has the opposite sign: over all regions they add up to zero.
    """
    ours, theirs = _by(sent, "home"), _by(received, "place")
    return [
        NetLine(region, other, ours.get(other, 0), theirs.get(other, 0), ours.get(other, 0) - theirs.get(other, 0))
        for other in sorted({*ours, *theirs})
    ]


def _by(lines: Iterable[ClearingLine], side: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        other = getattr(line, side)
        sums[other] = sums.get(other, 0) + line.home_pays_fen
    return sums
