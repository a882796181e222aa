"""Loading a knowledge pack: found, verified against its manifest, checked once, kept by its hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import TablesError
from drgdip.base.provenance import combine
from drgdip.base.text import Text
from drgdip.tables.cache import part_of, read_parts, text_of, write_parts
from drgdip.tables.csv_file import decode
from drgdip.tables.knowledge.forms import FORMS, file_of
from drgdip.tables.knowledge.pack import Layer, Pack
from drgdip.tables.knowledge.rows import Entry, parse_list, read_checked
from drgdip.tables.locate import pack_folder
from drgdip.tables.manifest import MANIFEST_FILE, Manifest, read_manifest
from drgdip.tables.problems import TableProblem, raise_if_errors

#: Goes up whenever checking is stricter than it was.
CHECKS = 1
_MAX_LAYERS = 8


class Opened(NamedTuple):
    """A pack on disk and what it extends, as text by list; ``changes`` are files that are not the manifest's."""

    folder: Path
    manifest: Manifest
    digest: str
    texts: Mapping[str, str]
    changes: tuple[TableProblem, ...]
    base: Opened | None

    @property
    def chain(self) -> tuple[Opened, ...]:
        """All packs of the chain, base first."""
        return (*(self.base.chain if self.base else ()), self)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What rows of each pack of the chain inherit."""
        return tuple(layer_of(one.manifest) for one in self.chain)

    @property
    def names(self) -> frozenset[str]:
        """Lists that the chain has."""
        return frozenset(name for one in self.chain for name in one.texts)

    def entries(self, name: str, problems: list[TableProblem] | None = None) -> list[Entry]:
        """Rows of a list through the chain, base first; wrong rows go to ``problems``, unless all is known to be right."""
        found: list[Entry] = []
        for layer, one in enumerate(self.chain):
            if name not in one.texts:
                continue
            if problems is None:
                found += read_checked(name, one.texts[name], layer > 0, layer)
            else:
                found += parse_list(name, one.texts[name], layer > 0, problems, layer)
        return found


def layer_of(manifest: Manifest) -> Layer:
    """What rows of a pack inherit from its manifest."""
    effective = manifest.effective
    return Layer(
        manifest.edition,
        manifest.region.admdvs if manifest.region else "",
        effective.from_ if effective else None,
        effective.to if effective else None,
    )


def open_pack(name: str | PathLike[str], depth: int = 0) -> Opened:
    """Read a pack and its bases. Raises TablesError if it is none, or a base is not at hand."""
    folder = Path(name) if (Path(name) / MANIFEST_FILE).is_file() else pack_folder(str(name))
    manifest = read_manifest(folder)
    if manifest.scheme != "knowledge" or depth >= _MAX_LAYERS:
        raise TablesError(
            Text(
                f"{folder.name} 不是知识包,或扩展层数过多。",
                f"{folder.name} is no knowledge pack, or extends too many.",
            ),
            Text("请用 drgdip knowledge list 查看可用的知识包。", "drgdip knowledge list shows the packs at hand."),
        )
    base = open_pack(_base_of(folder, manifest.extends.edition), depth + 1) if manifest.extends else None
    content, changes = _content(folder, manifest)
    if base and manifest.extends and base.digest != manifest.extends.sha256:
        changes.append(TableProblem("base_changed", MANIFEST_FILE, 0, "extends", base.manifest.edition))
    parts = [(folder / MANIFEST_FILE).read_bytes(), *content.values()]
    digest = combine([*([base.digest] if base else []), *(sha256(part).hexdigest() for part in parts)])
    texts = {name: decode(content[file_of(name)], Path(file_of(name))) for name in FORMS if file_of(name) in content}
    return Opened(folder, manifest, digest, texts, tuple(changes), base)


def _base_of(folder: Path, edition: str) -> str | Path:
    beside = folder.parent / edition
    return beside if (beside / MANIFEST_FILE).is_file() else edition


def _content(folder: Path, manifest: Manifest) -> tuple[dict[str, bytes], list[TableProblem]]:
    content: dict[str, bytes] = {}
    changes = []
    for file, expected in manifest.files.items():
        if file not in {file_of(name) for name in FORMS}:
            changes.append(TableProblem("unknown_list", file, 0, "", ""))
            continue
        try:
            content[file] = (folder / file).read_bytes()
        except OSError:
            changes.append(TableProblem("file_missing", file, 0, "", ""))
            continue
        if sha256(content[file]).hexdigest() != expected:
            changes.append(TableProblem("file_changed", file, 0, "", ""))
    return content, changes


def load_pack(name: str | PathLike[str], day: date | None = None, region: str | None = None) -> Pack:
    """Load a knowledge pack by name, or from its folder, as it holds on a day in a region.

    A pack is checked whole when it is first loaded; that it passed is kept by its hash in the user's cache directory
    (unless ``DRGDIP_CACHE=off``). Lists are read when they are asked for.

    Parameters
    ----------
    name : str or PathLike
        Name of a pack, such as ``nhsa-2026``, or its folder.
    day : date, optional
        Day of the fees; the pack's latest state if left out. :meth:`Pack.on` gives further days without reading again.
    region : str, optional
        Six-digit division code of the place of care; the pack's own region if left out.

    Returns
    -------
    Pack
        ``rows(list)``, ``limits(list)``, ``digest``.

    Raises
    ------
    TablesError
        There is no such pack, it does not hold on the day, was changed since its import, or is wrong.

    Examples
    --------
    >>> from datetime import date
    >>> pack = load_pack("nhsa-2026", date(2026, 3, 1))
    >>> pack.limits("item_sex")["002101030300000"]
    2
    >>> pack.limits("duplicate_charge")["001103000010000", "001102000030000"].window
    'day'
    """
    opened = open_pack(name)
    raise_if_errors(opened.changes)
    mark = f"knowledge {CHECKS}"
    kept = read_parts(opened.digest, ("checked",))
    if kept is None or text_of(kept["checked"]) != mark:
        from drgdip.tables.knowledge.check import check_opened

        raise_if_errors(check_opened(opened))
        write_parts(opened.digest, {"checked": part_of(mark)})
    return Pack(opened.manifest, opened.digest, opened.layers, cache(opened.entries), opened.names, day, region)
