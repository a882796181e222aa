"""What ``drgdip catalogue compare`` says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.money import format_yuan
from drgdip.base.text import Language, Text

if TYPE_CHECKING:
    from drgdip.catalogue.compare import Comparison

_SHOWN = 10


def summary(found: Comparison, out: Path | None, language: Language) -> Iterator[str]:
    """The comparison in lines."""
    from drgdip.catalogue.moves import by_hospital
    from drgdip.catalogue.report.compare_page import factor_words

    def say(zh: str, en: str) -> str:
        return Text(zh, en).in_language(language)

    names = f"{found.before.manifest.edition} → {found.after.manifest.edition}"
    yield say(f"{names}:{found.year} 年 {found.cases:,} 例", f"{names}: {found.cases:,} stays of {found.year}")
    counts = {kind: sum(move.kind == kind for move in found.moves) for kind in ("new", "gone", "changed", "same")}
    yield say("  病种:新增 {new:,},取消 {gone:,},分值变动 {changed:,},未变 {same:,}".format(**counts),
              "  groups: {new:,} new, {gone:,} gone, {changed:,} with another weight, {same:,} the same".format(**counts))  # fmt: skip
    if found.settled:
        settled, total = found.settled, found.settled.total
        yield f"  {factor_words(settled).in_language(language)}"
        for row in (*settled.pools, total):
            name = f"{row.code} {row.name}" if row.code else say("合计", "total")
            yield f"  {name}: {format_yuan(row.before_fen)} → {format_yuan(row.after_fen)} ({_signed(row.difference_fen)})"
        moved = [(row.code, row.difference_fen) for row in settled.hospitals]
    else:
        moved = [(row.hospital_code, row.difference_fen) for row in by_hospital(found.effects)]
    yield say("  变动最大的机构(元):", "  hospitals that gain or lose most (yuan):")
    for code, fen in moved[:_SHOWN]:
        yield f"    {code}  {_signed(fen)}"
    if out:
        yield say(f"  结果:{out}", f"  Results: {out}")


def _signed(amount_fen: int) -> str:
    return f"{'+' if amount_fen > 0 else ''}{format_yuan(amount_fen)}"


def content(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON, money in fen."""
    settled = found.settled
    return {
        "before": found.before.manifest.edition,
        "after": found.after.manifest.edition,
        "year": found.year,
        "cases": found.cases,
        "moves": [{**move._asdict(), "effect_e4": move.effect_e4} for move in found.moves],
        "effects": [{**one._asdict(), "difference_fen": one.difference_fen} for one in found.effects],
        "settled": None
        if settled is None
        else {
            "total_points": settled.test.total_points,
            "factor": str(settled.test.factor),
            "only_before": settled.test.only_before,
            "only_after": settled.test.only_after,
            "point_values_e4": settled.point_values_e4,
            **{
                name: [{**row._asdict(), "difference_fen": row.difference_fen} for row in getattr(settled, name)]
                for name in ("pools", "hospitals", "hospital_pools", "groups", "pairs")
            },
        },
    }
