"""The edits on a settlement list, each with the field it is reported under and the fields it looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.interface.defects import Defects, defects_of, join_defects, without_rows_of
from drgdip.interface.fields import fields
from drgdip.quality_control.columns import AMOUNTS
from drgdip.quality_control.kernels import any_negative, broken_rows, disordered_rows

if TYPE_CHECKING:
    from drgdip.base.columns import Columns

#: Rows, reason, and the fields looked at: the first one is where the defect is reported.
Edit = Iterator[tuple[np.ndarray, str, tuple[str, ...]]]

#: Fund columns of a settlement; their sum is the fund total.
_FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay")


class Identity(NamedTuple):
    """A header identity: ``total`` is the sum of ``parts`` (national names)."""

    key: str
    total: str
    parts: tuple[str, ...]


#: Source: case file rules (header identities).
IDENTITIES = (
    Identity("cost_identity_broken", "medfee_sumamt",
             ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")),
    Identity("fund_identity_broken", "fund_pay_sumamt", _FUNDS),
    Identity("payer_identity_broken", "medfee_sumamt",
             ("fund_pay_sumamt", "acct_pay", "psn_cash_pay", "hosp_part_amt", "oth_pay")),
)  # fmt: skip

_LISTS = (
    ("diag_code", "diagnosis_id", "diagnosis_offset", "unknown_diagnosis_code"),
    ("oprn_oprt_code", "procedure_id", "procedure_offset", "unknown_procedure_code"),
)


def all_defects(columns: Columns, identity_tolerance_fen: int, known: Defects) -> Defects:
    """Defects of every edit; an edit does not speak about rows whose cells it looks at have a known defect."""
    edits = (
        _unknown_codes(columns),
        _negative(columns),
        _disorder(columns),
        _identities(columns, identity_tolerance_fen),
    )
    return _told(edits, known)


def code_defects(columns: Columns, known: Defects) -> Defects:
    """Defects of the codes alone, for what only groups."""
    return _told((_unknown_codes(columns),), known)


def _told(edits: Iterable[Edit], known: Defects) -> Defects:
    found: list[Defects] = []
    for edit in edits:
        for rows, key, names in edit:
            if not len(rows):
                continue
            places = [fields()[name].position for name in names]
            found.append(defects_of(without_rows_of(rows, known, places), places[0], key))
    return join_defects(*found)


def _unknown_codes(columns: Columns) -> Edit:
    for field, ids, offsets, key in _LISTS:
        unknown = (columns[ids] < 0).nonzero()[0]
        if not len(unknown):
            continue
        yield np.unique(np.searchsorted(columns[offsets], unknown, side="right") - 1), key, (field,)


def _negative(columns: Columns) -> Edit:
    amounts = tuple(columns[column.name] for column in AMOUNTS)
    if any_negative(amounts):
        names = {field.column: name for name, field in fields().items()}
        for column, values in zip(AMOUNTS, amounts, strict=True):
            yield (values < 0).nonzero()[0], "negative_amount", (names[column.name],)


def _disorder(columns: Columns) -> Edit:
    arrival, payment = disordered_rows(
        columns["admission_time_s"], columns["discharge_time_s"], columns["settlement_time_s"]
    )
    yield arrival.nonzero()[0], "discharge_before_admission", ("dscg_time", "adm_time")
    yield payment.nonzero()[0], "settlement_before_discharge", ("setl_time", "dscg_time")


@cache
def _identity_columns() -> list[list[str]]:
    """Our columns of each identity, its total first."""
    return [[fields()[name].column for name in (identity.total, *identity.parts)] for identity in IDENTITIES]


def _identities(columns: Columns, tolerance_fen: int) -> Edit:
    for identity, names in zip(IDENTITIES, _identity_columns(), strict=True):
        total, *parts = (columns[name] for name in names)
        broken = broken_rows(total, tuple(parts), tolerance_fen)
        yield broken.nonzero()[0], identity.key, (identity.total, *identity.parts)
