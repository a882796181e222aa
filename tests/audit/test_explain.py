"""One case explained: the same pipeline on one case, agreeing with the run; or where codes lead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from drgdip import load_tables
from drgdip.audit.explain import Explanation, explain
from drgdip.audit.explain_codes import explain_codes
from drgdip.base.errors import PolicyError, UsageError
from drgdip.base.text import Language
from drgdip.pipeline import settle_to_folder
from drgdip.policy.load import load_policy
from drgdip.synthetic import synthesize

MONTH = "2026-01"
#: What the demo policy becomes: money by ratio instead of residual, ratios as they were, point value of the month.
CHANGES = (
    ("    value: residual ", "    value: ratio "),
    ("    value: pool\n", "    value: hospital\n"),
    ("fund_ratio_source: {value: fixed", "fund_ratio_source: {value: actual"),
    ("point_value: {value: fixed_opening", "point_value: {value: floating"),
    ("scale: share_only", "scale: share_then_base"),  # a year by such ratios may exceed its fund
)


@pytest.fixture(scope="module")
def tables():
    return load_tables("dip", "2.0-pingdingshan-2025")


@pytest.fixture(scope="module")
def run(tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month under a floating point value and actual ratios by hospital: the hardest to reproduce for one case."""
    folder = tmp_path_factory.mktemp("explain")
    text = load_policy("demo_city").source_path.read_text(encoding="utf-8")
    for before, after in CHANGES:
        assert before in text
        text = text.replace(before, after)
    policy = folder / "city.yaml"
    policy.write_text(text, encoding="utf-8")
    synthesize(folder / "cases.parquet", tables=tables, cases=2_000, month=MONTH, seed=4, dirty="0.02")
    settle_to_folder(policy, [folder / "cases.parquet"], MONTH, folder / "result")
    return folder / "result"


def first_of_each(run: Path, column: str) -> list[str]:
    table = pq.read_table(run / "cases.parquet", columns=["setl_id", column]).to_pylist()
    return list({row[column]: row["setl_id"] for row in reversed(table)}.values())


def values(explanation: Explanation) -> dict[str, str]:
    return {line.column: line.value for step in explanation.steps for line in step.writes}


@pytest.mark.parametrize("column", ["deviation_band", "pool", "group_reason", "route"])
def test_every_kind_of_case_is_reproduced_to_the_fen(run: Path, column: str) -> None:
    ids = first_of_each(run, column)
    assert len(ids) > 1
    for setl_id in ids:
        assert explain(run, setl_id).differences == []


def test_what_is_shown_is_what_was_paid(run: Path) -> None:
    row = pq.read_table(run / "cases.parquet").slice(7, 1).to_pylist()[0]
    shown = values(explain(run, row["setl_id"], "en"))
    assert shown["payable_fen"] == f"{row['payable_fen'] // 100}.{row['payable_fen'] % 100:02d} yuan"
    assert shown["points_e4"] == f"{row['points_e4'] // 10_000}.{row['points_e4'] % 10_000:04d}"
    assert shown["group_id"].startswith(row["dip_code"])


@pytest.mark.parametrize(("language", "name"), [("zh", "城乡居民基本医疗保险"), ("en", "Residents, local")])
def test_a_pool_is_named_in_the_language_that_was_asked_for(run: Path, language: Language, name: str) -> None:
    table = pq.read_table(run / "cases.parquet", columns=["setl_id", "pool"]).to_pylist()
    setl_id = next(row["setl_id"] for row in table if row["pool"] == "390")
    named = [
        line for step in explain(run, setl_id, language).steps for line in step.reads if line.column == "pool_index"
    ]
    assert named
    assert {line.value for line in named} == {f"390 {name}"}


def test_every_stage_names_its_rule_and_its_policy(run: Path) -> None:
    explanation = explain(run, first_of_each(run, "pool")[0])
    assert [step.title.en for step in explanation.steps] == [
        "Grouping", "Valuation", "Pricing", "Bedside settlement", "Fund split",
    ]  # fmt: skip
    assert all(line.source for step in explanation.steps for line in step.writes)
    assert all(step.citations for step in explanation.steps)
    assert explanation.steps[0].table_row["points"]


def test_a_row_set_aside_is_explained_by_its_findings(run: Path) -> None:
    lines = (run / "set_aside.csv").read_text(encoding="utf-8").splitlines()
    setl_id = lines[1].split(",")[2].strip('"')
    explanation = explain(run, setl_id)
    assert explanation.steps == []
    assert {row["setl_id"] for row in explanation.set_aside} == {setl_id}


def test_a_record_that_was_altered_is_noticed(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "altered"
    shutil.copytree(run, folder)
    table = pq.read_table(folder / "cases.parquet")
    position = table.schema.get_field_index("payable_fen")
    more = [value + 1 for value in table["payable_fen"].to_pylist()]
    pq.write_table(table.set_column(position, "payable_fen", [more]), folder / "cases.parquet")
    [difference] = explain(folder, table["setl_id"][0].as_py()).differences
    assert difference.startswith("payable_fen: ")


def test_an_unknown_id_is_refused(run: Path) -> None:
    with pytest.raises(UsageError, match="no case with settlement ID"):
        explain(run, "nobody")


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not the folder of a settled month"):
        explain(tmp_path, "x")


def test_a_policy_changed_since_the_run_is_refused(run: Path) -> None:
    policy = run.parent / "city.yaml"
    text = policy.read_text(encoding="utf-8")
    setl_id = first_of_each(run, "pool")[0]
    try:
        policy.write_text(text + "\n# changed\n", encoding="utf-8")
        with pytest.raises(PolicyError, match="changed since this run"):
            explain(run, setl_id)
    finally:
        policy.write_text(text, encoding="utf-8")


def test_codes_lead_to_a_group_and_its_runner_up(tables) -> None:
    found = explain_codes(tables, ["C34.900"], ["33.2700x001", "99.2503"])
    assert found.reason.key == "core_operation"
    assert found.group["dip_code"] == "C34.9:33.2700x001_99.2503"
    assert found.runner_up["dip_code"] == "C34.9:33.2700x001"


def test_codes_that_no_group_takes(tables) -> None:
    found = explain_codes(tables, ["R99.x00"], ["88.0100"])
    assert (found.reason.key, dict(found.group)) == ("ungrouped", {})


def test_a_code_that_does_not_exist_is_refused(tables) -> None:
    with pytest.raises(UsageError, match="ZZZ"):
        explain_codes(tables, ["ZZZ"], [])
