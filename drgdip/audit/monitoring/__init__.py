"""The five monitoring scores of the DIP supervision directory: shown beside the month, never part of any payment.

Formulas are proposals until a region supplies its own; each score carries id, version, parameters and inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from drgdip.audit.monitoring.definitions import Definition

__all__ = ["ScoreRow", "Scores", "monitoring_scores"]

_FEW = 50
_TIERS = ("unrated", "primary", "secondary", "tertiary")


class ScoreRow(NamedTuple):
    """One score of one hospital. Numbers are decimal text, empty where they cannot be told."""

    hospital_code: str
    hospital_tier: str
    score_id: str
    version: str
    standing: str
    use: str
    cases: int
    value: str
    observed: str
    expected: str
    low: str
    high: str
    few_cases: bool
    inputs: dict[str, Any]


class Scores(NamedTuple):
    """Scores of the hospitals of one or more months, and the definitions they were made by."""

    months: tuple[str, ...]
    definitions: list[dict[str, Any]]
    rows: list[ScoreRow]


def monitoring_scores(
    runs: Sequence[str | Path],
    *,
    definitions: str | Path | None = None,
    errors: str | Path | None = None,
    low_standard: str | Path | None = None,
) -> Scores:
    """The five monitoring scores of every hospital.

    Parameters
    ----------
    runs : sequence of str or Path
        Folders that ``settle`` has written, one a month; returns to hospital are seen across them.
    definitions : str or Path, optional
        YAML file of scores that take the place of shipped ones with the same id, or are added.
    errors : str or Path, optional
        CSV with ``fixmedins_code``, ``kind``, ``count``: errors that a review of records found.
    low_standard : str or Path, optional
        CSV with ``setl_id``: admissions below the standard that screening marked.

    Returns
    -------
    Scores
        One row a hospital and score, by hospital code and in the order of the definitions.

    Raises
    ------
    UsageError
        A folder is no run, or a file lacks a column or holds what it cannot.
    """
    from drgdip.audit.monitoring.definitions import read_definitions
    from drgdip.audit.monitoring.given import read_beside
    from drgdip.audit.monitoring.measures import MEASURES, Measure, decimal
    from drgdip.audit.monitoring.stays import read_stays
    from drgdip.base.errors import UsageError
    from drgdip.base.text import Text

    wanted = read_definitions(Path(definitions) if definitions else None, frozenset(MEASURES))
    beside = read_beside(errors, low_standard)
    stays = read_stays([Path(run) for run in runs])
    by_score: dict[str, list[Measure]] = {}
    for score in wanted:
        try:
            by_score[score.id] = MEASURES[score.formula](stays, score.params, beside)
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise UsageError(
                Text(
                    f"评分 {score.id} 的参数有误:{error}。", f"The parameters of score {score.id} are wrong: {error}."
                ),
                Text("请参照随附定义更正。", "Correct them after the shipped definitions."),
            ) from error

    def text(number: Fraction | None) -> str:
        return "" if number is None else decimal(number, 4)

    def row(place: int, score: Definition) -> ScoreRow:
        found = by_score[score.id][place]
        low, high = found.interval or (None, None)
        return ScoreRow(
            hospital_code=stays.hospitals[place],
            hospital_tier=_TIERS[stays.tiers[place]],
            score_id=score.id,
            version=score.version,
            standing=score.standing,
            use=score.use,
            cases=found.cases,
            value=text(found.value),
            observed="" if found.observed is None else str(found.observed),
            expected=text(found.expected),
            low=text(low),
            high=text(high),
            few_cases=found.cases < _FEW,
            inputs=dict(found.inputs),
        )

    rows = [row(place, score) for place in range(len(stays.hospitals)) for score in wanted]
    return Scores(stays.months, [score.model_dump(mode="json") for score in wanted], rows)
