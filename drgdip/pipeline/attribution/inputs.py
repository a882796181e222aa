"""What comes beside the cases for attribution: the register of lists, and interim bills that earlier runs have paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.intake.list_register import ListRegister, read_list_register
from drgdip.interface.list_register import RegisteredList
from drgdip.pipeline.attribution.holding import holds, read_holds
from drgdip.pipeline.run_folder import RunFolder
from drgdip.quality_control.columns import AMOUNTS, BILL, INTERIM

if TYPE_CHECKING:
    from drgdip.base.findings import Finding
    from drgdip.interface.hold import HoldLine
    from drgdip.policy import Policy
    from drgdip.policy.values import PolicyValues

#: Hospital and visit ID: the bills of one stay have both in common.
Visit = tuple[str, str]
_KEYS = ("setl_id", "mdtrt_id", "fixmedins_code", "pool", "payable_fen", BILL.name)


class InterimBill(NamedTuple):
    """An interim bill as its month has paid it. amounts_fen : those of the bill, in the order of ``AMOUNTS``."""

    setl_id: str
    month: str
    pool: str
    paid_fen: int
    amounts_fen: tuple[int, ...]


class ListInputs(NamedTuple):
    """The register of lists, interim bills of earlier runs by visit, and what these runs hold."""

    register: ListRegister
    interim: Mapping[Visit, Sequence[InterimBill]]
    holds: Sequence[HoldLine] = ()


def read_list_inputs(
    policy: Policy,
    values: PolicyValues,
    lists: str | Path | Sequence[RegisteredList] | None,
    prior: Sequence[str | Path],
    states: Mapping[str, int] | None = None,
) -> tuple[ListInputs | None, list[Finding]]:
    """A register, its file or its rows, and the earlier runs; None under a policy that neither attributes nor holds.

    ``states`` : of lists in the ledger, which go before those of the register.

    Raises UsageError as the readers do, PolicyError where a register is given and the policy has no attribution.
    """
    if values.attribution is None:
        if lists:
            raise PolicyError(
                Text(f"政策 {policy.name} 没有 attribution 一节,不能处理清单登记。",
                     f"The policy {policy.name} has no section attribution: it knows no register of lists."),
                Text("请在政策中规定归属(attribution 一节)。", "Give the policy a section attribution."),
            )  # fmt: skip
        if not holds(values):
            return None, []
        return ListInputs(ListRegister(), {}, read_holds(_in_order(prior))), []
    findings: list[Finding] = []
    if lists is None or isinstance(lists, str | Path):
        lists, findings = read_list_register(Path(lists) if lists else None)
    lists = _in_states(lists, states or {})
    interim: dict[Visit, list[InterimBill]] = {}
    if values.attribution.interim_bill == "deducted":
        for run in _in_order(prior):
            _add_bills(run, interim)
    return ListInputs(ListRegister(lists), interim, read_holds(_in_order(prior))), findings


def _in_states(lists: Sequence[RegisteredList], states: Mapping[str, int]) -> list[RegisteredList]:
    listed = [one._replace(state=states.get(one.setl_id, one.state)) for one in lists]
    named = {one.setl_id for one in lists}
    return [*listed, *(RegisteredList(id_, state=state) for id_, state in states.items() if id_ not in named)]


def _in_order(prior: Sequence[str | Path]) -> list[RunFolder]:
    return sorted((RunFolder(folder) for folder in prior), key=lambda run: run.record.month)


def _add_bills(run: RunFolder, found: dict[Visit, list[InterimBill]]) -> None:
    """Interim bills of a run; a later run that has the same bill (a year to date) counts in place of the earlier."""
    import pyarrow.compute as pc
    from pyarrow import parquet

    names = [column.name for column in AMOUNTS]
    with run.reading("cases.parquet") as path, parquet.ParquetFile(path) as file:
        if BILL.name not in file.schema_arrow.names:
            return
        for batch in file.iter_batches(100_000, columns=[*_KEYS, *names]):
            for row in batch.filter(pc.equal(batch.column(BILL.name), INTERIM)).to_pylist():
                bills = found.setdefault((row["fixmedins_code"], row["mdtrt_id"] or ""), [])
                bills[:] = [bill for bill in bills if bill.setl_id != row["setl_id"]]
                amounts = tuple(row[name] for name in names)
                bills.append(InterimBill(row["setl_id"], run.record.month, row["pool"], row["payable_fen"], amounts))
