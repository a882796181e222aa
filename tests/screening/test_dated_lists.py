"""Lists that change in the middle of a batch: each line by the lists of its own day, both sides of the change (rules 0.10, X02)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from drgdip.pipeline.screening.cells import Raw
from drgdip.pipeline.screening.rows import tables_of_rows
from drgdip.pipeline.screening.run import load_pack, span_of
from drgdip.pipeline.screening.tables import LINES, dataset_of, read_batch
from drgdip.screening.dated import DatedPack
from drgdip.screening.engine import Screened, screen_batch, screen_parts
from drgdip.screening.plain import row
from drgdip.screening.settings import settings_of
from tests.screening.test_engine import case, line

EPOCH = date(1970, 1, 1)
CHANGE = (date(2026, 3, 11) - EPOCH).days
RULES = ("B01", "C01", "C02")
BEFORE = {
    "daily_frequency": [SimpleNamespace(code="DAILY", quantity=1)],
    "duplicate_charge": [SimpleNamespace(main_code="MAIN", sub_code="SUB", window="stay", hours=None)],
}
FROM_THEN_ON = {
    "daily_frequency": [SimpleNamespace(code="DAILY", quantity=2)],
    "item_sex": [SimpleNamespace(code="WOMEN", sex=2)],
}
LAST_DAY, FIRST_DAY = "2026-03-10 23:59:59", "2026-03-11 00:00:00"


class OfDay:
    name, digest = "pack", "d" * 64

    def __init__(self, lists: dict[str, list[Any]]) -> None:
        self.lists = lists

    def rows(self, name: str) -> list[Any]:
        return self.lists.get(name, [])


def pack() -> DatedPack:
    packs = [OfDay(BEFORE), OfDay(FROM_THEN_ON)]
    return DatedPack(packs[1], lambda day, _: packs[day >= CHANGE], lambda _: [CHANGE], CHANGE - 9, CHANGE + 9)  # type: ignore[arg-type]


def at(number: str, item: str, time: str, count: int = 1, **more: str) -> dict[str, Any]:
    return line(number, item, fee_ocur_time=time, cnt=str(count), **more)


def stay(name: str) -> dict[str, Any]:
    return case(setl_id=name, mdtrt_id=f"M{name}", gend="1")


def of(name: str, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**one, "setl_id": name, "mdtrt_id": f"M{name}"} for one in lines]


TABLES = {
    "cases": [stay(name) for name in "ABCD"],
    "fee_lines": [
        *of("A", at("1", "DAILY", LAST_DAY, 2), at("2", "DAILY", FIRST_DAY, 2), at("3", "DAILY", "2026-03-12", 3)),
        *of("B", at("1", "SUB", LAST_DAY), at("2", "SUB", FIRST_DAY), at("3", "MAIN", "2026-03-12")),
        *of("C", at("1", "WOMEN", LAST_DAY)),
        *of("D", at("1", "WOMEN", LAST_DAY), at("2", "WOMEN", FIRST_DAY)),
    ],
}


def told(screened: Screened) -> tuple[list[tuple[Any, ...]], dict[tuple[str, str, str], int]]:
    found = [(one.rule.id, one.settlement, one.offending[0][1], one.claimed.quantity_e4) for one in screened.findings]
    return sorted(found), {(one.rule, one.state, one.reason): one.number for one in screened.coverage if one.number}


def test_each_line_by_the_lists_of_its_own_day() -> None:
    """One a day until the 10th, two from the 11th on; a component until the 10th, whatever day its whole is of; sexes from the 11th."""
    data, _ = dataset_of(tables_of_rows(TABLES))
    screened = screen_batch(data, RULES, settings_of({}), pack())
    found, answers = told(screened)

    assert found == [
        ("B01", "D", "2", 10_000),
        ("C01", "B", "1", 10_000),
        ("C02", "A", "1", 10_000),
        ("C02", "A", "3", 10_000),
    ]
    # A and B have lines of both days, C has none from the 11th on; D's finding outweighs that its first line was not judged.
    assert answers == {
        ("B01", "FINDING", ""): 1, ("B01", "NOT_RUN", "list_absent:sex_limit"): 3,
        ("C01", "FINDING", ""): 1, ("C01", "NOT_RUN", "list_absent:pairs"): 2, ("C01", "PASS", ""): 1,
        ("C02", "FINDING", ""): 1, ("C02", "PASS", ""): 3,
    }  # fmt: skip
    lists = {(one.rule.id, one.offending[0][1]): one for one in screened.findings}
    assert lists["C02", "1"].pack_digest != lists["C02", "3"].pack_digest
    assert lists["B01", "2"].lists == ("pack/item_sex",)


def test_parts_come_to_the_same() -> None:
    raw = tables_of_rows(TABLES)
    whole = screen_batch(dataset_of(raw)[0], RULES, settings_of({}), pack())
    lines = raw[LINES].table
    batch, _ = read_batch({"cases": raw["cases"]}, [Raw("", lines.slice(n, 2)) for n in range(0, 9, 2)], stays_a_part=1)
    assert batch.span_s == (1_773_187_199, 1_773_273_600)
    parted = screen_parts(batch, RULES, settings_of({}), pack())
    batch.close()
    assert ([row(one) for one in parted.findings], parted.coverage) == (
        [row(one) for one in whole.findings],
        whole.coverage,
    )


@pytest.mark.parametrize(("shift", "wanted"), [(0, ["2"]), (-1, []), (1, ["1", "2"])])
def test_the_shipped_lists_from_the_day_that_they_name(shift: int, wanted: list[str]) -> None:
    """Prepared herbs that are not paid: the list holds from 11 May 2026 on."""
    lines = [
        at(str(n), "T000700200", f"2026-05-{day + shift}", med_chrgitm_type="11", rx_drord_no=f"R{n}")
        for n, day in ((1, 10), (2, 11))
    ]
    stay = case(adm_time="2026-05-02 08:00:00", dscg_time="2026-05-20 08:00:00")
    data, _ = dataset_of(tables_of_rows({"cases": [stay], "fee_lines": lines}))
    screened = screen_batch(data, ["B09"], settings_of({}), load_pack("nhsa-2026", data, span_of(data.lines)))
    assert [one.offending[0][1] for one in screened.findings] == wanted
