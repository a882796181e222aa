"""Every band of the national classification from both sides, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.auxiliary.sample import classified


@pytest.mark.parametrize(
    ("years", "days", "band"),
    [
        (0, 0, "days_0_28"), (0, 28, "days_0_28"), (0, 29, "days_29_year_1"), (0, 364, "days_29_year_1"),
        (0, -1, None), (1, -1, "years_1_6"), (6, -1, "years_1_6"), (7, -1, "years_7_17"), (17, -1, "years_7_17"),
        (18, -1, None), (65, -1, None), (66, -1, "over_65"), (110, -1, "over_65"), (-1, -1, None), (-1, 10, None),
    ],
)  # fmt: skip
def test_age(years: int, days: int, band: str | None) -> None:
    assert classified({"age_years": years, "age_days": days})["age"] == (band and f"age/{band}")


@pytest.mark.parametrize(
    ("hours", "band"),
    [
        (-1, None), (0, None), (47, None), (48, "days_2_7"), (191, "days_2_7"), (192, "days_8_14"), (359, "days_8_14"),
        (360, "days_15_30"), (743, "days_15_30"), (744, "days_31"), (99_999, "days_31"),
    ],
)  # fmt: skip
def test_intensive_care(hours: int, band: str | None) -> None:
    assert classified({"icu_hours": hours})["icu"] == (band and f"icu/{band}")


@pytest.mark.parametrize(
    ("others", "score", "band"),
    [
        ([], 0, None),
        (["I21.900"], 1, "cci_low"),
        (["I21.900", "I21.900"], 1, "cci_low"),
        (["I21.900", "I50.900"], 2, "cci_low"),
        (["I21.900", "I50.900", "J44.900"], 3, "cci_medium"),
        (["G81.900", "N18.900"], 4, "cci_medium"),
        (["G81.900", "N18.900", "I21.900"], 5, "cci_high"),
        (["B24.x00"], 6, "cci_high"),
        # of a mild and a severe form of one disease the severe counts
        (["E11.900"], 1, "cci_low"),
        (["E11.900", "E11.200"], 2, "cci_low"),
        (["K74.100"], 1, "cci_low"),
        (["K74.100", "K76.600"], 3, "cci_medium"),
        (["C90.000"], 2, "cci_low"),
        (["C90.000", "C78.000"], 6, "cci_high"),
    ],
)
def test_comorbidity(others: list[str], score: int, band: str | None) -> None:
    found = classified({"diagnoses": ["K35.300", *others]})

    assert (found["score"], found["cci"]) == (score, band and f"cci/{band}")


def test_the_principal_diagnosis_is_no_comorbidity() -> None:
    assert classified({"diagnoses": ["I21.900"]})["score"] == 0


@pytest.mark.parametrize(
    ("stay", "severity"),
    [
        ({"discharge_way": 5, "stay_days": 1}, "death"),
        ({"discharge_way": 4}, "mild"),
        ({"discharge_way": -1}, "mild"),
        ({"diagnoses": ["K35.300", "A41.900"], "stay_days": 3}, "severe"),
        ({"diagnoses": ["K35.300", "A41.900"], "stay_days": 2}, "mild"),
        ({"diagnoses": ["K35.300", "J18.900"], "stay_days": 3}, "moderate"),
        ({"diagnoses": ["K35.300", "J18.900"], "stay_days": 2}, "mild"),
        ({"diagnoses": ["K35.300", "J18.900", "R57.000"]}, "severe"),
        ({"diagnoses": ["A41.900"]}, "mild"),
    ],
)
def test_severity_without_tumour(stay: dict[str, Any], severity: str) -> None:
    found = classified(stay)

    assert (found["severity"], found["tumour"]) == (f"severity/{severity}", None)


@pytest.mark.parametrize(
    ("stay", "severity"),
    [
        ({"diagnoses": ["C34.900"]}, "other"),
        ({"diagnoses": ["C34.900"], "discharge_way": 5}, "death"),
        ({"diagnoses": ["C34.900", "C78.000"], "stay_days": 3}, "metastasis"),
        ({"diagnoses": ["C34.900", "C78.000"], "stay_days": 2}, "other"),
        # a secondary tumour of the principal one's own category is no metastasis of it
        ({"diagnoses": ["C78.000", "C78.000"]}, "other"),
        ({"diagnoses": ["C78.000", "C77.900"]}, "metastasis"),
        ({"diagnoses": ["C34.900", "C34.100"]}, "other"),
        ({"diagnoses": ["C34.900", "A41.900"], "stay_days": 3}, "organ_failure"),
        ({"diagnoses": ["C34.900", "J18.900"], "stay_days": 3}, "organ_lesion"),
        ({"diagnoses": ["C34.900", "J18.900", "A41.900", "C78.000"]}, "metastasis"),
    ],
)
def test_severity_of_a_tumour(stay: dict[str, Any], severity: str) -> None:
    found = classified({"group": "B", **stay})

    assert (found["severity"], found["tumour"]) == (None, f"tumour_severity/{severity}")


@pytest.mark.parametrize(
    ("treatment", "drugs", "cost", "severity"),
    [
        (3_000_000, 0, 6_000_000, "high_cost_treatment"),
        (2_999_999, 0, 6_000_000, "other"),
        (3_000_000, 0, 5_999_999, "other"),
        (0, 3_000_000, 6_000_000, "high_cost_drugs"),
        (0, 2_999_999, 6_000_000, "other"),
        (-1, -1, 6_000_000, "other"),
    ],
)
def test_high_cost_of_a_tumour_where_fees_are_known(treatment: int, drugs: int, cost: int, severity: str) -> None:
    import numpy as np

    from drgdip.valuation.auxiliary import auxiliary_parameters, classify_cases
    from tests.auxiliary.sample import columns, tables, values

    batch = columns([{"group": "B", "diagnoses": ["C34.900"], "cost_fen": cost}])
    batch["treatment_fee_fen"] = np.array([treatment], dtype=np.int64)
    batch["drug_fee_fen"] = np.array([drugs], dtype=np.int64)
    own = tables()
    found = classify_cases(batch, auxiliary_parameters(own, values()))

    assert own.auxiliary is not None
    assert own.auxiliary.subtypes[found["tumour_subtype_id"][0]].key == severity


@pytest.mark.parametrize(
    ("stay", "subtype"),
    [
        ({"stay_days": 3}, "severity/I_A"),
        ({"stay_days": 4}, "severity/I_B"),
        ({"stay_days": 3, "discharge_way": 5}, "severity/IV_A"),
        ({"stay_days": 4, "discharge_way": 5}, "severity/IV_B"),
        ({"diagnoses": ["K35.300", "A41.900"]}, "severity/III"),
        ({"diagnoses": ["C34.900"], "operations": ["92.2900"]}, "tumour_severity/V_A"),
        ({"diagnoses": ["C34.900"], "operations": ["92.2900", "99.2500"]}, "tumour_severity/V_B"),
        ({"diagnoses": ["C34.900", "C78.000"], "stay_days": 1}, "tumour_severity/IV"),
        ({"diagnoses": ["C34.900"], "discharge_way": 5, "operations": ["99.2500"]}, "tumour_severity/VI"),
    ],
)
def test_the_classification_of_hubei(stay: dict[str, Any], subtype: str) -> None:
    found = classified(stay, classification="hubei-base")

    assert subtype in (found["severity"], found["tumour"])
