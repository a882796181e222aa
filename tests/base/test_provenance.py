"""The record of a run: true to its inputs, the same for the same inputs, and refused where it departs from its schema."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

import drgdip
from drgdip.base.provenance import RunRecord, combine, run_record_schema, sha256_of_file, sha256_of_text

MONTH = "2026-01"
#: SHA-256 of nothing and of "abc", as its standard (FIPS 180) gives them.
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#: What every record has. Parameters, standing and outputs may be absent.
REQUIRED = (
    "engine_version", "command", "started_at", "finished_at", "month", "policy", "policy_file", "tables", "inputs",
    "rows", "point_values", "totals_fen",
)  # fmt: skip
OPTIONAL = ("parameters", "standing", "outputs", "approval")

Json = dict[str, Any]
Place = tuple[str | int, ...]
SCHEMA = Draft202012Validator(run_record_schema())


def settle(cases: Path, out: Path) -> Json:
    """Settle the seven example stays under the smallest example policy."""
    drgdip.settle_to_folder("demo_tiny", [cases], MONTH, out, command=["drgdip", "settle", str(out)])
    record: Json = json.loads((out / "run.json").read_bytes())
    return record


@pytest.fixture(scope="module")
def cases(root: Path) -> Path:
    return root / "examples" / "cases.csv"


@pytest.fixture(scope="module")
def run(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("settled") / "run"
    settle(cases, folder)
    return folder


@pytest.fixture(scope="module")
def _record(run: Path) -> Json:
    record: Json = json.loads((run / "run.json").read_bytes())
    return record


@pytest.fixture
def record(_record: Json) -> Json:
    """A copy that a test may change."""
    return copy.deepcopy(_record)


def at(record: Json, place: Place) -> Any:
    """What holds the last step of a place."""
    holder: Any = record
    for step in place[:-1]:
        holder = holder[step]
    return holder


def accepted(record: Json) -> tuple[bool, bool]:
    """Whether the schema accepts a record, and whether the program reads it."""
    try:
        RunRecord.model_validate_json(json.dumps(record))
    except ValidationError:
        return SCHEMA.is_valid(record), False
    return SCHEMA.is_valid(record), True


# --- hashes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "sha256"), [("", NOTHING), ("abc", ABC)])
def test_hashes_are_those_of_the_standard(text: str, sha256: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text, encoding="utf-8")

    assert sha256_of_text(text) == sha256
    assert sha256_of_file(tmp_path / "file") == sha256


def test_text_and_file_of_the_same_words_agree(tmp_path: Path) -> None:
    words = "结算清单\n" * 300_000
    (tmp_path / "file").write_bytes(words.encode("utf-8"))

    assert sha256_of_text(words) == sha256_of_file(tmp_path / "file")


def test_a_hash_over_several_knows_their_order_and_number() -> None:
    combined = [combine(hashes) for hashes in ([], [ABC], [NOTHING], [ABC, NOTHING], [NOTHING, ABC], [ABC, ABC])]

    assert len(set(combined)) == len(combined)
    assert combine(iter([ABC, NOTHING])) == combined[3]


# --- what a record says ----------------------------------------------------------------------------


def test_the_record_of_a_month(record: Json, cases: Path) -> None:
    """By hand from the seven stays: the funds of EX07 do not add up, the others cost 38 200.00 yuan."""
    assert record["engine_version"] == drgdip.__version__
    assert record["month"] == MONTH
    assert record["policy"]["name"] == "demo_tiny 1"
    assert record["tables"]["name"] == "dip/demo"
    assert record["rows"] == {"read": 7, "settled": 6, "fund_identity_broken": 1}
    assert record["point_values"] == {"310": "10.0000", "390": "9.0000"}
    assert {key: record["totals_fen"][key] for key in ("total_cost", "patient", "recorded", "payable")} == {
        "total_cost": 1_200_000 + 150_000 + 1_250_000 + 200_000 + 220_000 + 800_000,
        "patient": 350_000 + 50_000 + 400_000 + 50_000 + 70_000 + 240_000,
        "recorded": 850_000 + 100_000 + 850_000 + 150_000 + 150_000 + 560_000,
        "payable": 750_000 + 85_000 + 350_000 + 90_000 + 110_000 + 560_000,
    }
    (given,) = record["inputs"]
    assert (Path(given["path"]).name, given["rows"]) == ("cases.csv", 7)
    assert given["sha256"] == hashlib.sha256(cases.read_bytes()).hexdigest()


def test_results_that_it_hashes_are_those_in_the_folder(record: Json, run: Path) -> None:
    assert "statement.csv" in record["outputs"]
    assert record["outputs"] == {
        name: hashlib.sha256((run / name).read_bytes()).hexdigest() for name in record["outputs"]
    }


def test_its_text_is_read_back_whole(run: Path) -> None:
    text = (run / "run.json").read_text(encoding="utf-8")

    assert RunRecord.model_validate_json(text).to_json() == text
    assert text.endswith("}\n")
    assert "示例市" in text
    assert list(json.loads(text)) == sorted(json.loads(text))


def unchanging(record: Json) -> Json:
    """A record without time, command and paths."""
    kept = {key: value for key, value in record.items() if key not in ("started_at", "finished_at", "command")}
    return kept | {"inputs": [{key: given[key] for key in ("sha256", "rows")} for given in record["inputs"]]}


def test_the_same_inputs_give_the_same_record(record: Json, cases: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "january.csv"
    shutil.copyfile(cases, elsewhere)
    other = settle(elsewhere, tmp_path / "run")

    assert unchanging(other) == unchanging(record)
    assert other["command"] != record["command"]


def test_another_fen_gives_another_record(record: Json, cases: Path, tmp_path: Path) -> None:
    """EX06 pays 0.01 yuan more from the account and less in cash: no sum changes, but the input does."""
    changed = tmp_path / "cases.csv"
    text = cases.read_text(encoding="utf-8")
    assert text.count(",400.00,2000.00") == 1
    changed.write_text(text.replace(",400.00,2000.00", ",400.01,1999.99"), encoding="utf-8")
    other = settle(changed, tmp_path / "run")

    assert other["totals_fen"] == record["totals_fen"]
    assert unchanging(other) != unchanging(record)


def test_a_record_does_not_change_once_made(record: Json) -> None:
    made = RunRecord.model_validate_json(json.dumps(record))

    with pytest.raises(ValidationError, match="frozen"):
        made.month = "2026-02"  # type: ignore[misc]


# --- the schema ------------------------------------------------------------------------------------


def test_the_schema_is_one_and_accepts_the_record(record: Json) -> None:
    Draft202012Validator.check_schema(run_record_schema())

    SCHEMA.validate(record)
    assert accepted(record) == (True, True)
    assert set(record) == {*REQUIRED, *OPTIONAL}


@pytest.mark.parametrize("key", OPTIONAL)
def test_what_early_records_lack_may_be_absent(record: Json, key: str) -> None:
    del record[key]

    assert accepted(record) == (True, True)


@pytest.mark.parametrize(
    "place",
    [
        *((key,) for key in REQUIRED),
        ("policy", "name"), ("policy", "sha256"), ("tables", "sha256"),
        ("inputs", 0, "path"), ("inputs", 0, "sha256"), ("inputs", 0, "rows"),
        ("standing", "region"), ("standing", "region", "zh"), ("standing", "tables_status"), ("standing", "marks"),
    ],
    ids=str,
)  # fmt: skip
def test_a_record_that_lacks_something_is_refused(record: Json, place: Place) -> None:
    del at(record, place)[place[-1]]

    assert accepted(record) == (False, False)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("engine_version",), 1),
        (("command",), "drgdip settle"),
        (("command", 0), None),
        (("started_at",), 1_767_225_600),
        (("month",), 202601),
        (("month",), "2026-1"),
        (("month",), "2026-00"),
        (("month",), "2026-13"),
        (("month",), "２０２６-01"),
        (("policy",), "demo_tiny"),
        (("policy", "sha256"), ABC[1:]),
        (("tables", "sha256"), ABC.upper()),
        (("inputs",), {}),
        (("inputs", 0, "rows"), -1),
        (("inputs", 0, "rows"), "7"),
        (("rows", "read"), "7"),
        (("rows", "read"), 7.5),
        (("rows", "read"), True),
        (("point_values", "310"), 10),
        (("totals_fen", "payable"), "1945000"),
        (("totals_fen", "payable"), 1945000.5),
        (("totals_fen", "payable"), None),
        (("parameters",), []),
        (("standing",), "示例市"),
        (("standing", "pools", "310"), "职工"),
        (("outputs", "statement.csv"), 1),
    ],
    ids=str,
)
def test_a_value_of_another_kind_is_refused(record: Json, place: Place, value: object) -> None:
    at(record, place)[place[-1]] = value

    assert accepted(record) == (False, False)


@pytest.mark.parametrize(
    "place",
    [("note",), ("policy", "note"), ("tables", "note"), ("inputs", 0, "note"), ("standing", "note"), ("standing", "region", "note")],
    ids=str,
)  # fmt: skip
def test_what_is_not_known_is_refused(record: Json, place: Place) -> None:
    at(record, place)[place[-1]] = "words"

    assert accepted(record) == (False, False)
