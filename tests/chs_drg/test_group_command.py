"""``drgdip group`` on invented stays of all categories, in every edition, in and out in every form."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from drgdip.cli import cli

CASES = Path(__file__).parent / "cases"
STAYS = CASES / "stays.csv"
CODES = ("mdc_code", "adrg_code", "drg_code")
EDITIONS = ("1.1", "1.1p", "2.0")
#: Stays with codes that no list has, and the field of each.
UNKNOWN = {"C030": "diag_code", "C031": "oprn_oprt_code", "C032": "diag_code", "C033": "diag_code"}


def _expected(edition: str) -> dict[str, tuple[str, ...]]:
    with (CASES / "expected.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["edition"] == edition]
    return {row["setl_id"]: tuple(row[name] for name in CODES) for row in rows}


def _group(*options: str, stdin: bytes | None = None, edition: str = "2.0") -> Result:
    words = ["group", *options, "--scheme", "chs-drg", "--edition", edition]
    result = CliRunner().invoke(cli, words, input=stdin)
    assert result.exit_code == 0, result.output
    return result


def _rows(text: str) -> dict[str, dict[str, str]]:
    return {row["setl_id"]: row for row in csv.DictReader(text.splitlines())}


@pytest.mark.parametrize("edition", EDITIONS)
def test_stays_land_where_they_should(edition: str, tmp_path: Path) -> None:
    result = _group(str(STAYS), "-o", str(tmp_path / "out.csv"), edition=edition)
    rows = _rows((tmp_path / "out.csv").read_text("utf-8"))
    assert {setl_id: tuple(row[name] for name in CODES) for setl_id, row in rows.items()} == _expected(edition)
    for setl_id, field in UNKNOWN.items():
        place = int(setl_id[1:])
        assert f"stays.csv:{place} {field} " in result.stderr
    assert len(re.findall(r"stays\.csv:[1-9]", result.stderr)) == len(UNKNOWN)


def test_json_and_standard_streams_say_the_same() -> None:
    plain = _rows(_group(str(STAYS)).stdout)
    assert _rows(_group("-", stdin=STAYS.read_bytes()).stdout) == plain
    lines = _group(str(STAYS), "--json").stdout.splitlines()
    assert {one["setl_id"]: one for one in map(json.loads, lines)} == plain


def test_what_decided_stands_beside_the_group() -> None:
    rows = _rows(_group(str(STAYS), edition="1.1").stdout)
    assert rows["C002"]["complications"] == "J96.000=MCC"
    assert (rows["C003"]["complications"], rows["C003"]["excluded"]) == ("", "I61.900=MCC:EX_96")
    assert rows["C009"]["deciding_operations"] == "47.0100"
    assert rows["C011"]["group_reason"] == "drg_ambiguous"
    assert (rows["C032"]["group_reason"], rows["C032"]["adrg_sheet_row"]) == ("drg_ungrouped", "")


def test_parquet_holds_what_csv_holds(tmp_path: Path) -> None:
    _group(str(STAYS), "-o", str(tmp_path / "out.parquet"))
    table = pq.read_table(tmp_path / "out.parquet")
    text = pa.table([c.cast(pa.string()).fill_null("") for c in table.columns], table.column_names)
    assert {row["setl_id"]: row for row in text.to_pylist()} == _rows(_group(str(STAYS)).stdout)
    assert table.schema.field("adrg_sheet_row").type == pa.int32()
    _group(str(STAYS), "-o", str(tmp_path / "short.parquet"), "--no-audit")
    assert pq.read_table(tmp_path / "short.parquet").equals(table.select(table.column_names[:8]))


def test_a_cell_that_needs_quotes_is_quoted(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text('setl_id,diag_code\n"A,1",I63.900\n"B""2",I63.900\n', encoding="utf-8")
    out = _group(str(cases)).stdout
    assert out.splitlines()[1].startswith('"A,1",MDCB,BR2,BR25,')
    assert list(_rows(out)) == ["A,1", 'B"2']


def test_checks_on_codes_are_told_and_can_block() -> None:
    every = _group(str(STAYS))
    assert "diag_code 3: C34.900 (2), I61.900 (1): " in every.stderr
    told = _group(str(STAYS), "--tell", "grey")
    assert "stays.csv:3 diag_code I61.900: " in told.stderr
    assert told.stdout == every.stdout
    blocked = _group(str(STAYS), "--block", "grey")
    assert "stays.csv:12 diag_code C34.900: " in blocked.stderr
    assert _rows(every.stdout).keys() - _rows(blocked.stdout).keys() == {"C003", "C012", "C013"}
