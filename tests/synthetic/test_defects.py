"""Dirty rows: each is where the manifest says, breaks what it says and nothing else."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from drgdip.base.reasons import REASONS
from drgdip.synthetic import run as run_module
from drgdip.synthetic import synthesize
from drgdip.synthetic.defects import KINDS
from tests.synthetic.sample import COVERAGE, FUNDS, LAYOUT, PAYERS

ROWS = 2_401
SHARE = "0.2"
#: int(0.2 · 2401) = 480 defects, 40 of each kind; a conflict has two rows.
OF_EACH_KIND = 40
MONEY = LAYOUT[LAYOUT.index("medfee_sumamt") :]
REQUIRED = ("setl_id", "hosp_lv", "insutype", "insu_admdvs", "act_ipt_days", "diag_code", "medfee_sumamt")

Row = dict[str, Any]


class Spoilt(NamedTuple):
    clean: list[Row]
    dirty: list[Row]
    manifest: list[dict[str, str]]
    counts: dict[str, int]


def read_rows(path: Path) -> list[Row]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=["parquet", "csv"])
def spoilt(request: pytest.FixtureRequest, tables: Any, tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    folder = tmp_path_factory.mktemp("dirty")
    clean, dirty = folder / f"clean.{request.param}", folder / f"dirty.{request.param}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "CHUNK_ROWS", 1_000)
        synthesize(clean, tables=tables, cases=ROWS, month="2026-03", seed=4)
        result = synthesize(dirty, tables=tables, cases=ROWS, month="2026-03", seed=4, dirty=SHARE)
    assert result.manifest == folder / "dirty.dirty.csv"
    with result.manifest.open(encoding="utf-8", newline="") as file:
        manifest = list(csv.DictReader(file))
    return Spoilt(read_rows(clean), read_rows(dirty), manifest, result.defects)


def expected_counts(typed: bool) -> dict[str, int]:
    counts = dict.fromkeys(KINDS, OF_EACH_KIND) | {"conflicting_setl_id": 2 * OF_EACH_KIND}
    if typed:
        counts["missing_value"] += counts.pop("wrong_type")
    return counts


def test_counts(spoilt: Spoilt) -> None:
    typed = not isinstance(spoilt.clean[0]["medfee_sumamt"], str)

    assert spoilt.counts == expected_counts(typed)
    assert dict(Counter(line["kind"] for line in spoilt.manifest)) == spoilt.counts
    assert len(spoilt.dirty) == ROWS


def test_manifest_is_ordered_and_names_each_row_once(spoilt: Spoilt) -> None:
    rows = [int(line["row_number"]) for line in spoilt.manifest]

    assert rows == sorted(set(rows))
    assert all(
        spoilt.dirty[row - 1]["setl_id"] == line["setl_id"] for row, line in zip(rows, spoilt.manifest, strict=True)
    )
    assert all(line["kind"] in REASONS and line["field"] in LAYOUT for line in spoilt.manifest)


def test_rows_off_the_manifest_are_clean(spoilt: Spoilt) -> None:
    listed = {int(line["row_number"]) - 1 for line in spoilt.manifest}

    assert all(faults(spoilt, row) == set() for row in range(ROWS) if row not in listed)
    assert all(spoilt.dirty[row] == spoilt.clean[row] for row in range(ROWS) if row not in listed)


def test_each_listed_row_has_its_fault_and_no_other(spoilt: Spoilt) -> None:
    for line in spoilt.manifest:
        assert faults(spoilt, int(line["row_number"]) - 1) == {line["kind"]}, line


def faults(spoilt: Spoilt, row: int) -> set[str]:
    """What is wrong with a row, judged from the file alone (and its codes from the clean file's)."""
    here = spoilt.dirty[row]
    found = set(faults_of_ids(spoilt.dirty, row))
    if any(here[name] in (None, "") for name in REQUIRED):
        return found | {"missing_value"}
    try:
        amounts = {name: Decimal(here[name]) for name in MONEY}
    except ArithmeticError:
        return found | {"wrong_type"}
    return (
        found
        | set(faults_of_amounts(amounts))
        | set(faults_of_times(here))
        | set(faults_of_codes(here, spoilt.clean[row]))
    )


def faults_of_ids(rows: list[Row], row: int) -> Iterator[str]:
    for other in (row - 1, row + 1):
        if 0 <= other < len(rows) and rows[row]["setl_id"] == rows[other]["setl_id"]:
            if rows[row] != rows[other]:
                yield "conflicting_setl_id"
            elif other < row:
                yield "duplicate_setl_id"


def faults_of_amounts(amounts: dict[str, Decimal]) -> Iterator[str]:
    if min(amounts.values()) < 0:
        yield "negative_amount"
    if sum(amounts[name] for name in COVERAGE) != amounts["medfee_sumamt"]:
        yield "cost_identity_broken"
    if sum(amounts[name] for name in FUNDS) != amounts["fund_pay_sumamt"]:
        yield "fund_identity_broken"
    if sum(amounts[name] for name in PAYERS) != amounts["medfee_sumamt"]:
        yield "payer_identity_broken"


def faults_of_times(row: Row) -> Iterator[str]:
    try:
        admission, discharge = (datetime.fromisoformat(str(row[name])) for name in ("adm_time", "dscg_time"))
    except ValueError:
        yield "impossible_date"
        return
    if admission.year < 1900:
        yield "impossible_date"
    if discharge < admission:
        yield "discharge_before_admission"


def faults_of_codes(row: Row, clean: Row) -> Iterator[str]:
    """A clean row's codes are known ones (see the tests of files)."""
    if row["setl_id"] != clean["setl_id"]:
        return  # a repeated row
    if row["diag_code"].split("|")[0] != clean["diag_code"].split("|")[0]:
        yield "unknown_diagnosis_code"
    if row["oprn_oprt_code"] != clean["oprn_oprt_code"]:
        yield "unknown_procedure_code"


def test_unknown_codes_are_unknown(spoilt: Spoilt, tables: Any) -> None:
    known = {
        "unknown_diagnosis_code": set(tables.diagnoses.codes),
        "unknown_procedure_code": set(tables.procedures.codes),
    }
    for line in spoilt.manifest:
        if line["kind"] in known:
            codes = spoilt.dirty[int(line["row_number"]) - 1][line["field"]].split("|")
            assert len([code for code in codes if code not in known[line["kind"]]]) == 1
