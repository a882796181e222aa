"""The readmissions of one month: stays of the same patient are found over all chunks, and against earlier months' runs.

What reaches back into an earlier month is told and changes no payment: that month is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from drgdip.base.findings import Finding
from drgdip.base.reasons import number
from drgdip.pipeline.batch import take
from drgdip.pipeline.chunk import basis_column
from drgdip.pipeline.context import segment_of
from drgdip.pipeline.readmissions.changes import Changes, JoinedStays
from drgdip.pipeline.readmissions.visits import Visits, ordered
from drgdip.pipeline.running import run_stages
from drgdip.quality_control.columns import BILL
from drgdip.sanctions import leads, numbered
from drgdip.sanctions.columns import PRICING_JOINS, READMISSION_JOINS, ROLE
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
#: What a stay is compared by.
_SEEN = ("hospital_id", "pool_index", "group_id", "relative_weight_e4", "admission_time_s", "discharge_time_s")
_CATEGORY = 3

Columns = Mapping[str, np.ndarray]


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
        self._found: JoinedStays | None = None
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
        tables = contexts[-1].tables
        group_name = "drg_code" if tables.manifest.scheme == "chs-drg" else "dip_code"
        self._visits = Visits(terms, self._codes, tables.group_codes, list(contexts[-1].values.pools), group_name)

    @property
    def waits(self) -> bool:
        """Whether all stays of the month have to be known before any is paid."""
        return self.terms.action != "flag"

    @property
    def joined(self) -> bool:
        """Whether any stay is paid otherwise because of a readmission."""
        return self._found is not None

    def see(self, text: Mapping[str, pa.Array], columns: Columns) -> None:
        """Keep of a priced chunk what readmissions are found by."""
        names = (
            *_SEEN,
            *(self._added.values() if self.waits else ()),
            *((BILL.name,) if BILL.name in columns else ()),
        )
        kept = {name: columns[name] for name in names}
        kept["band"] = columns["ordinary_band" if "ordinary_band" in columns else "deviation_band"]
        kept["principal_id"] = columns["diagnosis_id"][columns["diagnosis_offset"][:-1]]
        self._parts.append((text["setl_id"], text["psn_no"], kept))

    def find(self, decided: Collection[str], hospitals: Sequence[str]) -> None:
        """Find and tell the month's readmissions. ``decided`` stays are paid as special-case review says, and not merged."""
        import pyarrow as pa

        told: list[Finding] = []
        if self._parts:
            month, columns = self._of_month(hospitals)
            earlier = self._visits.of_runs(self._runs, month)
            visits = pa.concat_tables([earlier, month])
            order, same = ordered(visits)
            first, last = (visits[name].to_numpy()[order] for name in ("admission_day", "discharge_day"))
            episode, rows = numbered(same, first, last, self.terms.window_days), order - len(earlier)
            again = np.nonzero((np.diff(episode) == 0) & (rows[1:] >= 0))[0]
            ids = (visits["id"].take(order[places]).to_pylist() for places in (again, again + 1))
            told = [
                Finding("", 0, after, "adm_time", before, "readmission") for before, after in zip(*ids, strict=True)
            ]
            if self.waits:
                self._join(episode, rows, month["id"].combine_chunks(), columns, decided)
        if self._nobody:
            told.append(Finding("", 0, "", "psn_no", str(self._nobody), "readmission_no_person"))
        self._tell(told)

    def _of_month(self, hospitals: Sequence[str]) -> tuple[pa.Table, Columns]:
        """Visits of the month, without those that no other one can follow or precede, and the columns of their stays."""
        import pyarrow as pa

        ids, people, columns = zip(*self._parts, strict=True)
        rows = self._rows()
        of_rows = [
            pa.concat_arrays([text.take(own).cast(pa.string()) for text, own in zip(texts, rows, strict=True)])
            for texts in (ids, people)
        ]
        known = {
            name: np.concatenate([part[name][own] for part, own in zip(columns, rows, strict=True)])
            for name in columns[0]
        }
        self._parts.clear()
        visits, kept = self._visits.of_month(of_rows[0], of_rows[1], known, hospitals)
        return visits, {name: values[kept] for name, values in known.items()}

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

    def _join(
        self, episode: np.ndarray, rows: np.ndarray, ids: pa.Array, columns: Columns, decided: Collection[str]
    ) -> None:
        """What episodes change: their stays that are paid by group, unless one of them was decided on or is of an earlier month.

        episode : numbers that ascend. rows : places in ``ids`` and ``columns``; below zero for stays of earlier months.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        own = ~np.isin(episode, episode[rows < 0])
        own[own] = ~np.isin(columns["band"], _ROUTED_OUT)[rows[own]]
        episode, rows = episode[own], rows[own]
        known = pc.is_in(ids.take(rows), value_set=pa.array([*decided], pa.string()))
        apart = np.bincount(episode) < 2
        apart[episode[known.to_numpy(zero_copy_only=False)]] = True
        joined = ~apart[episode]
        if joined.any():
            self._found = self._joined(episode[joined], rows[joined], ids, columns)

    def _joined(self, episode: np.ndarray, rows: np.ndarray, ids: pa.Array, columns: Columns) -> JoinedStays:
        """What the stays of episodes are given: shares of later ones, or the sums of all to the one that leads."""
        first = np.nonzero(np.diff(episode, prepend=-1))[0]
        if self.terms.action == "share":
            later = np.delete(rows, first)
            nothing = {column.name: np.zeros(len(later), dtype=column.dtype) for column in self._given}
            return JoinedStays(ids.take(later), {**nothing, ROLE.name: np.full(len(later), LATER, dtype=ROLE.dtype)})
        lead = leads(episode, columns["relative_weight_e4"][rows])
        given = {column.name: np.zeros(len(rows), dtype=column.dtype) for column in self._given}
        given[ROLE.name][:] = MEMBER
        given[ROLE.name][lead] = LEAD
        for name, summed in self._added.items():
            given[name][lead] = np.add.reduceat(columns[summed][rows], first)
        return JoinedStays(ids.take(rows), given)

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
