"""DIP grouping through all layers, by small editions made to be read (settlement arithmetic 1.3, 1.4).

Both sides of every limit: the last value that a row takes, and the first that it does not.
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from drgdip.audit.dip_candidates import find_candidates
from drgdip.policy import load_policy
from drgdip.policy.values import GROUP_CLASSES, Grouping
from drgdip.tables.dip_catalogue import Group, group_problems
from tests.properties.layered import DIAGNOSES, PROCEDURES, Case, Patient, Stay, by_engine, columns_of, compiled
from tests.reference.catalogue import Catalogue

TYPES = {"47.0100": "surgery", "47.0101": "surgery", "47.0900": "surgery", "47.0901": "surgery", "54.5100": "surgery",
         "54.2100": "diagnostic", "39.7900": "intervention", "38.9300": "therapeutic"}  # fmt: skip
NATIONAL = Grouping(True, ("full_match", "max_ops", "max_rw", "id"), (), False, "surgery", 7_000)
CORE, COMPREHENSIVE = GROUP_CLASSES[:4], GROUP_CLASSES[4:]


def row(code: str, kind: str, category: str, operations: str = "", **more: str) -> dict[str, str]:
    base = {"dip_code": code, "kind": kind, "treatment_type": "", "diagnosis_category": category, "points": "1000",
            "operations": operations, "mean_cost_yuan": "9000", "cases": "20", "primary_care": "0"}  # fmt: skip
    return {**base, **more}


def core(code: str, category: str = "K35.3", operations: str = "", **more: str) -> dict[str, str]:
    return row(code, "core", category, operations, **more)


def whole(code: str, kind: str, category: str = "K35") -> dict[str, str]:
    return row(code, "comprehensive", category, treatment_type=kind)


def stay(diagnoses: str, operations: str = "", **numbers: int) -> Stay:
    return Stay(Patient(tuple(diagnoses.split()), **numbers), tuple(operations.split()), 900_000)


def grouped(rows: list[dict[str, str]], *stays: Stay, rules: Grouping = NATIONAL, **lists: Any) -> list[Any]:
    return by_engine(Case(edition(rows, **lists), rules, list(stays)))


def edition(rows: list[dict[str, str]], **lists: Any) -> Catalogue:
    return Catalogue(rows, 1000, "8000", TYPES, frozenset(DIAGNOSES), frozenset(PROCEDURES), **lists)


def codes(rows: list[dict[str, str]], *stays: Stay, rules: Grouping = NATIONAL, **lists: Any) -> list[str | None]:
    return [code for code, _, _ in grouped(rows, *stays, rules=rules, **lists)]


# --- order of the layers -------------------------------------------------------------------------

LAYERS = [
    whole("Z", "surgery"),
    core("JC", operations="47.0100"),
    row("FZ", "assisted", "K35.3", "47.0100"),
    row("BX", "merge", "K35", "47.0100/47.0900"),
    row("XQ", "pre", "*", "47.0100"),
]


def test_each_layer_comes_before_the_next_wherever_it_stands_in_the_file() -> None:
    case = stay("K35.300", "47.0100")
    for least, (code, why) in enumerate(
        [("XQ", "pre_group"), ("BX", "merge_group"), ("FZ", "assisted_group"), ("JC", "core_operation"),
         ("Z", "comprehensive_surgery")]
    ):  # fmt: skip
        rows = LAYERS[: len(LAYERS) - least]
        assert grouped(rows, case)[0][:2] == (code, why)
        assert grouped(rows[::-1], case)[0][:2] == (code, why)


def test_the_runner_up_of_a_row_is_the_next_that_holds() -> None:
    assert grouped(LAYERS, stay("K35.300", "47.0100"))[0] == ("XQ", "pre_group", "BX")
    assert grouped(LAYERS[:3], stay("K35.300", "47.0100"))[0] == ("FZ", "assisted_group", None)


def test_within_a_layer_the_row_that_stands_first_decides() -> None:
    first, second = row("M1", "merge", "K35.3", "47.0100"), row("M2", "merge", "*", "47.0100+54.5100")
    case = stay("K35.300", "47.0100 54.5100")

    assert codes([first, second], case) == ["M1"]
    assert codes([second, first], case) == ["M2"]


def test_a_policy_can_leave_layers_out() -> None:
    case = stay("K35.300", "47.0100")

    assert codes(LAYERS, case, rules=NATIONAL._replace(layers=("merge", "core"))) == ["BX"]
    assert codes(LAYERS, case, rules=NATIONAL._replace(layers=("core", "comprehensive"))) == ["JC"]
    assert codes(LAYERS, case, rules=NATIONAL._replace(layers=("comprehensive",))) == ["Z"]


# --- exclusion lists -----------------------------------------------------------------------------


def test_a_diagnosis_that_is_not_allowed_as_principal_is_ungrouped_and_says_so() -> None:
    rows = [core("C"), core("D", "K35.8")]
    stays = stay("K35.300"), stay("K35.800 K35.300")

    assert grouped(rows, *stays, principal_excluded={"K35.300"}) == [
        (None, "principal_excluded", None),
        ("D", "core_conservative", None),
    ]


def test_operations_that_are_not_used_are_passed_over_as_if_absent() -> None:
    """The next operation is the main one; a stay with no other operation has none."""
    rows = [core("A"), core("B", operations="47.0100"), whole("T", "therapeutic")]
    stays = stay("K35.300", "38.9300 47.0100"), stay("K35.300", "38.9300"), stay("K35.300", "47.0100 38.9300")

    assert codes(rows, *stays) == ["T", "T", "B"]
    assert codes(rows, *stays, operations_unused={"38.9300"}) == ["B", "A", "B"]


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "limits", "inside", "outside"),
    [
        ("age_days", "0-28", (0, 28), (29, None)),
        ("age_days", "29-", (29, 364), (28, None)),
        ("age_years", "-17", (0, 17), (18, None)),
        ("age_years", "66-80", (66, 80), (65, 81, None)),
        ("birth_weight_g", "-999", (1, 750, 999), (0, 1000, None)),
        ("birth_weight_g", "0-999", (1, 999), (0, 1000)),
        ("birth_weight_g", "1000-1499", (1000, 1499), (999, 1500, None)),
        ("birth_weight_g", "2500-", (2500, 9999), (2499, None)),
    ],
)
@pytest.mark.parametrize("kind", ["pre", "merge", "assisted", "core"])
def test_both_ends_of_a_range_belong_to_it(
    column: str, limits: str, inside: tuple[Any, ...], outside: tuple[Any, ...], kind: str
) -> None:
    rows = [row("X", kind, "K35.3", **{column: limits})]

    def found(values: tuple[Any, ...]) -> set[str | None]:
        return set(codes(rows, *(stay("K35.300", **{column: value}) for value in values)))

    assert found(inside) == {"X"}
    assert found(outside) == {None}


def test_low_birth_weight_by_bands_of_the_national_edition() -> None:
    """XQ 16 to 19 of DIP 3.0: any diagnosis of P07, below 29 days."""
    bands = {"16": "0-999", "17": "1000-1499", "18": "1500-1999", "19": "2000-2499"}
    rows = [row(code, "pre", "P07", diagnosis_place="any", age_days="0-28", birth_weight_g=band)
            for code, band in bands.items()]  # fmt: skip
    weights = (1, 999, 1000, 1499, 1500, 1999, 2000, 2499, 2500)
    stays = [stay("J18.900 P07.100", age_days=28, birth_weight_g=weight) for weight in weights]

    assert codes(rows, *stays) == ["16", "16", "17", "17", "18", "18", "19", "19", None]
    assert codes(rows, stay("J18.900 P07.100", age_days=29, birth_weight_g=999)) == [None]
    assert codes(rows, stay("P07.100", age_days=0, birth_weight_g=999)) == ["16"]
    # Not recorded, written as 0: nobody is paid the dearest group for it.
    assert codes(rows, stay("P07.100", age_days=0, birth_weight_g=0)) == [None]
    assert codes(rows, stay("J18.900", age_days=0, birth_weight_g=999)) == [None]


def test_a_category_is_looked_for_in_the_principal_diagnosis_unless_any_will_do() -> None:
    stays = stay("K35.300 J18.900"), stay("J18.900 K35.300"), stay("J18.900")

    assert codes([row("X", "merge", "K35")], *stays) == ["X", None, None]
    assert codes([row("X", "merge", "K35", diagnosis_place="any")], *stays) == ["X", "X", None]


@pytest.mark.parametrize(
    ("category", "taken"),
    [
        ("K35", ["K35.300", "K35.301x002", "K35.800"]),
        ("K35.3", ["K35.300", "K35.301x002"]),
        ("K35.300", ["K35.300"]),
        ("A46.X", ["a46.x00"]),
        ("K35.8/J18", ["K35.800", "J18.900"]),
        ("*", list(DIAGNOSES)),
    ],
)
def test_categories_are_three_or_four_characters_or_one_code(category: str, taken: list[str]) -> None:
    found = codes([row("X", "merge", category)], *map(stay, DIAGNOSES))

    assert [code for code, group in zip(DIAGNOSES, found, strict=True) if group] == taken


def test_other_diagnoses_are_looked_for_beside_the_principal_one() -> None:
    rows = [row("X", "assisted", "K35.3", other_diagnoses="K35/J18.9+I10")]
    stays = {
        "K35.300 I10.x00": None,
        "K35.300 I10.x00 J18.900": "X",
        "K35.300 K35.800 I10.x00": "X",
        "K35.300 J18.900": None,
        "J18.900 K35.300 I10.x00": None,
    }

    assert codes(rows, *map(stay, stays)) == list(stays.values())


def test_the_first_term_must_be_the_main_operation_where_the_row_says_so() -> None:
    stays = stay("K35.300", "47.0100 54.5100"), stay("K35.300", "54.5100 47.0100"), stay("K35.300", "47.0100")
    for kind, unsaid in (("pre", ["X", None, None]), ("core", ["X", None, None])):
        assert codes([row("X", kind, "K35.3", "47.0100+54.5100")], *stays) == unsaid
        assert codes([row("X", kind, "K35.3", "47.0100+54.5100", operation_place="main")], *stays) == ["X", None, None]
        assert codes([row("X", kind, "K35.3", "47.0100+54.5100", operation_place="any")], *stays) == ["X", "X", None]


def test_a_policy_that_waives_the_main_operation_does_so_for_core_rows_that_leave_it_open() -> None:
    rules, case = NATIONAL._replace(main_op_first=False), stay("K35.300", "54.5100 47.0100")

    assert codes([row("X", "core", "K35.3", "47.0100")], case, rules=rules) == ["X"]
    assert codes([row("X", "core", "K35.3", "47.0100", operation_place="main")], case, rules=rules) == [None]
    assert codes([row("X", "merge", "K35.3", "47.0100")], case, rules=rules) == [None]


def test_without_operations_a_row_of_the_first_layers_asks_for_none_and_does_not_forbid_any() -> None:
    stays = stay("K35.300"), stay("K35.300", "47.0100")

    assert codes([row("X", "merge", "K35.3")], *stays) == ["X", "X"]
    assert codes([core("X")], *stays) == ["X", None]


def test_a_core_row_may_be_for_several_categories_or_one_code() -> None:
    rows = [core("A", "K35.3/K35.8", "47.0100"), core("B", "K35.301x002", "47.0100", points="2000")]
    stays = stay("K35.300", "47.0100"), stay("K35.800", "47.0100"), stay("K35.301x002", "47.0100")

    assert grouped(rows, *stays) == [
        ("A", "core_operation", None),
        ("A", "core_operation", None),
        ("B", "core_operation", "A"),
    ]


# --- steps and other choices of a policy ---------------------------------------------------------

STEPPED = [core("C-D", operations="54.2100"), core("C-0"), whole("Z-S", "surgery"), whole("Z-C", "conservative")]


def test_steps_are_looked_through_in_their_order() -> None:
    """Yichang: core and comprehensive groups by turns within each type."""
    turns = tuple((GROUP_CLASSES[place],) for place in (0, 4, 1, 5, 2, 6, 3, 7))
    rules = NATIONAL._replace(main_op_first=False)
    case = stay("K35.300", "47.0100 54.2100")

    assert grouped(STEPPED, case, rules=rules) == [("C-D", "core_operation", None)]
    assert grouped(STEPPED, case, rules=rules._replace(steps=turns)) == [("Z-S", "comprehensive_surgery", None)]


def test_groups_of_one_step_tie_whatever_their_layer() -> None:
    both = NATIONAL._replace(steps=((*CORE, *COMPREHENSIVE),), tie_break=("max_rw", "id"))
    rows = [core("C", operations="47.0100", points="999"), whole("Z", "surgery")]
    case = stay("K35.300", "47.0100")

    assert grouped(rows, case, rules=both) == [("Z", "comprehensive_surgery", "C")]
    assert grouped([{**rows[0], "points": "1000.0001"}, rows[1]], case, rules=both) == [("C", "core_operation", "Z")]


def test_a_class_that_no_step_names_is_not_used() -> None:
    rules = NATIONAL._replace(steps=(CORE[3:], COMPREHENSIVE))

    assert codes(STEPPED, stay("K35.300", "54.2100"), stay("K35.300"), rules=rules) == [None, "C-0"]


def test_conservative_groups_take_unmatched_operations_only_where_the_policy_says_so() -> None:
    """Jining: operations first, core and comprehensive, then conservative groups."""
    steps = (CORE[:3], COMPREHENSIVE[:3], CORE[3:], COMPREHENSIVE[3:])
    left = NATIONAL._replace(steps=steps, conservative_takes="unmatched")
    surgery, therapy, none = stay("K35.300", "47.0100"), stay("K35.300", "38.9300"), stay("K35.300")

    assert codes(STEPPED, surgery, therapy, none, rules=left) == ["Z-S", "C-0", "C-0"]
    assert codes(STEPPED[2:], therapy, none, rules=left) == ["Z-C", "Z-C"]
    assert codes(STEPPED, surgery, therapy, none, rules=left._replace(conservative_takes="no_operation")) == [
        "Z-S", None, "C-0"
    ]  # fmt: skip


def test_in_one_step_unmatched_operations_never_beat_a_group_of_operations() -> None:
    left = NATIONAL._replace(conservative_takes="unmatched", tie_break=("max_rw", "id"))
    rows = [core("C-D", operations="54.2100"), core("C-0", points="5000")]

    assert grouped(rows, stay("K35.300", "54.2100"), rules=left) == [("C-D", "core_operation", None)]
    assert grouped(rows, stay("K35.300", "47.0100"), rules=left) == [("C-0", "core_conservative", None)]


def test_any_operation_leads_to_a_comprehensive_group_only_where_the_policy_says_so() -> None:
    rows = [whole("Z-S", "surgery"), whole("Z-T", "therapeutic"), whole("Z-C", "conservative")]
    case, anywhere = stay("K35.300", "38.9300 47.0100"), NATIONAL._replace(comprehensive_by="any_operation")

    assert codes(rows, case) == ["Z-T"]
    assert codes(rows, case, rules=anywhere) == ["Z-S"]
    assert codes(rows[1:], case, rules=anywhere) == ["Z-T"]
    assert codes(rows[2:], case, stay("K35.300"), rules=anywhere) == [None, "Z-C"]


def test_the_group_of_a_chapter_takes_what_the_category_has_no_group_for() -> None:
    """Jingzhou."""
    rows = [whole("K-S", "surgery", "K"), whole("K35-T", "therapeutic"), whole("K-T", "therapeutic", "K")]
    stays = stay("K35.300", "47.0100"), stay("K35.300", "38.9300"), stay("K36.x00", "38.9300"), stay("I10.x00")

    assert grouped(rows, *stays) == [
        ("K-S", "comprehensive_surgery", None),
        ("K35-T", "comprehensive_therapeutic", None),
        ("K-T", "comprehensive_therapeutic", None),
        (None, "ungrouped", None),
    ]


# --- presets -------------------------------------------------------------------------------------

CITY = [
    core("C-1", operations="47.0100", points="1000", mean_cost_yuan="9200"),
    core("C-2", operations="47.0100+54.5100", points="1300", mean_cost_yuan="12100"),
    core("C-3", operations="47.0100+54.5100+54.2100", points="1250", mean_cost_yuan="11800"),
    core("C-9", operations="47.09", points="900", mean_cost_yuan="8000"),
    core("C-0"),
    whole("Z-S", "surgery"),
    whole("Z-T", "therapeutic"),
    whole("Z-C", "conservative"),
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hubei_base", ["C-3", "C-3", "Z-S", "Z-S", "Z-T", "Z-T"]),
        ("jining", ["C-3", "C-3", "Z-S", "Z-T", "Z-T", "Z-T"]),
        ("jingzhou", ["C-3", "C-2", "Z-S", "Z-S", "Z-T", "Z-T"]),
        ("jingmen", ["C-2", "C-2", "C-9", "Z-S", "Z-T", "Z-T"]),
        ("yichang", ["C-3", "C-3", "Z-S", "Z-S", "Z-T", "Z-S"]),
    ],
)
def test_places_read_the_same_stays_differently(name: str, expected: list[str]) -> None:
    """Exact set or most operations against highest weight; sub-category codes; intervention; any operation."""
    rules = load_policy(name).grouping_on(datetime.date(2026, 1, 1))
    stays = [
        stay("K35.300", "47.0100 54.5100 54.2100"),
        stay("K35.300", "47.0100 54.5100 54.2100 38.9300"),
        stay("K35.300", "47.0901"),
        stay("K35.300", "39.7900"),
        stay("K35.300", "38.9300"),
        stay("K35.300", "38.9300 47.0901"),
    ]

    assert codes(CITY, *stays, rules=rules) == expected


# --- words ---------------------------------------------------------------------------------------


def explained(rows: list[dict[str, str]], one: Stay, rules: Grouping = NATIONAL) -> dict[str, tuple[str, str]]:
    found = find_candidates(columns_of([one]), compiled(edition(rows)), rules).found
    return {item.dip_code: (item.verdict, item.why.en) for item in found}


def test_every_candidate_says_why_it_is_not_the_one() -> None:
    rows = [
        row("XQ", "pre", "P07", diagnosis_place="any", age_days="0-28", birth_weight_g="-999"),
        row("BX", "merge", "K35", "47.0900"),
        *CITY[:4],
        whole("Z-S", "surgery"),
        whole("Z-T", "therapeutic"),
    ]
    one = stay("K35.300 P07.100", "47.0100 54.5100", age_days=29, birth_weight_g=999)

    assert explained(rows, one) == {
        "XQ": ("unmet", "asks for age in days 0–28 (is 29)"),
        "BX": ("unmet", "asks for main operation 47.0900"),
        "C-2": ("taken", "decided by full_match"),
        "C-1": ("runner_up", "all operations are in the combination: 0, C-2 has 1 (decided by full_match)"),
        "C-3": ("unmet", "asks for an operation 54.2100"),
        "C-9": ("unmet", "asks for main operation 47.09"),
        "Z-S": ("not_reached", "an earlier step has taken the stay"),
        "Z-T": ("unmet", "by the treatment type it is surgery"),
    }


def test_what_a_first_row_takes_is_shown_against_the_rest() -> None:
    found = explained(LAYERS, stay("K35.300", "47.0100"))

    assert found["XQ"] == ("taken", "the first row of these layers that holds")
    assert found["BX"] == ("runner_up", "XQ stands before it")
    assert found["FZ"] == ("lost", "XQ stands before it")
    assert found["JC"] == found["Z"] == ("not_reached", "an earlier step has taken the stay")
    unused = explained(LAYERS, stay("K35.300", "47.0100"), NATIONAL._replace(layers=("merge", "core")))
    assert unused["XQ"] == ("unmet", "the policy does not use this layer")
    assert unused["Z"] == ("unmet", "no step of the policy looks at this class")


@pytest.mark.parametrize(
    ("kind", "field", "value", "refused"),
    [
        ("comprehensive", "age_days", "0-28", True),
        ("comprehensive", "other_diagnoses", "K35", True),
        ("comprehensive", "operation_place", "any", True),
        ("core", "diagnosis_place", "any", True),
        ("core", "diagnosis_place", "principal", False),
        ("core", "age_days", "0-28", False),
        ("pre", "diagnosis_place", "any", False),
    ],
)
def test_conditions_that_a_kind_does_not_look_at_are_refused(kind: str, field: str, value: str, refused: bool) -> None:
    category, type_ = ("K35", "surgery") if kind == "comprehensive" else ("K35.3", "")
    given = Group(**{"name": "X", **row("X", kind, category), "treatment_type": type_, field: value})
    found = [(problem.key, problem.field) for problem in group_problems(given, "groups.csv", 1)]

    assert found == ([("condition_unused", field)] if refused else [])
