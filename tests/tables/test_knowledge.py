"""Knowledge packs: the one that ships, import, packs that extend another, checks. Expected values are the lists' own."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drgdip.base.errors import TablesError, UsageError
from drgdip.tables.knowledge import FORMS, Pack, load_pack
from drgdip.tables.knowledge.check import check_opened
from drgdip.tables.knowledge.extending import import_local
from drgdip.tables.knowledge.forms import file_of
from drgdip.tables.knowledge.importing import import_public
from drgdip.tables.knowledge.load import Opened, open_pack
from drgdip.tables.knowledge.mapping import read_knowledge_mapping
from drgdip.tables.knowledge.pack import Layer
from drgdip.tables.knowledge.row_types import SexLimit
from drgdip.tables.knowledge.rows import Entry, list_text, parse_list, read_checked
from drgdip.tables.knowledge.texts import READERS
from drgdip.tables.manifest import About
from drgdip.tables.problems import TableProblem, TablesFileError, errors

BEFORE, UPDATE = date(2026, 1, 27), date(2026, 1, 28)
TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def shipped() -> Opened:
    return open_pack("nhsa-2026")


@pytest.fixture(scope="module")
def pack(shipped: Opened) -> Pack:
    return Pack(shipped.manifest, shipped.digest, shipped.layers, shipped.entries, shipped.names)


def about(region: str = "", first: str = "2026-01-01", last: str | None = None) -> About:
    return About.model_validate(
        {
            "title": {"zh": "测试", "en": "test"},
            "effective": {"from": first, "to": last},
            "region": {"admdvs": region, "name": {"zh": "某市", "en": "a city"}} if region else None,
        }
    )


# --- the pack that ships -----------------------------------------------------------------------------


def test_the_shipped_pack_has_no_errors(shipped: Opened) -> None:
    found = check_opened(shipped)

    assert errors(found) == []
    assert {(problem.key, problem.file, problem.value) for problem in found} == {
        ("limit_disputed", "age_class.csv", "1"), ("limit_unread", "item_age.csv", "1"),
        ("limit_disputed", "drug_visit.csv", "226"), ("limit_disputed", "drug_course.csv", "2"),
    }  # fmt: skip


def test_counts_are_those_of_the_publications(pack: Pack) -> None:
    """Batches 1 to 8 as published, before the updates of January 2026 (rules B01, B02, C01, C02 state them)."""
    on = pack.on(BEFORE)
    count = {name: len(on.rows(name)) for name in pack.lists}

    assert (count["item_sex"], count["drug_sex"], count["drug_age"], count["item_age"]) == (390, 6472, 4398, 31)
    assert (count["drug_insurance"], count["drug_level"], count["drug_visit"], count["drug_course"]) == (
        112,
        962,
        736,
        1147,
    )
    assert (count["surgery_discount"], count["item_course"], count["period_limit"]) == (378, 11, 14)
    assert (count["official_rules_79"], count["official_rules_88"]) == (79, 88)
    pairs = Counter((row.window, row.hours) for row in on.rows("duplicate_charge"))
    assert pairs == {("day", None): 446, ("stay", None): 429, ("hours", 6): 18, ("clock_hour", None): 7}
    daily = Counter((row.unit, row.quantity) for row in on.rows("daily_frequency"))
    assert daily == {("times", 1): 34, ("hours", 24): 33}
    sexes = Counter(pack.limits("item_sex").values())
    assert sexes == {2: 257, 1: 133}


def test_every_row_is_traced_to_its_point(shipped: Opened) -> None:
    untraced = {
        name for name in shipped.names for entry in shipped.entries(name) if not entry.row.source.startswith("KP-")
    }

    assert untraced == {"age_class", "official_rules_79", "official_rules_88", "typical_problems"}


def test_no_prose_of_the_sources_is_carried(shipped: Opened) -> None:
    kept = {
        entry.row.text for name in shipped.names for entry in shipped.entries(name) if getattr(entry.row, "text", "")
    }

    assert kept == {"法定就业年龄"}
    assert max(len(entry.row.name) for name in shipped.names for entry in shipped.entries(name) if hasattr(entry.row, "name")) < 60  # fmt: skip


def test_the_pack_stays_small(shipped: Opened) -> None:
    assert sum(path.stat().st_size for path in shipped.folder.iterdir()) < 2_000_000


def test_updates_hold_from_their_day_and_end_what_they_drop(pack: Pack) -> None:
    dropped, added = "XL03AXX234B003010102018", "XJ07BGR030B014010110094"
    before, after = pack.on(BEFORE).limits("drug_insurance"), pack.on(UPDATE).limits("drug_insurance")

    assert (before.get(dropped), after.get(dropped)) == ("work_injury", None)
    assert (before.get(added), after.get(added)) == (None, "work_injury")
    assert pack.limits("drug_insurance") == after
    assert {date(2025, 1, 1), UPDATE, date(2026, 5, 11)} <= set(pack.change_days)


def test_limits_by_list(pack: Pack) -> None:
    assert pack.limits("item_sex")["002101030300000"] == 2
    assert pack.limits("duplicate_charge")["001103000010000", "001102000030000"].window == "day"
    assert pack.limits("drug_visit")["ZA07AAA0061010100166"] == "inpatient|emergency"
    assert pack.limits("drug_level")["XA10BJD332B002010178403"].exception == "first_prescription"
    assert pack.limits("drug_level")["XS01LXD085J005010178976"][2:4] == (3, "specialist")
    assert pack.limits("surgery_discount")["003310030080000"] == (
        "gastrointestinal", "transabdominal_rectal", "hepatobiliary", "female_reproductive",
    )  # fmt: skip
    haemoglobin = [row for row in pack.rows("period_limit") if row.group == "002503020030000"]
    assert [(row.code[-4:], row.times, row.period_days) for row in haemoglobin] == [
        ("0000", 1, 15), ("0100", 1, 15), ("0200", 1, 15),
    ]  # fmt: skip


def test_ages_have_the_bounds_of_their_class_and_those_that_are_stated(pack: Pack) -> None:
    items, drugs = pack.limits("item_age"), pack.limits("drug_age")

    assert items["003112020030000"].bounds == (None, "", 29, "day", "memory")
    assert items["003105120040000"].bounds == (None, "", 18, "year", "disputed")
    assert drugs["XR03DCM082M002010104021"].stated == (1, "year", 15, "year", "derived")
    assert items["003105120040000"].stated is None
    assert "003402000320000" not in items  # of working age: no figure, hence no limit
    assert [row.text for row in pack.rows("item_age") if row.code == "003402000320000"] == ["法定就业年龄"]


def test_a_day_before_the_pack_is_refused(pack: Pack) -> None:
    assert pack.on(date(2025, 1, 1)).rows("item_sex")
    with pytest.raises(TablesError, match="does not hold on 2024-12-31"):
        pack.on(date(2024, 12, 31))
    with pytest.raises(UsageError, match="no knowledge list sexes"):
        pack.rows("sexes")


def test_a_loaded_pack_is_checked_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_pack("nhsa-2026", UPDATE)
    monkeypatch.setattr("drgdip.tables.knowledge.check.check_opened", lambda opened: pytest.fail("checked again"))
    second = load_pack("nhsa-2026", UPDATE)

    assert list(cache.rglob(f"{first.digest}*.npz"))
    assert (first.digest, first.rows("item_sex")) == (second.digest, second.rows("item_sex"))


# --- texts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "limit", "text", "given"),
    [
        ("age", "儿童", "限6-17岁少年。", {"age_class": "child", "from_age": "6", "from_unit": "year", "below_age": "18", "below_unit": "year", "mark": "derived"}),
        ("age", "儿童", "限：1.1岁至14岁哮喘；2.2岁至14岁鼻炎。", {"age_class": "child", "from_age": "1", "from_unit": "year", "below_age": "15", "below_unit": "year", "mark": "derived"}),
        ("age", "儿童", "限：1.1岁至14岁哮喘；2.鼻炎。", {"age_class": "child"}),
        ("age", "儿童", "限3岁及3岁以上患者。", {"age_class": "child", "from_age": "3", "from_unit": "year", "mark": "derived"}),
        ("age", "儿童", "限6月以上。", {"age_class": "child", "from_age": "6", "from_unit": "month", "mark": "derived"}),
        ("age", "儿童", "限11周岁以下患者。", {"age_class": "child", "below_age": "12", "below_unit": "year", "mark": "derived"}),
        ("age", "儿童", "适用于11周岁以下患者。", {"age_class": "child"}),
        ("age", "老人", "", None),
        ("course", "14天", "支付不超过14天。", {"days": "14", "mark": ""}),
        ("course", "15天", "单次住院最多支付14天。", {"days": "15", "scope": "stay", "mark": "disputed"}),
        ("course", "365天", "支付不超过12个月", {"days": "365", "mark": ""}),
        ("course", "", "一个疾病过程支付不超过90天。", {"days": "90", "scope": "course", "mark": "derived"}),
        ("course", "", "总时间不超过90天，评定间隔时间不短于14天。", {"days": "90", "interval_days": "14", "mark": "derived"}),
        ("course", "", "支付不超过一年，每周最多支付一次。", {"days": "365", "times": "1", "period_days": "7", "mark": "derived"}),
        ("course", "", "按需", None),
        ("level", "二级", "限二级及以上医疗机构。", {"level": "2", "exception": ""}),
        ("level", "", "需三级医院眼科或二级及以上眼科专科医院医师处方", {"level": "3", "exception": "specialist"}),
        ("level", "二级", "首次处方时需由二级及以上医疗机构开具", {"level": "2", "exception": "first_prescription"}),
        ("level", "", "不限", None),
        ("visit", "住院", "限急诊或住院患者。", {"visits": "inpatient|emergency", "mark": "disputed"}),
        ("visit", "住院", "住院患者方予支付。", {"visits": "inpatient", "mark": ""}),
        ("visit", "门诊", "", None),
        ("window", "6小时", "", {"window": "hours", "hours": "6"}),
        ("window", "单次就诊", "", {"window": "stay"}),
        ("window", "每周", "", None),
        ("family", "002503020030200", "", {"group": "002503020030000"}),
    ],
)  # fmt: skip
def test_texts_become_figures_or_are_kept(reader: str, limit: str, text: str, given: dict[str, str] | None) -> None:
    assert READERS[reader](limit, text) == given


# --- import of public lists --------------------------------------------------------------------------

POINTS = "kp_id,rule_class,gz_code,item_name,constraint,published_at,supersedes,batch_file\n"


@pytest.fixture
def lists(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of files."""

    def write(name: str = "lists", **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for file, text in files.items():
            (folder / f"{file}.csv").write_text(text, encoding="utf-8")
        return folder

    return write


def test_an_update_adds_and_ends_codes_of_what_it_supersedes(lists: Callable[..., Path], tmp_path: Path) -> None:
    folder = lists(
        kp_drug_gender="code,generic_name,limit_value,remark\nXA1,甲,男,\nXA2,甲,男,\nXB1,乙,女,\n",
        nhsa_kp_all=POINTS
        + "KP-a1,药品区分性别使用,GZ1,甲,,,,batch_01.json\nKP-b1,药品区分性别使用,GZ1,乙,,,,batch_01.json\n"
        + "KP-a2,药品区分性别使用,GZ1,甲,,2026-01-28,KP-a1,updates.json\n"
        + "KP-c1,药品区分性别使用,GZ1,丙,,2026-01-28,,updates.json\n",
        nhsa_kp_codes="kp_id,rule_class,code\nKP-a1,,XA1\nKP-a1,,XA2\nKP-b1,,XB1\nKP-a2,,XA2\nKP-a2,,XA3\nKP-c1,,XC1\n",
    )

    manifest, warnings = import_public(folder, "p", tmp_path / "p", about(), imported_at=TODAY)
    rows = {entry.row.code: entry.row for entry in open_pack(tmp_path / "p").entries("drug_sex")}

    assert {code: (row.sex, row.valid_from, row.valid_to, row.source) for code, row in rows.items()} == {
        "XA1": (1, None, BEFORE, "KP-a1"), "XA2": (1, None, None, "KP-a1"), "XB1": (2, None, None, "KP-b1"),
        "XA3": (1, UPDATE, None, "KP-a2"),
    }  # fmt: skip
    assert (manifest.lists["drug_sex"].unread, manifest.lists["drug_sex"].dated) == (
        1,
        2,
    )  # whose sex XC1 is, none says
    assert manifest.lists["drug_sex"].batches == {"1": None, "updates": UPDATE}
    assert [(one.key, one.value) for one in warnings if one.file == "drug_sex.csv"] == [("limit_unread", "XC1")]


def test_an_update_of_an_update_may_bring_a_code_back(lists: Callable[..., Path], tmp_path: Path) -> None:
    folder = lists(
        kp_drug_gender="code,generic_name,limit_value,remark\nXA1,甲,男,\nXA2,甲,男,\n",
        nhsa_kp_all=POINTS
        + "KP-a1,药品区分性别使用,GZ1,甲,,,,batch_01.json\n"
        + "KP-a2,药品区分性别使用,GZ1,甲,,2026-01-28,KP-a1,one.json\n"
        + "KP-a3,药品区分性别使用,GZ1,甲,,2026-03-01,KP-a2,two.json\n",
        nhsa_kp_codes="kp_id,rule_class,code\nKP-a1,,XA1\nKP-a1,,XA2\nKP-a2,,XA2\nKP-a3,,XA1\n",
    )
    import_public(folder, "p", tmp_path / "p", about(first="2025-01-01"), imported_at=TODAY)
    pack = load_pack(tmp_path / "p")

    days = (BEFORE, UPDATE, date(2026, 2, 28), date(2026, 3, 1))
    assert [pack.on(day).limits("drug_sex") for day in days] == [
        {"XA1": 1, "XA2": 1}, {"XA2": 1}, {"XA2": 1}, {"XA1": 1},
    ]  # fmt: skip


def test_lists_that_only_the_register_has(lists: Callable[..., Path], tmp_path: Path) -> None:
    folder = lists(
        nhsa_kp_all=POINTS
        + "KP-a1,中药饮片单方使用不予支付,GZ1,甲,,2026-05-11,,batch_11.json\n"
        + "KP-b1,中药饮片单复方均不予支付,GZ2,乙,,,,batch_11.json\n"
        + "KP-a2,中药饮片单方使用不予支付,GZ1,甲,,2026-06-01,KP-a1,more.json\n",
        nhsa_kp_codes="kp_id,rule_class,code\nKP-a1,,T1\nKP-a1,,T2\nKP-b1,,T3\nKP-a2,,T2\nKP-a2,,T4\n",
    )
    import_public(folder, "p", tmp_path / "p", about(first="2025-01-01"), imported_at=TODAY)
    pack = load_pack(tmp_path / "p")

    assert pack.on(date(2026, 5, 10)).limits("slice_unpaid") == {"T3": "never"}
    assert pack.on(date(2026, 5, 31)).limits("slice_unpaid") == {"T1": "alone", "T2": "alone", "T3": "never"}
    assert pack.on(date(2026, 6, 1)).limits("slice_unpaid") == {"T2": "alone", "T3": "never", "T4": "alone"}


def test_a_row_without_a_figure_is_told_and_not_applied(lists: Callable[..., Path], tmp_path: Path) -> None:
    folder = lists(
        kp_duplicate_charge="window,main_code,main_name,sub_code,sub_name,remark\n每周,1,甲,2,乙,\n单日,3,丙,4,丁,\n",
        kp_course_item="code,name,remark\n5,戊,按需\n6,己,支付不超过30天。\n",
    )
    manifest, warnings = import_public(folder, "p", tmp_path / "p", about(), imported_at=TODAY)
    pack = load_pack(tmp_path / "p")

    assert [(one.file, one.row) for one in warnings if one.key == "limit_unread"] == [
        ("kp_duplicate_charge.csv", 1), ("item_course.csv", 0),
    ]  # fmt: skip
    assert (manifest.lists["duplicate_charge"].unread, manifest.lists["item_course"].unread) == (1, 1)
    assert set(pack.limits("duplicate_charge")) == {("3", "4")}
    assert set(pack.limits("item_course")) == {"6"}
    assert [row.text for row in pack.rows("item_course")] == ["按需", ""]


def test_a_word_that_the_mapping_does_not_know_stops_the_import(lists: Callable[..., Path], tmp_path: Path) -> None:
    folder = lists(kp_item_gender="code,name,limit_value,remark\n001,甲,男女,\n002,乙,女,\n")

    with pytest.raises(TablesFileError) as caught:
        import_public(folder, "p", tmp_path / "p", about(), imported_at=TODAY)

    assert ("unknown_value", "kp_item_gender.csv", 1, "limit_value", "男女") in [
        tuple(one) for one in caught.value.problems
    ]
    assert not (tmp_path / "p").exists()


def test_other_names_of_columns_come_in_by_mapping(lists: Callable[..., Path], tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "lists:\n  item_sex:\n    file: xb.csv\n    fields: {code: [编码], name: [名称], sex: [性别]}\n"
        "    values: {sex: {M: '1', F: '2'}}\n",
        encoding="utf-8",
    )
    folder = lists(xb="编码,名称,性别\n001,甲,M\n002,乙,F\n")

    import_public(folder, "p", tmp_path / "p", about(), mapping=read_knowledge_mapping(mapping), imported_at=TODAY)

    assert load_pack(tmp_path / "p").limits("item_sex") == {"001": 1, "002": 2}
    assert load_pack(tmp_path / "p").rows("item_sex")[1].source == "xb.csv:2"


def test_a_column_that_is_absent_is_named(lists: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(TablesError, match=r"kp_item_gender\.csv has no column name"):
        import_public(lists(kp_item_gender="code,limit_value\n1,男\n"), "p", tmp_path / "p", about(), imported_at=TODAY)


def test_a_workbook_is_read_like_a_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["限定性别项目清单"], ["编码", "名称", "性别"], ["001", "甲", "男"], ["002", "乙", "女"]):
        book.active.append(row)
    (tmp_path / "lists").mkdir()
    book.save(tmp_path / "lists" / "xb.xlsx")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "lists:\n  item_sex:\n    file: xb.xlsx\n    fields: {code: [编码], name: [名称], sex: [性别]}\n"
        "    values: {sex: {男: '1', 女: '2'}}\n",
        encoding="utf-8",
    )
    chosen = read_knowledge_mapping(mapping)
    import_public(tmp_path / "lists", "p", tmp_path / "p", about(), mapping=chosen, imported_at=TODAY)

    assert load_pack(tmp_path / "p").limits("item_sex") == {"001": 1, "002": 2}


def test_a_folder_without_lists_is_refused(tmp_path: Path) -> None:
    mapping = read_knowledge_mapping().model_copy(update={"lists": {}})
    with pytest.raises(TablesError, match="has no list to import"):
        import_public(tmp_path, "p", tmp_path / "p", about(), mapping=mapping, imported_at=TODAY)


# --- packs that extend another -----------------------------------------------------------------------


@pytest.fixture
def base(lists: Callable[..., Path], tmp_path: Path) -> Path:
    folder = lists(
        "national",
        kp_item_gender="code,name,limit_value,remark\n001,甲,男,\n002,乙,女,\n003,丙,女,\n",
        kp_duplicate_charge="window,main_code,main_name,sub_code,sub_name,remark\n单日,001,甲,002,乙,\n",
    )
    import_public(folder, "national", tmp_path / "packs" / "national", about(first="2025-01-01"), imported_at=TODAY)
    return tmp_path / "packs" / "national"


@pytest.fixture
def extend(base: Path, tmp_path: Path) -> Callable[..., list[TableProblem]]:
    """Extend the base with the lists of a folder, for a city."""

    def run(folder: Path, **words: Any) -> list[TableProblem]:
        made = about(words.pop("region", "410400"), **words)
        return import_local(folder, str(base), "city", tmp_path / "packs" / "city", made, imported_at=TODAY)[1]

    return run


def test_a_city_adds_replaces_and_withdraws(
    lists: Callable[..., Path], extend: Callable[..., Any], tmp_path: Path
) -> None:
    extend(lists("own", item_sex=(
        "change,code,name,sex,region,valid_from,valid_to\n"
        "add,009,癸,1,,,\nreplace,001,甲,2,,2026-03-01,2026-03-31\nwithdraw,002,乙,2,,,\nwithdraw,003,丙,2,410402,,\n"
    )))  # fmt: skip
    city = load_pack(tmp_path / "packs" / "city", date(2026, 3, 1))

    assert city.limits("item_sex") == {"001": 2, "003": 2, "009": 1}
    assert city.on(date(2026, 2, 28)).limits("item_sex")["001"] == 1
    assert city.on(date(2026, 3, 31)).limits("item_sex")["001"] == 2
    assert city.on(date(2026, 4, 1)).limits("item_sex")["001"] == 1
    assert city.on(city.day, "410402").limits("item_sex") == {"001": 2, "009": 1}  # a district, narrower still
    assert city.on(city.day, "410500").limits("item_sex") == {"001": 1, "002": 2, "003": 2}  # another city
    assert {row.source for row in city.rows("item_sex")} >= {"item_sex.csv:1", "item_sex.csv:2"}
    assert city.change_days == tuple(map(date.fromisoformat, ("2025-01-01", "2026-01-01", "2026-03-01", "2026-04-01")))


def test_a_pack_that_ends_has_a_latest_state(
    lists: Callable[..., Path], extend: Callable[..., Any], tmp_path: Path
) -> None:
    extend(lists("own", item_sex="change,code,name,sex\nadd,009,癸,1\n"), last="2026-12-31")
    city = load_pack(tmp_path / "packs" / "city")

    assert city.limits("item_sex") == {"001": 1, "002": 2, "003": 2, "009": 1}
    assert not city.covers(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("name", "text", "key", "row"),
    [
        ("item_sex", "change,code,name,sex\nadd,001,甲,1\n", "overlay_present", 1),
        ("item_sex", "change,code,name,sex\nreplace,008,甲,1\n", "overlay_absent", 1),
        ("item_sex", "change,code,name,sex\nwithdraw,008,甲,1\n", "overlay_absent", 1),
        ("item_sex", "change,code,name,sex\nmend,001,甲,1\n", "unknown_change", 1),
        ("item_sex", "change,code,name,sex\nadd,008,甲,3\n", "unknown_value", 1),
        ("item_sex", "change,code,name,sex\nadd,00 8,甲,1\n", "bad_code", 1),
        ("item_sex", "change,code,name,sex\nadd,,甲,1\n", "missing_value", 1),
        ("item_sex", "change,code,name,sex\nadd,008,甲,1\nadd,008,甲,2\n", "contradicting_limit", 2),
        ("item_sex", "change,code,name,sex\nadd,008,甲,1\nadd,008,甲,1\n", "overlapping_validity", 2),
        ("item_sex", "change,code,name,sex,region\nadd,008,甲,1,41\n", "bad_region", 1),
        ("item_sex", "change,code,name,sex,valid_from\nadd,008,甲,1,2026-02-30\n", "bad_day", 1),
        ("item_sex", "change,code,name,sex,valid_from,valid_to\nadd,008,甲,1,2026-03-01,2026-02-28\n", "days_reversed", 1),
        ("drug_sex", "change,code,name,sex\nadd,001,甲,2\n", "contradicting_limit", 1),
        ("drug_age", "change,code,name,age_class\nadd,X1,甲,elder\n", "unknown_age_class", 1),
        ("drug_age", "change,code,name,age_class,from_age,from_unit,below_age,below_unit\nadd,X1,甲,child,6,year,6,year\n", "bad_range", 1),
        ("drug_age", "change,code,name,age_class,from_age\nadd,X1,甲,child,6\n", "bad_range", 1),
        ("duplicate_charge", "change,main_code,main_name,sub_code,sub_name,window\nadd,005,甲,005,甲,day\n", "self_pair", 1),
        ("duplicate_charge", "change,main_code,main_name,sub_code,sub_name,window\nadd,002,乙,001,甲,day\n", "mutual_pair", 1),
        ("duplicate_charge", "change,main_code,main_name,sub_code,sub_name,window\nadd,005,甲,006,乙,week\n", "unknown_window", 1),
        ("duplicate_charge", "change,main_code,main_name,sub_code,sub_name,window\nadd,005,甲,006,乙,hours\n", "unknown_window", 1),
        ("daily_frequency", "change,code,name,quantity,unit\nadd,005,甲,1.5,times\n", "bad_number", 1),
        ("daily_frequency", "change,code,name,quantity,unit\nadd,005,甲,10001,times\n", "too_large", 1),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_told_with_its_row(
    name: str, text: str, key: str, row: int, lists: Callable[..., Path], extend: Callable[..., Any]
) -> None:
    with pytest.raises(TablesFileError) as caught:
        extend(lists("own", **{name: text}))

    found = errors(caught.value.problems)
    assert {(problem.key, problem.file, problem.row) for problem in found} == {(key, file_of(name), row)}


def test_one_limit_after_the_other_is_fine(lists: Callable[..., Path], extend: Callable[..., Any]) -> None:
    text = "change,code,name,sex,valid_from,valid_to\nadd,008,甲,1,,2026-02-28\nadd,008,甲,2,2026-03-01,\n"

    assert errors(extend(lists("own", item_sex=text))) == []


def test_files_that_are_no_lists_and_changed_bases_are_told(
    lists: Callable[..., Path], extend: Callable[..., Any], base: Path, tmp_path: Path
) -> None:
    good = "change,code,name,sex\nadd,009,癸,1\n"
    with pytest.raises(TablesFileError, match="not the name of a knowledge list"):
        extend(lists("other", item_sex=good, sexes="a\n"))
    extend(lists("own", item_sex=good))
    city = tmp_path / "packs" / "city"
    (city / "item_sex.csv").write_text(good.replace("癸", "壬"), encoding="utf-8")
    with pytest.raises(TablesFileError, match="not the one the manifest was made for"):
        load_pack(city)
    shutil.rmtree(city)
    extend(lists("own", item_sex=good))
    manifest = base / "manifest.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("2025-01-01", "2025-02-01"), encoding="utf-8")
    with pytest.raises(TablesFileError, match="not the pack that this one was made for"):
        load_pack(city)


# --- properties --------------------------------------------------------------------------------------

_DAYS = st.none() | st.dates(date(2025, 12, 1), date(2026, 2, 28))
_REGIONS = ("", "410000", "410400", "410402", "420000")


@st.composite
def _entries(draw: st.DrawFn) -> list[Entry]:
    rows = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 2), st.sampled_from(_REGIONS), _DAYS, _DAYS,
                                   st.integers(0, 1), st.booleans()), max_size=8))  # fmt: skip
    entries: list[Entry] = []
    for number, (code, sex, region, first, last, layer, withdraw) in enumerate(rows, 1):
        change = "" if layer == 0 else "withdraw" if withdraw else "replace"
        entries.append(Entry(SexLimit(code, "n", sex, region, first, last, "s"), number, change, layer))
    ranks = {(entry.row.code, entry.row.region, entry.layer) for entry in entries}
    return [next(e for e in entries if (e.row.code, e.row.region, e.layer) == rank) for rank in sorted(ranks)]


def _plain(entries: list[Entry], day: date, region: str) -> dict[str, int]:
    """The later pack, then the narrower region, wins: one code at a time, division codes compared pair by pair."""
    found = {}
    for code in "abc":
        standing = [
            (
                e.layer,
                sum(e.row.region[i : i + 2] != "00" for i in (0, 2, 4)) if e.row.region else 0,
                e.change,
                e.row.sex,
            )
            for e in entries
            if e.row.code == code
            and all(w in ("00", "", a) for w, a in ((e.row.region[i : i + 2], region[i : i + 2]) for i in (0, 2, 4)))
            and (e.row.valid_from is None or e.row.valid_from <= day)
            and (e.row.valid_to is None or day <= e.row.valid_to)
        ]
        if standing and max(standing)[2] != "withdraw":
            found[code] = max(standing)[3]
    return found


@given(entries=_entries(), offset=st.integers(0, 59), region=st.sampled_from(["410402", "410500", "420100"]))
def test_rows_of_a_day_are_those_of_a_plain_search(entries: list[Entry], offset: int, region: str) -> None:
    day = date(2026, 1, 1) + timedelta(days=offset)
    layers = (Layer("base", "", None, None), Layer("city", "", None, None))
    manifest = open_pack("nhsa-2026").manifest if not _KEPT else _KEPT[0]
    _KEPT[:] = [manifest]
    pack = Pack(manifest, "", layers, lambda name: entries, frozenset({"item_sex"}), day, region)

    assert pack.limits("item_sex") == _plain(entries, day, region)


_KEPT: list[Any] = []


@given(entries=_entries())
def test_lists_come_back_as_they_were_written(entries: list[Entry]) -> None:
    own = [entry._replace(number=number, layer=1, change="add") for number, entry in enumerate(entries, 1)]
    problems: list[TableProblem] = []
    text = list_text("item_sex", own, True)

    assert parse_list("item_sex", text, True, problems, 1) == own
    assert read_checked("item_sex", text, True, 1) == own
    assert problems == []


def test_both_readers_read_the_shipped_lists_alike(shipped: Opened) -> None:
    for name in FORMS:
        problems: list[TableProblem] = []
        assert parse_list(name, shipped.texts[name], False, problems) == shipped.entries(name)
        assert problems == []
