"""The tables of persons, institutions and outpatient settlements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from drgdip.synthetic import people
from drgdip.synthetic.arrow import CODE, DAY, MONEY, TIME, coded, days, numbered, times, yuan
from drgdip.synthetic.people import uniform
from drgdip.synthetic.stays import DAY_S
from drgdip.synthetic.visits import DISEASES

if TYPE_CHECKING:
    from drgdip.synthetic.blueprint import Blueprint
    from drgdip.synthetic.visits import Persons, Visits

_TEXT = pa.string()
PATIENTS = pa.schema([
    ("psn_no", _TEXT), ("certno_hash", _TEXT), ("gend", CODE), ("brdy", DAY), ("insu_admdvs", CODE), ("insutype", CODE),
    ("insu_begn", DAY), ("insu_end", DAY), ("death_date", DAY), ("filed_dise", _TEXT),
])  # fmt: skip
INSTITUTIONS = pa.schema([
    ("fixmedins_code", _TEXT), ("fixmedins_name", _TEXT), ("hosp_lv", _TEXT), ("fixmedins_type", _TEXT),
    ("fix_blng_admdvs", _TEXT), ("is_tcm", _TEXT), ("is_special", _TEXT), ("beds", pa.int32()),
    ("agreement_state", _TEXT), ("valid_from", DAY), ("valid_to", DAY),
])  # fmt: skip
OUTPATIENT = pa.schema([
    ("setl_id", _TEXT), ("mdtrt_id", _TEXT), ("psn_no", _TEXT), ("fixmedins_code", CODE), ("insu_admdvs", CODE),
    ("mdtrt_admdvs", CODE), ("insutype", CODE), ("med_type", CODE), ("dise_code", CODE), ("setl_time", TIME),
    ("medfee_sumamt", MONEY), ("inscp_scp_amt", MONEY), ("hifp_pay", MONEY), ("fund_pay_sumamt", MONEY),
    ("acct_pay", MONEY), ("psn_cash_pay", MONEY), ("mdtrt_cert_type", CODE), ("refd_setl_flag", CODE),
])  # fmt: skip

_TIER_NAMES = {3: "三级", 2: "二级", 1: "一级"}
_BEDS = {3: 1200, 2: 500, 1: 80}
_INSURED_FROM = np.datetime64("2010-01-01")
_ORDINARY, _CHRONIC = "11", "14"
_WITH_CARD = ("02", "03")


def person_numbers(number: np.ndarray) -> Any:
    """psn_no of persons."""
    return numbered(f"P{people.CITY}", number + 1)


def patients_table(blueprint: Blueprint, persons: Persons) -> Any:
    """Persons with birthday, insurance and filed diseases."""
    traits, population = persons.traits, blueprint.population
    regions = tuple(code for code, _ in people.REGIONS)
    born = birthdays(blueprint, persons)
    since = _INSURED_FROM + (uniform(population, persons.number, "insured_since") * 3_650).astype(np.int64)
    since = np.maximum(since, born.astype("datetime64[D]")).astype(np.int64) * DAY_S
    nothing = np.zeros(len(born), dtype=bool)
    columns = {
        "psn_no": person_numbers(persons.number),
        "certno_hash": _hashes(blueprint, persons.number),
        "gend": coded(persons.female.astype(np.int32), ("1", "2")),
        "brdy": days(born.astype("datetime64[s]").astype(np.int64)),
        "insu_admdvs": coded(traits.region, regions),
        "insutype": coded(1 - traits.is_employee.astype(np.int32), (people.EMPLOYEES, people.RESIDENTS)),
        "insu_begn": days(since),
        "insu_end": days(np.zeros(len(born), dtype=np.int64), nothing),
        "death_date": days(persons.death_s, persons.death_s >= 0),
        "filed_dise": _filed(persons.diseases),
    }
    return pa.table([columns[name] for name in PATIENTS.names], schema=PATIENTS)


def birthdays(blueprint: Blueprint, persons: Persons) -> np.ndarray:
    """Days of birth (datetime64[D]) that give the age on the day of the first admission and all through the month."""
    at = persons.age_at_s.astype("datetime64[s]").astype("datetime64[D]")
    back = (uniform(blueprint.population, persons.number, "birthday") * 240).astype(np.int64)
    anniversary = at - back
    months = anniversary.astype("datetime64[M]")
    day = (anniversary - months.astype("datetime64[D]")).astype(np.int64)
    born = (months - 12 * persons.traits.age_years.astype(np.int64)).astype("datetime64[D]") + np.minimum(day, 27)
    in_days = persons.traits.age_days >= 0
    return np.where(in_days, at - persons.traits.age_days.astype(np.int64), born)


def _hashes(blueprint: Blueprint, number: np.ndarray) -> Any:
    """256 bits in hexadecimal that stand for a keyed hash of an identity card; there is no card behind them."""
    parts = np.stack([_word(blueprint, number, stream) for stream in range(4)], axis=1)
    raw = np.ascontiguousarray(parts).view(np.uint8).reshape(len(number), 32)
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
    text = np.stack([digits[raw >> 4], digits[raw & 15]], axis=2).reshape(len(number), 64)
    offsets = np.arange(len(number) + 1, dtype=np.int32) * 64
    return pa.StringArray.from_buffers(len(number), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text)))


def _word(blueprint: Blueprint, number: np.ndarray, stream: int) -> np.ndarray:
    deviate = uniform(blueprint.population, number, f"identity_{stream}")
    word: np.ndarray = (deviate * 2.0**53).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return word


def _filed(diseases: np.ndarray) -> Any:
    """Codes of the filed diseases joined by ``|``, null for none."""
    codes = [row[0] for row in DISEASES]
    names = [None, *codes, *(f"{one}|{two}" for one in codes for two in codes)]
    first, second = diseases[:, 0], diseases[:, 1]
    n = len(codes)
    place = np.where(first < 0, 0, np.where(second < 0, 1 + first, 1 + n + first * n + second))
    return pa.array(names, _TEXT).take(pa.array(place))


def institutions_table(blueprint: Blueprint) -> Any:
    """The invented hospitals."""
    hospitals = blueprint.hospitals
    n = len(hospitals.codes)
    tiers = hospitals.tier.tolist()
    columns = {
        "fixmedins_code": list(hospitals.codes),
        "fixmedins_name": [f"模拟{_TIER_NAMES[tier]}医院{k + 1:02d}" for k, tier in enumerate(tiers)],
        "hosp_lv": list(hospitals.levels),
        "fixmedins_type": ["1"] * n,
        "fix_blng_admdvs": [people.CITY] * n,
        "is_tcm": ["0"] * n,
        "is_special": ["0"] * n,
        "beds": [_BEDS[tier] for tier in tiers],
        "agreement_state": ["1"] * n,
        "valid_from": [None] * n,
        "valid_to": [None] * n,
    }
    return pa.table(columns, schema=INSTITUTIONS)


def outpatient_table(blueprint: Blueprint, persons: Persons, visits: Visits, month: str) -> Any:
    """Outpatient settlements."""
    stamp = month.replace("-", "")
    traits, person, amounts = persons.traits, visits.person, visits.amounts
    regions, here = tuple(code for code, _ in people.REGIONS), np.zeros(len(person), dtype=np.int32)
    diseases = coded(np.maximum(visits.disease, 0), tuple(row[0] for row in DISEASES))
    columns = {
        "setl_id": numbered(f"O{people.CITY}{stamp}", visits.row + 1),
        "mdtrt_id": numbered(f"V{people.CITY}{stamp}", visits.row + 1),
        "psn_no": person_numbers(persons.number[person]),
        "fixmedins_code": coded(visits.hospital, blueprint.hospitals.codes),
        "insu_admdvs": coded(traits.region[person], regions),
        "mdtrt_admdvs": coded(here, (people.CITY,)),
        "insutype": coded(1 - traits.is_employee[person].astype(np.int32), (people.EMPLOYEES, people.RESIDENTS)),
        "med_type": coded((visits.disease >= 0).astype(np.int32), (_ORDINARY, _CHRONIC)),
        "dise_code": pa.DictionaryArray.from_arrays(
            pa.array(visits.disease.astype(np.int32), mask=visits.disease < 0), diseases.dictionary
        ),
        "setl_time": times(visits.time_s),
        "medfee_sumamt": yuan(amounts["total_cost_fen"]),
        "inscp_scp_amt": yuan(amounts["in_scope_fen"]),
        "hifp_pay": yuan(amounts["pooled_fund_fen"]),
        "fund_pay_sumamt": yuan(amounts["fund_total_fen"]),
        "acct_pay": yuan(amounts["account_paid_fen"]),
        "psn_cash_pay": yuan(amounts["cash_paid_fen"]),
        "mdtrt_cert_type": coded((visits.row % 2).astype(np.int32), _WITH_CARD),
        "refd_setl_flag": coded(here, ("0",)),
    }
    return pa.table([columns[name] for name in OUTPATIENT.names], schema=OUTPATIENT)
