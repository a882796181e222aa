"""drgdip policy diff, new and schema."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pydantic
import pytest
from click.testing import CliRunner

from drgdip.base.errors import PolicyError, UsageError
from drgdip.cli.policy import policy
from drgdip.policy import PolicyFileError, load_policy, shipped_policies
from drgdip.policy.diff import differences, head_differences
from drgdip.policy.form import Each, Leaf, Plain, Tree
from drgdip.policy.key_words import KEY_WORDS
from drgdip.policy.model import FILE
from drgdip.policy.schema import typed_values, values_schema
from drgdip.policy.skeleton import skeleton
from tests.policy.samples import LOW, TINY, edited, low_entries, low_entry, parse

MAY = date(2026, 5, 15)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(policy, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def keys(before: str, after: str, on: date | None = None) -> list[str]:
    return [change.key for change in differences(parse(before), parse(after), on)]


# --- diff ----------------------------------------------------------------------------------------


def test_values_count_and_not_how_they_are_written() -> None:
    same = edited(('"0.7"', '"0.70"'), ('identity_tolerance_yuan: {value: "0", cite: "Example"', 'identity_tolerance_yuan: {value: "0.00", cite: "Other"'))  # fmt: skip

    assert keys(TINY, same) == []
    assert keys(TINY, edited(('"0.7"', '"0.71"'))) == ["grouping.ungrouped_factor"]


def test_a_window_is_a_difference_and_a_day_sees_only_what_holds() -> None:
    window = low_entries(low_entry("2026-01-01", "2026-03-31"), low_entry("2026-04-01", "2026-12-31", "0.4"))

    assert keys(TINY, window) == ["deviation.low"]
    assert keys(TINY, window, date(2026, 3, 31)) == []
    assert keys(TINY, window, date(2026, 4, 1)) == ["deviation.low"]
    (change,) = differences(parse(TINY), parse(window))
    assert [row.period.first for row in change.after] == [date(2026, 1, 1), date(2026, 4, 1)]
    with pytest.raises(PolicyError):
        keys(TINY, window, date(2027, 1, 1))


def test_next_years_policy_differs_in_its_days_and_not_in_every_value() -> None:
    later = edited(("effective: {from: 2026-01-01, to: 2026-12-31}", "effective: {from: 2027-01-01, to: 2027-12-31}"))

    assert keys(TINY, later) == []
    assert [key for key, _, _ in head_differences(parse(TINY), parse(later))] == ["effective"]


def test_what_one_side_lacks_stands_beside_its_neighbours() -> None:
    more = edited(("hospitals: {}", 'hospitals: {H1: {value: "1", cite: "Decision 1"}}'), ('"0.05"', '"0.04"'))
    found = differences(parse(TINY), parse(more))

    assert [change.key for change in found] == ["k.hospitals.H1", "month.retention"]
    assert (found[0].before, found[0].after[0].citation) == ([], "Decision 1")


def test_diff_prints_both_sides_with_citation_and_marks(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    mark = ", status: disputed, confirmed: 2026-02-01}"
    file.write_text(edited((LOW, LOW.replace("0.5", "0.4").replace('cite: "Example"}', f'cite: "Order 7"{mark}'))), encoding="utf-8")  # fmt: skip
    table = tmp_path / "diff.csv"
    said = run("diff", "demo_tiny", str(file), "--lang", "en", "-o", str(table))

    assert "before: threshold: 0.5; inclusive: false; formula: ratio" in said
    assert "2026-01-01 – 2026-12-31 · Order 7 [disputed: texts disagree · last confirmed 2026-02-01]" in said
    assert said.splitlines()[-1] == "1 differ"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["side"], row["cite"], row["status"]) for row in rows] == [("before", "Example", ""), ("after", "Order 7", "disputed")]  # fmt: skip
    plain = json.loads(run("diff", "demo_tiny", str(file), "--json"))
    assert plain["changes"][0]["after"][0]["confirmed"] == "2026-02-01"


# --- new -----------------------------------------------------------------------------------------


def leaves(tree: Tree, key: str = "") -> list[str]:
    if isinstance(tree, Leaf):
        return [key]
    if isinstance(tree, Plain):
        return []
    if isinstance(tree, Each):
        return leaves(tree.child, f"{key}.*")
    return [leaf for name, child in tree.items() for leaf in leaves(child, f"{key}.{name}".strip("."))]


def test_every_key_is_explained_and_every_explanation_has_its_key() -> None:
    assert set(KEY_WORDS) == {key for name, tree in FILE.items() for key in leaves(tree, name)}


def test_a_new_file_is_refused_until_the_place_has_decided(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    assert "须依据本地文件填写" in run("new", "ours", "--from", "demo_city", "--year", "2027", "-o", str(file))
    text = file.read_text(encoding="utf-8")
    made = load_policy(file)

    assert "TODO" not in text
    assert (made.name, made.period.first, made.status) == ("ours", date(2027, 1, 1), "draft")
    assert made.leaf_keys() == tuple(
        key for key in load_policy("demo_city").leaf_keys() if not key.startswith("k.bonuses")
    )
    unknown = {row.key for row in made.unknown()}
    assert {"k.base", "pools.310.opening_point_value", "year.budgets.390.inpatient_yuan"} <= unknown
    assert not unknown & {"payment.method", "k.primary_care", "month.retention"}
    assert not any("Demo City" in row.citation for row in made.describe())
    result = CliRunner().invoke(policy, ["check", str(file), "--lang", "en"])
    assert isinstance(result.exception, PolicyFileError)
    assert [line.split(" ")[1] for line in result.output.splitlines()][:2] == ["region.admdvs:", "basis_date:"]
    assert len(result.output.splitlines()) == len(unknown) + 1
    assert all("fill it in" in line or "division code" in line for line in result.output.splitlines())


@pytest.mark.parametrize("source", [name for name in shipped_policies() if load_policy(name).tables_scheme == "dip"])
def test_any_shipped_policy_can_be_the_form(source: str) -> None:
    from drgdip.policy.load import parse_policy

    made = parse_policy(skeleton(load_policy(source), "ours", 2026).encode(), Path("ours.yaml"))
    kept = {row.key: row for row in made.describe() if not row.unknown}
    given = {row.key: row for row in load_policy(source).describe()}

    assert all((row.value, row.citation, row.status, row.note) ==
               (given[key].value, given[key].citation, given[key].status, given[key].note) for key, row in kept.items())  # fmt: skip


def test_filled_in_it_is_accepted(tmp_path: Path) -> None:
    """Every unknown of a new file takes the demonstration's value, and nothing else is missing."""
    source = load_policy("demo_tiny")
    values = {
        entry.node.path.removesuffix(".value"): entry for key in source.leaf_keys() for entry in source.entries(key)
    }
    from drgdip.policy.skeleton import _flow

    lines, made = skeleton(source, "ours", 2026).splitlines(), load_policy
    file = tmp_path / "ours.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    for row in made(file).unknown():
        lines[row.line - 1] = lines[row.line - 1].replace("value: unknown", f"value: {_flow(values[row.key].node)}")
    file.write_text("\n".join(lines).replace('"000000"', '"990100"'), encoding="utf-8")

    assert load_policy(file).on(MAY) == source.on(MAY)


def test_new_never_replaces_a_file_and_wants_a_name(tmp_path: Path) -> None:
    file = tmp_path / "there.yaml"
    file.write_text("mine", encoding="utf-8")
    for arguments in (["new", "ours", "-o", str(file)], ["new", "Our City", "-o", str(tmp_path / "x.yaml")]):
        assert isinstance(CliRunner().invoke(policy, arguments).exception, UsageError)
    assert file.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "x.yaml").exists()


# --- typed values --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["demo_city", "demo_tiny"])
def test_typed_values_are_the_values_and_fit_their_schema(name: str) -> None:
    import jsonschema

    values = load_policy(name).on(MAY)
    typed = typed_values(values)
    plain = typed.model_dump(mode="json")

    assert plain["k"]["base"] == dict(values.k.base)
    assert plain["pools"]["310"]["opening_point_value_e4"] == values.pools["310"].opening_point_value_e4
    jsonschema.validate(plain, values_schema())
    assert json.loads(run("schema", name, "--on", "2026-05-15")) == plain
    with pytest.raises(pydantic.ValidationError):
        typed.basis_date = "settlement"  # type: ignore[attr-defined]


def test_the_schema_knows_the_closed_sets() -> None:
    import jsonschema

    plain = typed_values(load_policy("demo_tiny").on(MAY)).model_dump(mode="json")
    for section, key, value in (("payment", "method", "both"), ("k", "floor_e4", "1.0"), ("month", "more", 1)):
        wrong = json.loads(json.dumps(plain))
        wrong[section][key] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, values_schema())
    assert json.loads(run("schema")) == values_schema()


def test_words_of_keys_are_bilingual() -> None:
    assert all(words.zh != words.en and words.zh and words.en for words in KEY_WORDS.values())
