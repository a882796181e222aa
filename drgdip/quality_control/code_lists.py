"""Codes that are valid and yet should not stand where they stand: grey codes, principal diagnoses that are none.

Which codes these are is a matter of lists (:data:`CHECKS`), each with its standing in its manifest. A finding is a notice:
the stay is grouped all the same, unless its family of checks is made blocking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from drgdip.base.findings import Finding
from drgdip.interface.defects import Defects, defects_of, join_defects
from drgdip.interface.fields import fields
from drgdip.tables.code_system import CODES_FILE, read_code_system
from drgdip.tables.locate import list_folder

if TYPE_CHECKING:
    from drgdip.tables import CodeSystem


class CodeCheck(NamedTuple):
    """``family`` : what it is switched by. ``lists`` : names of code lists. ``first_only`` : principal or main code alone.

    key, barred_key : reasons of a stay that it speaks of, and of one set aside because the check is blocking.
    schemes : those whose cases it is for.
    """

    family: str
    key: str
    barred_key: str
    field: str
    lists: tuple[str, ...]
    first_only: bool
    schemes: tuple[str, ...] = ("chs-drg", "dip")


#: Sources: insurance edition 2.0, codes shown in grey; CHS-DRG 2.0, codes not used for grouping; checks of the
#: settlement list (unverified).
CHECKS = (
    CodeCheck("grey", "grey_diagnosis_code", "grey_diagnosis_code_barred", "diag_code",
              ("diagnosis-grey-yb-2.0",), False),
    CodeCheck("grey", "grey_operation_code", "grey_operation_code_barred", "oprn_oprt_code",
              ("procedure-grey-yb-2.0",), False),
    CodeCheck("principal", "principal_not_allowed", "principal_not_allowed_barred", "diag_code",
              ("diagnosis-unused-chs-2.0", "diagnosis-not-principal"), True, ("chs-drg",)),
    CodeCheck("principal", "principal_not_allowed", "principal_not_allowed_barred", "diag_code",
              ("diagnosis-not-principal",), True, ("dip",)),
    CodeCheck("operation", "main_operation_not_grouped", "main_operation_not_grouped_barred", "oprn_oprt_code",
              ("procedure-unused-chs-2.0",), True, ("chs-drg",)),
)  # fmt: skip
#: Where the codes of a field stand.
_LISTS = {
    "diag_code": ("diagnosis_id", "diagnosis_offset"),
    "oprn_oprt_code": ("procedure_id", "procedure_offset"),
}
FAMILIES = tuple(dict.fromkeys(check.family for check in CHECKS))
_SHOWN = 5


def checks_of(scheme: str) -> tuple[CodeCheck, ...]:
    """The checks for cases of a scheme."""
    return tuple(check for check in CHECKS if scheme in check.schemes)


class CodeLists:
    """The lists of all checks of a scheme, by the ids of two code systems."""

    def __init__(self, diagnoses: CodeSystem, procedures: CodeSystem, scheme: str = "chs-drg") -> None:
        systems = {"diag_code": diagnoses, "oprn_oprt_code": procedures}
        self.checks = checks_of(scheme)
        self._codes = {check.key: _codes_of(check) for check in self.checks}
        self._marked = {check.key: _marks(systems[check.field], self._codes[check.key]) for check in self.checks}
        self._systems = systems
        self._by_reason = {key: check for check in self.checks for key in (check.key, check.barred_key)}

    def defects(self, columns: Mapping[str, np.ndarray], families: Collection[str], *, barred: bool = False) -> Defects:
        """Rows that the checks of some families speak of, one defect a check and row; ``barred`` sets them aside."""
        found = []
        for check in self.checks:
            if check.family in families:
                rows = np.nonzero(self._rows(check, columns))[0]
                key = check.barred_key if barred else check.key
                found.append(defects_of(rows, fields()[check.field].position, key))
        return join_defects(*found)

    def with_codes(self, finding: Finding) -> Finding:
        """A finding of these checks with the codes it is about as its value, in place of the whole cell."""
        check = self._by_reason.get(finding.key)
        if check is None:
            return finding
        cell = [code.strip() for code in finding.value.split("|")]
        codes = [code for code in cell if code.lower() in self._codes[check.key]]
        return finding._replace(value="|".join(codes[:1] if check.first_only else dict.fromkeys(codes)))

    def _rows(self, check: CodeCheck, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Rows that a check speaks of, as bool."""
        from drgdip.quality_control.kernels import find_marked

        ids, offset = (columns[name] for name in _LISTS[check.field])
        rows = np.zeros(len(offset) - 1, dtype=np.bool_)
        find_marked(ids, offset, self._marked[check.key], check.first_only, rows)
        return rows

    def marked(self, check: CodeCheck) -> np.ndarray:
        """Bool by id; the last place (also -1) is that of unknown codes."""
        return self._marked[check.key]

    def code(self, check: CodeCheck, place: int) -> str:
        """The code at a place of what ``find`` counts."""
        return self._systems[check.field].codes[place]


class CodeTally:
    """Counts stays and codes that checks speak of; may be added to by several threads."""

    def __init__(self, lists: CodeLists) -> None:
        self._lists, self._lock = lists, Lock()
        self._kinds = [_Kind(lists, field) for field in _LISTS]

    def add(self, columns: Mapping[str, np.ndarray]) -> None:
        """Count the stays of a batch."""
        with self._lock:
            for kind in self._kinds:
                kind.add(columns)

    def findings(self) -> list[Finding]:
        """One notice a check: how many stays, and the codes met most often."""
        return [
            Finding("", 0, "", check.field, f"{stays}: {self._most(check, counts)}", check.key)
            for check, (stays, counts) in self._counted()
            if stays
        ]

    def _counted(self) -> Iterator[tuple[CodeCheck, tuple[int, np.ndarray]]]:
        """Every check with its stays, and how often (int64 by id) each code is among theirs; in the order of the checks."""
        of_key = {check.key: kind for kind in self._kinds for check in kind.checks}
        for check in self._lists.checks:
            yield check, of_key[check.key].counted(check)

    def _most(self, check: CodeCheck, counts: np.ndarray) -> str:
        order = np.argsort(-counts, kind="stable")[: _SHOWN + 1]
        shown = [f"{self._lists.code(check, place)} ({counts[place]})" for place in order.tolist() if counts[place]]
        return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


class _Kind:
    """Counts of the checks that look at one field, a bit of its codes' marks each."""

    def __init__(self, lists: CodeLists, field: str) -> None:
        self._lists, self._columns = lists, _LISTS[field]
        self.checks = [check for check in lists.checks if check.field == field]
        marks = [lists.marked(check).astype(np.uint8) << bit for bit, check in enumerate(self.checks)]
        self._marks = np.bitwise_or.reduce(marks, axis=0) if marks else np.zeros(1, dtype=np.uint8)
        self._of_all = sum(1 << bit for bit, check in enumerate(self.checks) if not check.first_only)
        self._stays, self._codes = np.zeros(8, dtype=np.int64), np.zeros((len(self._marks), 2), dtype=np.int64)

    def add(self, columns: Mapping[str, np.ndarray]) -> None:
        from drgdip.quality_control.kernels import count_marked

        if self.checks:
            count_marked(
                *(columns[name] for name in self._columns), self._marks, self._of_all, self._stays, self._codes
            )

    def counted(self, check: CodeCheck) -> tuple[int, np.ndarray]:
        first, others = self._codes.T
        counts = first if check.first_only else first + others
        return int(self._stays[self.checks.index(check)]), counts * self._lists.marked(check)


def _codes_of(check: CodeCheck) -> frozenset[str]:
    role = "diagnoses" if check.field == "diag_code" else "procedures"
    files = [list_folder(role, name) / CODES_FILE for name in check.lists]
    return _codes_in(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=16)
def _codes_in(files: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    """The codes of some lists in lower case; the times say which state of the files."""
    return frozenset(code.lower() for file, _ in files for code in read_code_system(file).codes)


@lru_cache(maxsize=16)
def _marks(system: CodeSystem, codes: frozenset[str]) -> np.ndarray:
    """Bool by id, not to be written to; the last place (also -1) is that of unknown codes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    listed = pc.is_in(pc.utf8_lower(system.text), value_set=pa.array(list(codes), pa.string()))
    marks = np.append(listed.to_numpy(zero_copy_only=False), False)
    marks.flags.writeable = False
    return marks
