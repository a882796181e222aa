"""A flat stay taken apart into a settlement list (4101 form) and a settlement result, and what a reader makes of both."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.findings import Finding
from drgdip.intake import CaseReader
from drgdip.intake.combine import Beside
from drgdip.interface.defects import join_defects
from drgdip.quality_control import check
from tests.intake.sample import DIAGNOSES, PROCEDURES, STAY, stay

__all__ = ["STAY", "stay"]

#: Fields that the list carries; the settlement result carries the rest, and the ones by which both are told to belong together.
OF_THE_LIST = [
    "setl_id",
    "mdtrt_id",
    "psn_no",
    "fixmedins_code",
    "gend",
    "age",
    "nwb_age",
    "nwb_bir_wt",
    "adm_time",
    "dscg_time",
    "act_ipt_days",
    "dscg_way",
    "dscg_caty",
]
OF_THE_RESULT = [
    "setl_id",
    "mdtrt_id",
    "psn_no",
    "fixmedins_code",
    "insutype",
    "insu_admdvs",
    "med_type",
    "setl_time",
    "refd_setl_flag",
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "maf_pay",
    "hosp_part_amt",
    "oth_pay",
    "fund_pay_sumamt",
    "acct_pay",
    "psn_cash_pay",
]


def codes(text: str) -> list[str]:
    return [code for code in text.split("|") if code]


def message(case: Mapping[str, str], **changes: Any) -> dict[str, Any]:
    """The list of a stay as a message; codes in another order than the flat row has them, with their flags."""
    diagnoses, operations = codes(case["diag_code"]), codes(case["oprn_oprt_code"])
    body: dict[str, Any] = {
        "setlinfo": {name: case[name] for name in OF_THE_LIST if case[name]},
        "diseinfo": [
            *({"diag_type": "1", "diag_code": code, "maindiag_flag": "0"} for code in diagnoses[1:]),
            *({"diag_type": "1", "diag_code": code, "maindiag_flag": "1"} for code in diagnoses[:1]),
            {"diag_type": "2", "diag_code": "BNW000", "maindiag_flag": "1"},
        ],
        "oprninfo": [
            *({"oprn_oprt_type": "2", "oprn_oprt_code": code} for code in operations[1:]),
            *({"oprn_oprt_type": "1", "oprn_oprt_code": code} for code in operations[:1]),
        ],
        "icuinfo": [{"scs_cutd_sum_dura": f"0/{case['icu_hours']}/0"}] if case["icu_hours"] else [],
    }
    body.update(changes)
    return {"infno": "4101", "mdtrtarea_admvs": case["mdtrt_admdvs"], "input": body}


def write_lists(path: Path, messages: Sequence[Any], form: str = "lines") -> Path:
    """Messages as lines, as one array, or one after the other with line breaks inside; text is written as it is."""
    texts = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in messages]
    if form == "array":
        path.write_text("[" + ",".join(texts) + "]", encoding="utf-8")
    elif form == "pretty":
        path.write_text("\n".join(json.dumps(one, indent=2) for one in messages), encoding="utf-8")
    else:
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_results(
    path: Path, cases: Sequence[Mapping[str, Any]], columns: Sequence[str] = tuple(OF_THE_RESULT)
) -> Path:
    return write_table(path, cases, columns)


def write_institutions(path: Path, *rows: Mapping[str, str]) -> Path:
    rows = rows or ({"fixmedins_code": STAY["fixmedins_code"], "hosp_lv": "02", "fix_blng_admdvs": "410400"},)
    return write_table(path, rows, list(rows[0]))


class Outcome(NamedTuple):
    """Flat columns of all rows as encoded, findings, and data rows that are set aside."""

    columns: dict[str, list[int]]
    findings: list[Finding]
    set_aside: list[int]
    about_files: list[Finding]

    def keys(self) -> list[tuple[int, str, str]]:
        return [(finding.row, finding.field, finding.key) for finding in self.findings]


def outcome(*cases: Any, chunk_rows: int = 100_000, beside: Beside = Beside()) -> Outcome:  # noqa: B008
    """What reading and quality control make of cases."""
    columns: dict[str, list[int]] = {}
    found: list[Finding] = []
    aside: list[int] = []
    with CaseReader(list(cases), DIAGNOSES, PROCEDURES, chunk_rows, beside=beside) as reader:
        for raw in reader:
            encoded = reader.encode(raw)
            defects = join_defects(encoded.defects, check(encoded.columns, 1, skip=encoded.defects))
            found += reader.findings(raw, defects)
            aside += [raw.first_row + row for row in sorted(set(defects.row.tolist()))]
            for name, values in encoded.columns.items():
                columns.setdefault(name, []).extend(values.tolist())
        return Outcome(columns, found, aside, reader.file_findings)
