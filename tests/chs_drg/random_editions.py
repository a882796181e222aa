"""Random small editions and stays, for properties that hold whatever the rules look like."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from drgdip.grouping.drg import READS
from drgdip.tables.chs_drg import syntax
from drgdip.tables.chs_drg.drg_tables import DrgTables
from drgdip.tables.chs_drg.syntax import NUMBER_VARIABLES, Rule, written
from tests.chs_drg.sample import edition
from tests.reference.drg.group import group_stay
from tests.reference.drg.severity import severities
from tests.reference.drg.stay import Place, Stay

#: Few codes, so that sets overlap; the last two stand in the code lists and in no set.
DIAGNOSES, OPERATIONS = tuple("ABCDEFGH"), tuple("12345678")
DEPARTMENTS = ("儿科", "骨科", "ICU")
_SETS = {"ZD": ("DI_1", "DI_2", "DI_3", "DI_EMPTY"), "SS": ("OP_1", "OP_2", "OP_3", "OP_EMPTY")}
_LIMITS = {"NL": (0, 1, 70), "XSRTL": (0, 28, 29), "XSRTZ": (0, 1499, 1500), "XB": (1, 2), "ZYTS": (0, 5), "LYFS": (1, 5),
           "ICUXS": (0, 24)}  # fmt: skip
_OPERATORS: tuple[syntax.Operator, ...] = ("=", "!=", "<", "<=", ">", ">=")
_MANY = 70

_COLUMN_OF = dict(
    zip(NUMBER_VARIABLES, ("age_years", "age_days", "birth_weight_g", "sex", "length_of_stay_days", "discharge_way",
                           "icu_hours"), strict=True)
)  # fmt: skip


def _some(values: Sequence[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(tuple)


def _members(kind: str) -> st.SearchStrategy[Rule]:
    variables = _some((f"ZY{kind}", f"QT{kind}"), 2)
    return st.one_of(
        st.builds(syntax.Member, variables, _some(_SETS[kind]), st.booleans()),
        st.builds(
            syntax.Count, variables, st.sampled_from(_SETS[kind]), st.sampled_from(_OPERATORS), st.integers(0, 3)
        ),
    )


_COMPARES: st.SearchStrategy[Rule] = st.sampled_from(NUMBER_VARIABLES).flatmap(
    lambda variable: st.builds(
        syntax.Compare,
        st.just(variable),
        st.sampled_from(_OPERATORS),
        st.sampled_from([*map(Decimal, _LIMITS[variable]), Decimal("1.5")]),
    )
)
_TEXTS: st.SearchStrategy[Rule] = st.builds(
    syntax.Compare, st.just("KB"), st.sampled_from(("=", "!=")), st.sampled_from(DEPARTMENTS[:2])
)
_SEVERE: st.SearchStrategy[Rule] = st.builds(
    syntax.Member, st.just(("QTZD",)), _some(("MCC", "CC", "DI_1", "DI_EMPTY"), 2), st.just(False)
)
_LEAVES = st.one_of(
    _members("ZD"), _members("SS"), _COMPARES, _SEVERE, _TEXTS, st.builds(syntax.Constant, st.booleans())
)


def _joined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    some = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(syntax.All, some), st.builds(syntax.Any, some))


RULES: st.SearchStrategy[Rule] = st.recursive(_LEAVES, _joined, max_leaves=7)
#: Rules that most stays meet, so that the rows behind them are asked.
_WIDE = st.one_of(st.just(syntax.ALWAYS), RULES)


class Drawn(NamedTuple):
    """Sheets of an edition; ``crowded`` by more rows, sets and exclusion tables than a machine word has bits."""

    sheets: dict[str, list[list[str]]]
    crowded: bool

    def tables(self) -> DrgTables:
        """The edition, compiled."""
        return edition(_crowded(self.sheets) if self.crowded else self.sheets, DIAGNOSES, OPERATIONS)


@st.composite
def editions(draw: Any) -> Drawn:
    """An edition of up to three categories, each with a few adjacent groups, QY rows and last resorts among them."""
    mdc, adrg, drg = [], [], []
    for m in range(draw(st.integers(1, 3))):
        mdc.append([f"MDC{m}", "", written(draw(_WIDE)), str(draw(st.integers(1, 3)))])
        for a in range(draw(st.integers(1, 4))):
            code = draw(st.sampled_from((f"A{m}{a}", f"{m}QY", "SAME")))
            adrg.append([code, "", written(draw(RULES)), f"MDC{m}", str(draw(st.integers(1, 4)))])
            for g in range(draw(st.integers(0, 3))):
                drg.append([f"{code}{g}", "", written(draw(RULES)), code, f"MDC{m}", str(draw(st.integers(1, 3)))])
    sheets = {"mdc": mdc, "adrg": adrg, "drg": drg, **_sets(draw), **_complications(draw)}
    return Drawn(sheets, draw(st.booleans()))


def _sets(draw: Any) -> dict[str, list[list[str]]]:
    rows = []
    for kind, codes in (("ZD", DIAGNOSES[:-2]), ("SS", OPERATIONS[:-2])):
        for name in _SETS[kind][:-1]:
            rows += [[name, code, ""] for code in draw(_some(codes, 4))]
    return {"sets": rows}


def _complications(draw: Any) -> dict[str, list[list[str]]]:
    tables = ("EX_1", "EX_2", "EX_NONE", "")
    cc = [
        [code, "", draw(st.sampled_from(tables)), draw(st.sampled_from(("MCC", "CC")))]
        for code in draw(_some(DIAGNOSES[:-1], 6))
    ]
    return {"cc": cc, "exclusions": [[name, code, ""] for name in tables[:2] for code in draw(_some(DIAGNOSES, 4))]}


def _crowded(sheets: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Rows, sets and exclusion tables put before the others, so that these do not fit into the first word."""
    rows = [[f"X{n}", "", f"(ZYZD in DI_X{n} or ZYSS in OP_X{n}) and NL > 900", "MDC0", "0"] for n in range(_MANY)]
    sets = [
        [f"{kind}_X{n}", codes[n % len(codes)], ""]
        for kind, codes in (("DI", DIAGNOSES), ("OP", OPERATIONS))
        for n in range(_MANY)
    ]
    tables = [[f"Z{n}", "", f"EX_X{n}", "CC"] for n in range(_MANY)]
    return {**sheets, "adrg": rows + sheets["adrg"], "sets": sheets["sets"] + sets, "cc": tables + sheets["cc"]}


def _codes(known: Sequence[str], least: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from((*known, "unknown")), min_size=least, max_size=6).map(tuple)


_NUMBERS = st.fixed_dictionaries(
    {},
    optional={
        variable: st.sampled_from(sorted({max(limit + step, 0) for limit in limits for step in (-1, 0, 1, 2)}))
        for variable, limits in _LIMITS.items()
    },
)
STAYS = st.builds(
    Stay, _codes(DIAGNOSES, 0), _codes(OPERATIONS, 0), _NUMBERS, st.sampled_from((None, *DEPARTMENTS))
)  # fmt: skip


def columns_of(tables: DrgTables, stays: Sequence[Stay]) -> dict[str, np.ndarray]:
    """Stays as the columns that grouping reads."""
    columns: dict[str, list[int]] = {column.name: [] for column in READS}
    columns["diagnosis_offset"], columns["procedure_offset"] = [0], [0]
    for stay in stays:
        for kind, codes, system in (
            ("diagnosis", stay.diagnoses, tables.diagnoses),
            ("procedure", stay.operations, tables.procedures),
        ):
            columns[f"{kind}_id"] += [system.ids.get(code, -1) for code in codes]
            columns[f"{kind}_offset"].append(len(columns[f"{kind}_id"]))
        for variable, name in _COLUMN_OF.items():
            columns[name].append(stay.numbers.get(variable, -1))
        columns["department_id"].append(_department(tables, stay))
    return {column.name: np.array(columns[column.name], dtype=column.dtype) for column in READS}


def _department(tables: DrgTables, stay: Stay) -> int:
    if stay.department is None:
        return -1
    return tables.texts.index(stay.department) if stay.department in tables.texts else -2


def expected(content: Any, stays: Sequence[Stay]) -> dict[str, list[int]]:
    """What the reference finds, in the shape of what grouping writes."""
    result: dict[str, list[int]] = {
        name: [] for name in ("adrg_row", "drg_row", "diagnosis_severity", "diagnosis_role", "procedure_role")
    }
    for stay in stays:
        outcome, severe = group_stay(stay, content), severities(stay, content)
        result["adrg_row"].append(-1 if outcome.adrg is None else content.adrgs.index(outcome.adrg))
        result["drg_row"].append(-1 if outcome.drg is None else content.drgs.index(outcome.drg))
        for position in range(len(stay.diagnoses)):
            place = Place("diagnosis", position)
            one = severe.get(place)
            level = 0 if one is None else {"MCC": 2, "CC": 1}[one.level] * (-1 if one.excluded_by else 1)
            result["diagnosis_severity"].append(level)
            result["diagnosis_role"].append(int(place in outcome.shown))
        result["procedure_role"] += [
            int(Place("operation", position) in outcome.shown) for position in range(len(stay.operations))
        ]
    return result
