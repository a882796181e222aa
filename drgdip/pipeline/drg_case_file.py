"""One stay of a case file, for a closer look at its CHS-DRG grouping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from drgdip.base.errors import UsageError
from drgdip.base.findings import Finding
from drgdip.base.text import Text
from drgdip.intake import CaseReader
from drgdip.interface.defects import join_defects
from drgdip.interface.fields import DRG_GROUPING_USE
from drgdip.pipeline.batch import take
from drgdip.pipeline.departments import departments
from drgdip.pipeline.drg_case import DrgCase
from drgdip.pipeline.group_drg import blocking
from drgdip.quality_control import check_codes

if TYPE_CHECKING:
    from drgdip.intake import RawChunk
    from drgdip.tables.chs_drg.drg_tables import DrgTables


def find_case(cases: Sequence[Any], setl_id: str, tables: DrgTables) -> tuple[DrgCase | None, list[Finding]]:
    """The stay with a settlement ID, and the findings about it; no stay where they forbid that it is grouped.

    Parameters
    ----------
    cases : files, folders, Arrow tables or DataFrames. setl_id : settlement ID. tables : edition whose codes are read.

    Raises
    ------
    UsageError : a source cannot be read, or has no such stay.
    """
    wanted = setl_id.strip()
    with CaseReader(cases, tables.diagnoses, tables.procedures, use=DRG_GROUPING_USE) as reader:
        for raw in reader:
            ids = [cell.strip() for cell in raw.cells("setl_id", np.arange(raw.rows))]
            if wanted not in ids:
                continue
            row = ids.index(wanted)
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check_codes(encoded.columns, encoded.defects))
            found = [one for one in reader.findings(raw, defects) if one.setl_id.strip() == wanted]
            if row in blocking(defects):
                return None, found
            department = departments(raw.columns.get("dscg_caty"), tables.texts, raw.rows)
            return _case(raw, row, {**encoded.columns, "department_id": department}, wanted), found
    raise UsageError(
        Text(f"病例文件中没有结算ID {wanted}。", f"The case file holds no stay with settlement ID {wanted}."),
        Text("请核对结算ID与病例文件。", "Check the ID and the case file."),
    )


def _case(raw: RawChunk, row: int, columns: dict[str, np.ndarray], setl_id: str) -> DrgCase:
    place = np.array([row])
    codes = [_listed(raw.cells(field, place)[0]) for field in ("diag_code", "oprn_oprt_code")]
    return DrgCase(codes[0], codes[1], take(columns, place), raw.cells("dscg_caty", place)[0].strip(), setl_id)


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in cell.split("|") if code.strip())
