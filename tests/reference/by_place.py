"""Which values of a params file hold where and when, straight from what the guide says of ``by_place_and_day``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.reference.screening import Row, Tables, time


def holds(block: Mapping[str, Any], region: str, day: date | None) -> bool:
    """Days are inclusive; what has no day goes by the last."""
    first, last = (date.fromisoformat(block[name]) if name in block else None for name in ("from", "to"))
    place = str(block.get("mdtrt_admdvs", "")).removesuffix("00").removesuffix("00")
    if not region.startswith(place):
        return False
    return last is None if day is None else (first is None or first <= day) and (last is None or day <= last)


def values(
    default: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]], rule: str, region: str, day: date | None
) -> dict[str, Any]:
    """Every value of a rule, its ``state`` among them: the narrowest place that gives it, else the default."""
    found = {"state": "active", **default}
    for width in (0, 2, 4, 6):
        for block in blocks:
            place = str(block.get("mdtrt_admdvs", "")).removesuffix("00").removesuffix("00")
            if len(place) == width and holds(block, region, day):
                found |= block.get("rules", {}).get(rule, {})
                if rule in block.get("states", {}):
                    found["state"] = block["states"][rule]
    return found


def of_institution(tables: Tables, name: str) -> tuple[str, date | None]:
    """Where the register has it, else its last stay or visit that says where; the day of its last stay or visit."""
    seen = [(time(row[field]).date(), row.get("mdtrt_admdvs", "")) for table, field in (("cases", "dscg_time"), ("outpatient_settlements", "setl_time"))
            for row in tables.get(table, ()) if row["fixmedins_code"] == name]  # fmt: skip
    told: list[Row] = [
        row for row in tables.get("institutions", ()) if row["fixmedins_code"] == name and row.get("fix_blng_admdvs")
    ]
    somewhere = [one for one in seen if one[1]]
    region = told[-1]["fix_blng_admdvs"] if told else max(somewhere)[1] if somewhere else ""
    return region, max(seen)[0] if seen else None
