"""Who may be reviewed: the eligible stays of a settled month, ranked, with the places there are (6.1, 6.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.interface.special import Application, SpecialLine
from drgdip.pipeline.context import month_bounds
from drgdip.pipeline.run_folder import RunFolder
from drgdip.pipeline.special.history import History, read_history
from drgdip.pipeline.special.places import places, scope_of
from drgdip.special_cases.quota import Claim, Places, ranked
from drgdip.valuation.hospital_coefficient import TIERS

if TYPE_CHECKING:
    from drgdip.policy.sections.special_values import Special
    from drgdip.policy.values import PolicyValues

#: As the case table of either scheme names a stay's group.
_GROUPS = ("dip_code", "drg_code")
_COLUMNS = ("setl_id", "fixmedins_code", "pool", "group", "ordinary_band", "total_cost_fen", "reference_cost_fen",
            "cost_ratio_e4", "standard_points_e4", "ordinary_points_e4", "length_of_stay_days", "icu_hours", "age_years",
            "patient_fen", "other_funds_fen", "recorded_fen", "payable_fen")  # fmt: skip
#: What the deviation test has compared beside these.
_COEFFICIENTS = ("hospital_coefficient_e4", "auxiliary_coefficient_e4")
_NET, _TIER, _ONE_E8 = "net_cost_fen", "hospital_tier", 10**8


class Candidate(NamedTuple):
    """An eligible stay. rank : in its quota, from 1. standing : of what was decided, else within or beyond the places."""

    rank: int
    standing: str
    scope: str
    setl_id: str
    hospital_code: str
    pool: str
    group: str
    band: str
    cost_fen: int
    reference_fen: int
    cost_ratio_e4: int
    standard_points_e4: int
    points_e4: int
    stay_days: int
    icu_hours: int
    age_years: int
    patient_fen: int
    other_funds_fen: int
    recorded_fen: int
    payable_fen: int
    application: str = ""
    reason: str = ""


class Candidates(NamedTuple):
    """Ranked stays of a run, the places of each quota to date, and what earlier decisions hold of them."""

    month: str
    stays: Sequence[Candidate]
    places: Mapping[str, Places]


def candidates(run: str | Path, prior: Sequence[str | Path] = ()) -> Candidates:
    """Eligible stays of a settled month, by rank. Raises UsageError for a run without special-case review."""
    from drgdip.policy import load_policy

    folder = RunFolder(run)
    month = folder.record.month
    policy = load_policy(folder.record.policy_file)
    values = policy.on(month_bounds(month)[1])
    if values.special is None or policy.sha256 != folder.record.policy.sha256:
        raise UsageError(
            Text(
                f"{run} 的政策没有特例单议,或结算后已被修改。",
                f"The policy of {run} has no special cases, or has changed.",
            ),
            Text(
                "请使用政策含 special 一节的结果,或恢复该政策文件。",
                "Use a run whose policy has a section special, unchanged.",
            ),
        )
    cumulative = values.month.point_value == "cumulative"
    history = read_history([*prior, run], month, cumulative, closing=True)
    found = places(values.special, history.tally, history.of_decisions("in_force"))
    return Candidates(month, _ranked(folder, values, values.special, history, found), found)


def _ranked(
    folder: RunFolder, values: PolicyValues, terms: Special, history: History, found: Mapping[str, Places]
) -> list[Candidate]:
    from pyarrow import parquet

    with folder.reading("cases.parquet") as path:
        known = parquet.read_schema(path).names
        group = next(name for name in _GROUPS if name in known)
        names = (*_COLUMNS, *_COEFFICIENTS, _TIER, *([_NET] if _NET in known else []))
        columns = [group if name == "group" else name for name in names]
        table = parquet.read_table(path, columns=columns, filters=[("special_eligible", "==", True)])
        table = table.rename_columns([*names])
    rows = {row["setl_id"]: row for row in table.to_pylist()}
    with_k = values.deviation.basis == "ref_cost_k"
    claims = [
        Claim(
            name,
            scope_of(terms, row["pool"], TIERS[row[_TIER]]),
            row["fixmedins_code"],
            row.get(_NET, row["total_cost_fen"]),
            row["reference_cost_fen"],
            row[_COEFFICIENTS[0]] * row[_COEFFICIENTS[1]] if with_k else _ONE_E8,
        )
        for name, row in rows.items()
    ]
    decided = {line.setl_id: line for line in history.lines.values() if line.decision_id and line.standing != "refused"}
    applied = {line.setl_id: line for line in history.lines.values() if line.application_id}
    free = {scope: known.total - known.used_in_all for scope, known in found.items()}
    ranks: dict[str, int] = {}
    stays = []
    for claim in ranked(claims, terms.ranking):
        ranks[claim.scope] = ranks.get(claim.scope, 0) + 1
        line = decided.get(claim.setl_id)
        standing = line.standing if line else "within" if free.get(claim.scope, 0) > 0 else "beyond"
        free[claim.scope] = free.get(claim.scope, 0) - (line is None)
        stays.append(_candidate(rows[claim.setl_id], claim, ranks[claim.scope], standing, applied.get(claim.setl_id)))
    return stays


def _candidate(
    row: Mapping[str, object], claim: Claim, rank: int, standing: str, line: SpecialLine | None
) -> Candidate:
    values = dict(zip(Candidate._fields[5:20], (row[name] for name in _COLUMNS[2:]), strict=True))
    values |= {"group": row["group"] or "", "band": str(row["ordinary_band"]).removeprefix("band_")}
    given = {"application": line.application_id, "reason": line.application_reason} if line else {}
    place = (rank, standing, claim.scope, claim.setl_id, claim.hospital)
    return Candidate(*place, **{**values, **given})  # type: ignore[arg-type]


def of_applications(found: Candidates, applications: Sequence[Application]) -> list[Candidate]:
    """The candidates that somebody applied for, with the hospital's reason; all of them where no file is given."""
    given = {one.setl_id: one for one in applications}
    return [
        stay._replace(application=given[stay.setl_id].id, reason=given[stay.setl_id].reason)
        for stay in found.stays
        if stay.setl_id in given
    ]


def anonymous(stays: Sequence[Candidate]) -> list[Candidate]:
    """The same with numbers in place of the hospitals' codes, so that nobody knows whose stay it is; IDs of stays remain."""
    codes = dict.fromkeys(stay.hospital_code for stay in stays)
    names = {code: f"机构{number}" for number, code in enumerate(codes, 1)}
    return [stay._replace(hospital_code=names[stay.hospital_code]) for stay in stays]
