"""The edition that holds for a region on a day: local editions before national ones, later ones before earlier ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from drgdip.base.errors import TablesError
from drgdip.base.text import Text
from drgdip.tables.locate import folders
from drgdip.tables.manifest import Manifest

_NAME_IT = Text("请用 --edition 指定版本。", "Name an edition with --edition.")


def edition_on(scheme: str, region: str, day: date, known: Iterable[tuple[Path, Manifest]] | None = None) -> Path:
    """The folder of the edition that a region groups by on a day.

    Parameters
    ----------
    scheme : ``dip`` or ``chs-drg``. region : six digits; editions of its city, its province and of no region count, in
        this order. day : day of discharge. known : editions to choose from; all at hand unless given.

    Raises
    ------
    TablesError : no edition covers the day, or two that are equally near and equally new do; both are named.
    """
    covering = [
        (_nearness(manifest, region), manifest, folder)
        for folder, manifest in (folders() if known is None else known)
        if manifest.scheme == scheme and _covers(manifest, day) and _nearness(manifest, region) is not None
    ]
    if not covering:
        raise TablesError(
            Text(f"没有覆盖 {region} 地区 {day} 的 {scheme} 版本。", f"No edition of {scheme} covers region {region} on {day}."),
            Text("请导入该日期适用的版本,或用 --edition 指定。", "Import the edition of that day, or name one with --edition."),
        )  # fmt: skip
    best = max(covering, key=lambda one: (one[0], _start(one[1])))
    rivals = [one for one in covering if (one[0], _start(one[1])) == (best[0], _start(best[1]))]
    if len(rivals) > 1:
        names = "、".join(sorted(manifest.edition for _, manifest, _ in rivals))
        raise TablesError(
            Text(
                f"{day} 有多个 {scheme} 版本同样适用:{names}。",
                f"Editions of {scheme} that hold alike on {day}: {names}.",
            ),
            _NAME_IT,
        )
    return best[2]


def _covers(manifest: Manifest, day: date) -> bool:
    effective = manifest.effective
    return effective is not None and effective.from_ <= day and (effective.to is None or day <= effective.to)


def _start(manifest: Manifest) -> date:
    return manifest.effective.from_ if manifest.effective else date.min


def _nearness(manifest: Manifest, region: str) -> int | None:
    """Digits that an edition's region shares with one; None where it is another region's."""
    if manifest.region is None:
        return 0
    own = manifest.region.admdvs
    digits = 2 if own.endswith("0000") else 4 if own.endswith("00") else 6
    return digits if own[:digits] == region[:digits] else None
