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
from drgdip.synthetic import chunks as run_module
from drgdip.synthetic import synthesize
from drgdip.synthetic.defects import KINDS
from tests.synthetic.sample import COVERAGE, FUNDS, LAYOUT, PAYERS

ROWS = 2_401
SHARE = "0.2"
#: int(0.2 · 2401) = 480 defects, the kinds in turn; a conflict has two rows.
DEFECTS = 480
#: Kinds that are made of bytes, and others that only text can hold.
OF_BYTES = {"bad_encoding", "malformed_row", "open_quote", "thousands_separators", "nul_in_number", "nul_in_text",
            "long_cell"}  # fmt: skip
#: Reasons of kinds that share one with others; and so many long cells are in a file, rows cut short come after them.
REASON = {"thousands_separators": "wrong_type", "nul_in_number": "wrong_type", "nul_in_text": "bad_encoding",
          "long_cell": "row_too_long"}  # fmt: skip
LONG_CELLS = 3
OF_TEXT = OF_BYTES | {"wrong_type", "too_many_decimals"}
WHOLE_ROWS = ("malformed_row", "open_quote", "row_too_long")
MOST_FEN = 10**10
MONEY = LAYOUT[LAYOUT.index("medfee_sumamt") :]
REQUIRED = ("setl_id", "hosp_lv", "insutype", "insu_admdvs", "act_ipt_days", "diag_code", "medfee_sumamt")

Row = dict[str, Any]


class Spoilt(NamedTuple):
    clean: list[Row]
    dirty: list[Row]
    manifest: list[dict[str, str]]
    counts: dict[str, int]


def read_rows(path: Path) -> list[Row]:
    """Rows by column; of a CSV row that cannot be cut, only what cannot be."""
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    header, *lines = path.read_bytes().rstrip(b"\n").split(b"\n")
    return [_row(header.decode().split(","), line) for line in lines]


def _row(names: list[str], line: bytes) -> Row:
    if len(line) > 1 << 20:
        return {"row_too_long": True}
    if line.startswith(b'"'):
        return {"open_quote": True}
    [cells] = csv.reader([line.decode(errors="replace")])
    return dict(zip(names, cells, strict=True)) if len(cells) == len(names) else {"malformed_row": True}


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
    kinds = [kind for kind in KINDS if not (typed and kind in OF_TEXT)]
    counts = Counter(kinds[turn % len(kinds)] for turn in range(DEFECTS))
    if not typed:
        counts["malformed_row"] += counts["long_cell"] - LONG_CELLS
        counts["long_cell"] = LONG_CELLS
        for kind, reason in REASON.items():
            counts[reason] += counts.pop(kind)
    return dict(counts | {"conflicting_setl_id": 2 * counts["conflicting_setl_id"]})


def test_counts(spoilt: Spoilt) -> None:
    typed = not isinstance(spoilt.clean[0]["medfee_sumamt"], str)

    assert spoilt.counts == expected_counts(typed)
    assert dict(Counter(line["kind"] for line in spoilt.manifest)) == spoilt.counts
    assert len(spoilt.dirty) == ROWS


def test_manifest_is_ordered_and_names_each_row_once(spoilt: Spoilt) -> None:
    rows = [int(line["row_number"]) for line in spoilt.manifest]

    assert rows == sorted(set(rows))
    assert all(
        spoilt.dirty[row - 1].get("setl_id", line["setl_id"]) == line["setl_id"]
        for row, line in zip(rows, spoilt.manifest, strict=True)
    )
    assert all(line["kind"] in REASONS for line in spoilt.manifest)
    assert all(line["field"] in LAYOUT or line["kind"] in WHOLE_ROWS for line in spoilt.manifest)


def test_numbers_that_are_none_are_of_every_kind(spoilt: Spoilt) -> None:
    """Words, full-width digits, other units, cut numbers, thousands separators and NUL bytes; NUL in text as well."""
    listed = [(line["kind"], spoilt.dirty[int(line["row_number"]) - 1]) for line in spoilt.manifest]
    if isinstance(spoilt.clean[0]["medfee_sumamt"], str):
        amounts = " ".join(row["medfee_sumamt"] for kind, row in listed if kind == "wrong_type")
        assert all(sign in amounts for sign in ("元", "１", "万", ". ", ",", "\0"))
        texts = "".join(row["dscg_caty"] for kind, row in listed if kind == "bad_encoding")
        assert all(sign in texts for sign in ("\ufffd", "\0"))
    else:
        assert not {"wrong_type", "bad_encoding"} & {kind for kind, _ in listed}


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
    if "setl_id" not in here:
        return set(here)
    found = set(faults_of_ids(spoilt.dirty, row))
    if {"\ufffd", "\0"} & set(str(here["dscg_caty"])):
        return found | {"bad_encoding"}
    if len(here["psn_no"]) > 30:
        return found | {"value_too_long"}
    if here["hosp_lv"] == "77":
        return found | {"unknown_code"}
    if any(here[name] in (None, "") for name in REQUIRED):
        return found | {"missing_value"}
    try:
        amounts = {name: _amount(here[name]) for name in MONEY}
    except ArithmeticError:
        return found | {"wrong_type"}
    return (
        found
        | set(faults_of_amounts(amounts))
        | set(faults_of_times(here))
        | set(faults_of_codes(here, spoilt.clean[row]))
    )


def _amount(cell: Any) -> Decimal:
    """Plain digits only: ``Decimal`` itself would take full-width ones."""
    if isinstance(cell, str) and not cell.isascii():
        raise ArithmeticError(cell)
    return Decimal(cell)


def faults_of_ids(rows: list[Row], row: int) -> Iterator[str]:
    for other in (row - 1, row + 1):
        if 0 <= other < len(rows) and rows[row]["setl_id"] == rows[other].get("setl_id"):
            if rows[row] != rows[other]:
                yield "conflicting_setl_id"
            elif other < row:
                yield "duplicate_setl_id"


def faults_of_amounts(amounts: dict[str, Decimal]) -> Iterator[str]:
    if max(amounts.values()) > MOST_FEN / 100:
        yield "amount_out_of_range"
    if any(amount != round(amount, 2) for amount in amounts.values()):
        yield "too_many_decimals"
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
        settlement = datetime.fromisoformat(str(row["setl_time"]))
    except ValueError:
        yield "impossible_date"
        return
    if admission.year < 1900:
        yield "impossible_date"
    if discharge < admission:
        yield "discharge_before_admission"
    if settlement.date() < discharge.date():
        yield "settlement_before_discharge"


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
