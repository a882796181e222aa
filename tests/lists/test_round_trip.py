"""Any flat stay, taken apart into list, result and institution, comes back as it was."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.intake.combine import Beside
from tests.intake.sample import DIAGNOSES, PROCEDURES, write_csv
from tests.lists.sample import message, outcome, stay, write_institutions, write_lists, write_results

MONEY = st.integers(0, 10**9).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
TIMES = st.datetimes(min_value=datetime(2020, 1, 1)).map(lambda time: time.strftime("2026-%m-%d %H:%M:%S"))
STAYS = st.fixed_dictionaries(
    {
        "diag_code": st.lists(st.sampled_from(DIAGNOSES.codes), min_size=1, max_size=6).map("|".join),
        "oprn_oprt_code": st.lists(st.sampled_from(PROCEDURES.codes), max_size=4).map("|".join),
        "age": st.sampled_from(["", "0", "66", "66.5"]),
        "nwb_age": st.sampled_from(["", "12"]),
        "nwb_bir_wt": st.sampled_from(["", "3200", "3200.50"]),
        "icu_hours": st.sampled_from(["", "0", "30"]),
        "gend": st.sampled_from(["1", "2", "7", ""]),
        "adm_time": TIMES,
        "setl_time": TIMES,
        "insutype": st.sampled_from(["310", "390", "", "x"]),
        "medfee_sumamt": MONEY,
        "hifp_pay": MONEY,
        "acct_pay": st.one_of(MONEY, st.sampled_from(["", "1,200.00", "-1", "x"])),
        "dscg_caty": st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=8),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(STAYS, min_size=1, max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from(["lines", "array", "pretty"]),
)
def test_flat_and_joined_rows_are_the_same(changes: list[dict[str, Any]], random: Any, form: str) -> None:
    cases = [stay(number, **change) for number, change in enumerate(changes, start=1)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        flat = outcome(write_csv(folder / "flat.csv", cases))
        lists = write_lists(folder / "lists.json", [message(case) for case in cases], form)
        shuffled = random.sample(cases, len(cases))
        beside = Beside([write_results(folder / "r.csv", shuffled)], [write_institutions(folder / "i.csv")])
        joined = outcome(lists, chunk_rows=random.choice([1, 2, 100]), beside=beside)

    offsets = ("diagnosis_offset", "procedure_offset")
    assert {name: flat.columns[name] for name in flat.columns if name not in offsets} == {
        name: joined.columns[name] for name in joined.columns if name not in offsets
    }
    assert [finding[1:] for finding in flat.findings] == [finding[1:] for finding in joined.findings]
