"""Codes that are valid and yet should not stand where they stand: grey codes, principal diagnoses that are none.

Which codes these are is a matter of lists (:data:`CHECKS`), each with its standing in its manifest. A finding is a notice:
the stay is grouped all the same, unless its family of checks is made blocking.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
FAMILIES = tuple(dict.fromkeys(check.family for check in CHECKS))
_SHOWN = 5


def checks_of(scheme: str) -> tuple[CodeCheck, ...]:
    """The checks for cases of a scheme."""
    return tuple(check for check in CHECKS if scheme in check.schemes)


class CodeLists:
    """The lists of all checks of a scheme, by the ids of two code systems."""

    def __init__(self, diagnoses: CodeSystem, procedures: CodeSystem, scheme: str = "chs-drg") -> None:
        systems = {"diag_code": diagnoses, "oprn_oprt_code": procedures}
        lower = {field: [code.lower() for code in system.codes] for field, system in systems.items()}
        self.checks = checks_of(scheme)
        self._codes = {check.key: _codes_of(check) for check in self.checks}
        self._marked = {check.key: _marks(lower[check.field], self._codes[check.key]) for check in self.checks}
        self._systems = systems
        self._by_reason = {key: check for check in self.checks for key in (check.key, check.barred_key)}

    def defects(self, columns: Mapping[str, np.ndarray], families: Collection[str], *, barred: bool = False) -> Defects:
        """Rows that the checks of some families speak of, one defect a check and row; ``barred`` sets them aside."""
        found = []
        for check in self.checks:
            if check.family in families:
                rows = np.nonzero(self.find(check, columns)[0])[0]
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

    def find(self, check: CodeCheck, columns: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, int]:
        """Rows that a check speaks of (bool), how often each code is among theirs (int64 by id), and how many rows."""
        from drgdip.quality_control.kernels import find_marked

        kind = "diagnosis" if check.field == "diag_code" else "procedure"
        ids, offset, marked = columns[f"{kind}_id"], columns[f"{kind}_offset"], self._marked[check.key]
        rows, counts = np.zeros(len(offset) - 1, dtype=np.bool_), np.zeros(len(marked), dtype=np.int64)
        return rows, counts, find_marked(ids, offset, marked, check.first_only, rows, counts)

    def code(self, check: CodeCheck, place: int) -> str:
        """The code at a place of what ``find`` counts."""
        return self._systems[check.field].codes[place]


class CodeTally:
    """Counts stays and codes that checks speak of; may be added to by several threads."""

    def __init__(self, lists: CodeLists) -> None:
        self._lists = lists
        self._stays: dict[str, int] = {}
        self._codes: dict[str, np.ndarray] = {}
        self._lock = Lock()

    def add(self, columns: Mapping[str, np.ndarray]) -> None:
        """Count the stays of a batch."""
        for check in self._lists.checks:
            _, counts, stays = self._lists.find(check, columns)
            with self._lock:
                self._stays[check.key] = self._stays.get(check.key, 0) + stays
                self._codes[check.key] = self._codes.get(check.key, 0) + counts

    def findings(self) -> list[Finding]:
        """One notice a check: how many stays, and the codes met most often."""
        return [
            Finding("", 0, "", check.field, f"{self._stays[check.key]}: {self._most(check)}", check.key)
            for check in self._lists.checks
            if self._stays.get(check.key)
        ]

    def _most(self, check: CodeCheck) -> str:
        counts = self._codes[check.key]
        order = np.argsort(-counts, kind="stable")[: _SHOWN + 1]
        shown = [f"{self._lists.code(check, place)} ({counts[place]})" for place in order.tolist() if counts[place]]
        return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def _codes_of(check: CodeCheck) -> frozenset[str]:
    role = "diagnoses" if check.field == "diag_code" else "procedures"
    files = [list_folder(role, name) / CODES_FILE for name in check.lists]
    return frozenset().union(*(_codes_in(file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=16)
def _codes_in(file: Path, changed: int) -> frozenset[str]:
    """The codes of a list in lower case; ``changed`` says which state of the file."""
    return frozenset(code.lower() for code in read_code_system(file).codes)


def _marks(lower: Sequence[str], codes: Collection[str]) -> np.ndarray:
    """Bool by id; the last place (also -1) is that of unknown codes."""
    return np.array([*(code in codes for code in lower), False])
