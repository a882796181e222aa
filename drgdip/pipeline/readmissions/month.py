"""The readmissions of one month: stays of the same patient are found over all chunks, and against earlier months' runs.

What reaches back into an earlier month is told and changes no payment: that month is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import number
from drgdip.pipeline.batch import take
from drgdip.pipeline.chunk import basis_column
from drgdip.pipeline.context import segment_of
from drgdip.pipeline.readmissions.changes import Changes, JoinedStays
from drgdip.pipeline.running import run_stages
from drgdip.quality_control.columns import BILL, INTERIM
from drgdip.sanctions import Episode, Visit, episodes
from drgdip.sanctions.columns import PRICING_JOINS, READMISSION_JOINS
from drgdip.sanctions.episode import LATER, LEAD, MEMBER

if TYPE_CHECKING:
    import pyarrow as pa

    from drgdip.pipeline.context import Context
    from drgdip.pipeline.process import Process
    from drgdip.pipeline.run_folder import RunFolder
    from drgdip.policy.sections.readmission_values import Readmission

#: Bands of stays that a route takes out of group payment: they are not merged. By which cost a group is paid does not
#: matter: the costs are added up before that is tested.
_ROUTED_OUT = (number("band_by_item"), number("band_not_tested"))
_HIGH = number("band_high")
#: Columns of a stay that sums of an episode are named otherwise than.
_OWN = {
    "episode_cost_fen": "total_cost_fen",
    "episode_hospital_fen": "hospital_part_fen",
    "episode_patient_fen": "patient_fen",
    "episode_other_fen": "other_funds_fen",
}
_DAY_S = 86_400
#: What a stay is compared by, in the order in which it is read.
_SEEN = ("principal_id", "hospital_id", "pool_index", "group_id", "relative_weight_e4", "admission_time_s",
         "discharge_time_s")  # fmt: skip
_CATEGORY = 3
_EPOCH = datetime(1970, 1, 1)

Columns = Mapping[str, np.ndarray]


class _Money(NamedTuple):
    """Of one stay, in fen, in the order of what is added up. priced : whether it is paid by group, and may be merged."""

    sums: tuple[int, ...]
    priced: bool


class Readmissions:
    """Feed it priced chunks with :meth:`see`, then :meth:`find`; ask for all :meth:`changes`, then pay what :meth:`apply` returns."""

    def __init__(
        self,
        terms: Readmission,
        contexts: Sequence[Context],
        process: Process,
        runs: Sequence[tuple[str, RunFolder]],
        month: str,
        tell: Callable[[Sequence[Finding]], None],
    ) -> None:
        self.terms, self._contexts, self._process, self._tell = terms, contexts, process, tell
        self._runs, self._month = runs, month
        self._codes = [code or "" for code in contexts[-1].tables.diagnoses.codes]
        self._parts: list[tuple[pa.Array, pa.Array, Columns]] = []
        self._joined: dict[str, dict[str, int]] = {}
        self._found: JoinedStays | None = None
        self._pools = list(contexts[-1].values.pools)
        self._nobody = 0
        pricing = next(stage for stage in process.case if stage.key == "pricing")
        added = (
            *PRICING_JOINS[1:],
            *READMISSION_JOINS,
            *(c for c in pricing.joins if c.name.startswith("episode_fee_")),
        )
        #: What is added up over an episode, and the column of the stay that it is the sum of.
        self._added = {column.name: _OWN.get(column.name, column.name.removeprefix("episode_")) for column in added}
        self._given = (*PRICING_JOINS[:1], *added)
        #: As the case table of the scheme names a stay's group.
        self._group_name = "drg_code" if contexts[-1].tables.manifest.scheme == "chs-drg" else "dip_code"

    @property
    def waits(self) -> bool:
        """Whether all stays of the month have to be known before any is paid."""
        return self.terms.action != "flag"

    @property
    def joined(self) -> bool:
        """Whether any stay is paid otherwise because of a readmission."""
        return bool(self._joined)

    def see(self, text: Mapping[str, pa.Array], columns: Columns) -> None:
        """Keep of a priced chunk what readmissions are found by."""
        names = (
            *_SEEN[1:],
            *(self._added.values() if self.waits else ()),
            *((BILL.name,) if BILL.name in columns else ()),
        )
        kept = {name: columns[name] for name in names}
        kept["band"] = columns["ordinary_band" if "ordinary_band" in columns else "deviation_band"]
        kept["principal_id"] = columns["diagnosis_id"][columns["diagnosis_offset"][:-1]]
        self._parts.append((text["setl_id"], text["psn_no"], kept))

    def find(self, decided: Mapping[str, object], hospitals: Sequence[str]) -> None:
        """Find and tell the month's readmissions. ``decided`` stays are paid as special-case review says, and not merged."""
        visits, money = self._visits(hospitals)
        of_runs = self._of_runs(visits)
        earlier = {visit.id for visit in of_runs}
        found = episodes([*of_runs, *visits.values()], self.terms.window_days)
        told: list[Finding] = []
        for episode in found:
            for before, after in zip(episode.visits, episode.visits[1:], strict=False):
                if after.id not in earlier:
                    told.append(Finding("", 0, after.id, "adm_time", before.id, "readmission"))
            if self.waits and not any(visit.id in earlier for visit in episode.visits):
                self._join(episode, money, decided)
        if self._joined:
            self._found = JoinedStays(self._joined, self._given)
        if self._nobody:
            told.append(Finding("", 0, "", "psn_no", str(self._nobody), "readmission_no_person"))
        self._tell(told)

    def _visits(self, hospitals: Sequence[str]) -> tuple[dict[str, Visit], dict[str, _Money]]:
        """Stays of the month by settlement ID, without planned series and those that no other one can follow or precede."""
        visits: dict[str, Visit] = {}
        money: dict[str, _Money] = {}
        for (setl_ids, persons, columns), rows in zip(self._parts, self._rows(), strict=True):
            known = {name: values[rows].tolist() for name, values in columns.items()}
            stays = zip(setl_ids.take(rows).to_pylist(), persons.take(rows).to_pylist(),
                        *(known[name] for name in _SEEN), known.get(BILL.name, repeat(None, len(rows))), strict=True)  # fmt: skip
            added = [known[name] for name in self._added.values()] if self.waits else ()
            sums = zip(*added, strict=True) if added else repeat((), len(rows))
            for stay, money_of, band in zip(stays, sums, known["band"], strict=True):
                visit = self._visit(stay, hospitals)
                if visit is not None:
                    visits[visit.id] = visit
                    money[visit.id] = _Money(money_of, band not in _ROUTED_OUT)
        self._parts.clear()
        return visits, money

    def _rows(self) -> list[np.ndarray]:
        """Rows of each part to look at: of patients who have another stay that agrees in all that an episode asks for.

        Where earlier months are given, all stays of known patients: their other stay may be there.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if not self._parts:
            return []
        people = pc.fill_null(
            pa.chunked_array([part[1].cast(pa.string()) for part in self._parts]), ""
        ).combine_chunks()
        wanted = pc.not_equal(people, "").to_numpy(zero_copy_only=False)
        self._nobody = int((~wanted).sum())
        if not self._runs and len(people):
            key = people.dictionary_encode().indices.to_numpy().astype(np.int64)
            wanted &= np.bincount(key)[key] > 1
            again = np.nonzero(wanted)[0]
            key = key[again]
            for column in self._agreeing() if len(again) else ():
                key = np.unique(key * (int(column.max()) + 1) + column[again], return_inverse=True)[1]
            wanted[again] = np.bincount(key)[key] > 1
        ends = np.cumsum([len(part[1]) for part in self._parts])
        return [np.nonzero(part)[0] for part in np.split(wanted, ends[:-1])]

    def _agreeing(self) -> list[np.ndarray]:
        """What the stays of an episode have in common beside the patient, as numbers from 0 on, of all stays."""
        names = ["group_id" if self.terms.same == "group" else "principal_id", "pool_index"]
        names += ["hospital_id"] if self.terms.same_hospital else []
        found = [np.concatenate([part[2][name] for part in self._parts]).astype(np.int64) for name in names]
        if self.terms.same == "group":
            return [found[0] + 1, *found[1:]]
        category = np.unique([code[:_CATEGORY] for code in self._codes], return_inverse=True)[1].astype(np.int64)
        return [category[found[0]], *found[1:]]

    def _visit(self, stay: Sequence[Any], hospitals: Sequence[str]) -> Visit | None:
        """A stay, by its IDs, what ``_SEEN`` names, and its bill; None for one that no other can follow or precede."""
        id_, person, principal, hospital, pool, group, weight_e4, admitted_s, discharged_s, bill = stay
        name = self._contexts[-1].tables.group_codes[group] if group >= 0 else ""
        scope = self._scope(self._codes[principal], name, hospitals[hospital])
        if scope is None or bill == INTERIM:
            return None
        days = (admitted_s // _DAY_S, discharged_s // _DAY_S)
        return Visit(id_, person, (*scope, self._pools[pool]), *days, weight_e4)

    def _scope(self, code: str, group: str, hospital: str) -> tuple[str, ...] | None:
        """What must be the same within an episode; None for planned stays, and for what has no group to compare."""
        if code.startswith(self.terms.planned):
            return None
        what = group if self.terms.same == "group" else code[:_CATEGORY]
        if not what:
            return None
        return (what, hospital) if self.terms.same_hospital else (what,)

    def _of_runs(self, visits: Mapping[str, Visit]) -> list[Visit]:
        """Stays of the same patients in earlier months that end within the window before the first of the month's."""
        import pyarrow as pa
        import pyarrow.compute as pc
        from pyarrow import parquet

        people = pa.array(sorted({visit.patient for visit in visits.values()}), pa.string())
        names = ["setl_id", "psn_no", "fixmedins_code", "pool", "diag_code", self._group_name, "admission_time_s",
                 "discharge_time_s", "relative_weight_e4"]  # fmt: skip
        found: dict[str, Visit] = {}
        for _, run in self._runs if len(people) else ():
            with run.reading("cases.parquet") as path, parquet.ParquetFile(path) as file:
                told = [name for name in (BILL.name,) if name in file.schema_arrow.names]
                for batch in file.iter_batches(100_000, columns=[*names, *told]):
                    rows: list[dict[str, Any]] = batch.filter(
                        pc.is_in(batch.column("psn_no").cast(pa.string()), value_set=people)
                    ).to_pylist()
                    for row in rows:
                        visit = self._stored(row)
                        if visit is not None and visit.id not in visits:
                            found[visit.id] = visit
        return list(found.values())

    def _stored(self, row: Mapping[str, Any]) -> Visit | None:
        code = (row["diag_code"] or "").split("|")[0]
        scope = self._scope(code, row[self._group_name] or "", row["fixmedins_code"])
        if scope is None or row.get(BILL.name) == INTERIM:
            return None
        first, last = (
            int((row[name] - _EPOCH).total_seconds()) // _DAY_S for name in ("admission_time_s", "discharge_time_s")
        )
        return Visit(row["setl_id"], row["psn_no"], (*scope, row["pool"]), first, last, row["relative_weight_e4"])

    def _join(self, episode: Episode, money: Mapping[str, _Money], decided: Mapping[str, object]) -> None:
        """What an episode changes: its stays that are paid by group, unless one of them was decided on."""
        visits = [visit for visit in episode.visits if money[visit.id].priced]
        if len(visits) < 2 or any(visit.id in decided for visit in visits):
            return
        if self.terms.action == "share":
            for visit in visits[1:]:
                self._joined[visit.id] = {"episode_role": LATER}
            return
        lead = Episode(tuple(visits)).lead
        for visit in visits:
            self._joined[visit.id] = {"episode_role": MEMBER}
        sums = map(sum, zip(*(money[visit.id].sums for visit in visits), strict=True))
        self._joined[lead.id] = {"episode_role": LEAD, **dict(zip(self._added, sums, strict=True))}

    def changes(self, text: Mapping[str, pa.Array], columns: Columns) -> Changes | None:
        """The stays of a chunk that change, which are kept for :meth:`apply`; None where none does."""
        if self._found is None:
            return None
        rows, places = self._found.in_chunk(text["setl_id"])
        if not len(rows):
            return None
        ids, given = self._found.at(places)
        before = take(columns, rows)
        if "beyond_quota" in before:
            given["beyond_quota"] = self._beyond(before, given["episode_role"])
        stages = self._process.case
        place = next(i for i, stage in enumerate(stages) if stage.key == "pricing")
        basis = before[basis_column(self._contexts[0])]
        after = run_stages({**before, **given}, stages[place:], self._contexts, basis)
        written = {column.name for stage in stages[place:] for column in (*stage.joins, *stage.writes)}
        found = Changes(rows, ids, before, after, written.union(given))
        self._found.keep(places, found)
        return found

    def _beyond(self, before: Columns, role: np.ndarray) -> np.ndarray:
        """Stays beyond the quota of high cost: an episode has a place only if the stay that is paid for it has one.

        Places are given to stays as they were billed; the costs of an episode added up take none from others.
        """
        segment = segment_of(before[basis_column(self._contexts[0])], self._contexts)
        rules = [context.values.deviation.high for context in self._contexts]
        capped = np.array([rule is not None and rule.share_cap is not None for rule in rules])[segment]
        band = before["ordinary_band" if "ordinary_band" in before else "deviation_band"]
        without = capped & (role == LEAD) & (band != _HIGH)
        return np.where(without, 1, before["beyond_quota"]).astype(before["beyond_quota"].dtype)

    def apply(self, text: Mapping[str, pa.Array], columns: Columns) -> Columns:
        """A priced chunk with its episodes, as :meth:`changes` has found them; the chunk itself where there are none."""
        return columns if self._found is None else self._found.put(text["setl_id"], columns)
