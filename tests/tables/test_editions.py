"""The editions that come with the package: counts, hashes, and plausible treatment types."""

from __future__ import annotations

import shutil
import time
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from drgdip.tables import DipTables, load_tables
from drgdip.tables.check import check_edition
from drgdip.tables.edition import open_edition
from drgdip.tables.locate import folders

EDITION = "2.0-pingdingshan-2025"


@pytest.fixture(scope="module")
def city() -> DipTables:
    """Nobody may change it."""
    return load_tables("dip", EDITION)


def test_shipped_editions_check_clean() -> None:
    editions = [folder for folder, manifest in folders() if manifest.scheme == "dip"]

    assert len(editions) == 3
    assert [problem for folder in editions for problem in check_edition(open_edition(folder))] == []


def test_every_shipped_file_is_the_one_its_manifest_names() -> None:
    for folder, manifest in folders():
        assert sorted(manifest.files) == sorted(p.name for p in folder.iterdir() if p.name != "manifest.yaml")
        for name, digest in manifest.files.items():
            assert sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_counts_of_the_city_catalogue(city: DipTables) -> None:
    arrays = city.groups
    assert len(city.group_codes) == 4444
    assert np.bincount(arrays.group_kind).tolist() == [0, 0, 0, 3877, 567]
    assert arrays.group_cases.sum() == 1_844_477
    assert len(city.diagnoses), len(city.procedures) == (33_304, 13_767)
    # Comprehensive groups by suffix: 293 SS, 138 ZLXCZ, 100 ZDXCZ, 36 BSZL.
    assert (arrays.comprehensive_group >= 0).sum(axis=0).tolist() == [293, 138, 100, 36]


def test_values_of_the_city_catalogue(city: DipTables) -> None:
    assert (city.point_scale, city.region_mean_cost_fen) == (1000, 571_815)
    stent = city.group_ids["I20.0:36.0700_00.2400x001+00.6601"]
    assert city.row(stent)["points"] == "4470.146531"
    assert city.row(stent)["operations"] == "36.0700+00.2400x001+00.6601"
    assert city.groups.relative_weight_e4[stent] == 44_701_465
    assert city.groups.mean_cost_fen[stent] == 2_556_098


def test_x00_diagnoses_are_in_x_categories(city: DipTables) -> None:
    arrays = city.groups
    category = arrays.diagnosis_core_category[city.diagnoses.ids["A46.x00"]]
    groups = arrays.core_group[arrays.core_offset[category] : arrays.core_offset[category + 1]]

    assert [city.group_codes[group] for group in groups] == ["A46.x"]
    assert city.row(int(groups[0]))["diagnosis_category"] == "A46.X"


def test_every_procedure_has_a_type(city: DipTables) -> None:
    assert city.groups.procedure_treatment_type.min() >= 0


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("36.0700", "intervention"),  # drug-eluting coronary stent
        ("00.6600x004", "intervention"),  # coronary balloon
        ("37.3401", "intervention"),  # catheter ablation
        ("39.7903", "intervention"),  # embolisation of the hepatic artery
        ("99.2501", "intervention"),  # chemo-embolisation
        ("88.5500", "diagnostic"),  # coronary angiography
        ("44.1300x001", "diagnostic"),  # gastroscopy
        ("45.2302", "diagnostic"),  # colonoscopy
        ("41.3800x001", "diagnostic"),  # bone-marrow puncture
        ("03.3101", "diagnostic"),  # lumbar puncture
        ("69.0902", "diagnostic"),  # diagnostic curettage
        ("77.4103", "diagnostic"),  # rib biopsy
        ("54.2100", "diagnostic"),  # laparoscopy
        ("39.9500", "therapeutic"),  # haemodialysis
        ("54.9800", "therapeutic"),  # peritoneal dialysis
        ("38.9300", "therapeutic"),  # venous catheter
        ("96.7201", "therapeutic"),  # ventilation
        ("99.2503", "therapeutic"),  # chemotherapy by vein
        ("92.2400x003", "therapeutic"),  # radiotherapy
        ("98.5103", "therapeutic"),  # shock-wave lithotripsy
        ("17.91100", "therapeutic"),  # acupuncture
        ("13.4100x001", "surgery"),  # cataract
        ("47.0100", "surgery"),  # appendectomy
        ("45.4307", "surgery"),  # endoscopic mucosal resection
        ("50.1200", "surgery"),  # open liver biopsy
        ("37.3306", "surgery"),  # maze operation
        ("38.0802", "surgery"),  # open embolectomy
        ("57.0x03", "surgery"),  # transurethral stone removal
        ("74.1x01", "surgery"),  # caesarean section
    ],
)
def test_derived_types_are_plausible(city: DipTables, code: str, kind: str) -> None:
    names = ("surgery", "therapeutic", "diagnostic", "conservative", "intervention")

    assert names[city.groups.procedure_treatment_type[city.procedures.ids[code]]] == kind


def test_the_hash_of_an_edition_does_not_depend_on_its_place(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root / "grouper_tables", tmp_path / "elsewhere")
    here, there = load_tables("dip", EDITION), load_tables(path=copy / "dip" / EDITION)

    assert here.sha256 == there.sha256
    assert here.sha256 != load_tables("dip", "demo").sha256


def test_the_hash_covers_the_code_lists(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root / "grouper_tables", tmp_path / "elsewhere")
    file = copy / "treatment_types" / "derived-2026" / "types.csv"
    file.write_bytes(file.read_bytes().replace(b"47.0100,surgery", b"47.0100,therapeutic"))

    here, there = (open_edition(folder / "dip" / EDITION) for folder in (root / "grouper_tables", copy))

    assert here.sha256 != there.sha256
    assert [problem.key for problem in there.changes] == ["file_changed"]


def test_loading_is_quick() -> None:
    """From the cache 0.1 s is promised, compiled anew 1.5 s; what other processes take away does not count."""
    load_tables("dip", EDITION)
    first = time.process_time()
    load_tables("dip", EDITION)

    assert time.process_time() - first < 0.5
