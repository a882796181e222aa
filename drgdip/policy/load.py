"""Loading a policy: a file becomes values by day, or all that is wrong with it is told."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from os import PathLike
from pathlib import Path

from drgdip.base.errors import PolicyError
from drgdip.base.text import Text
from drgdip.base.validity import Period
from drgdip.base.yaml_source import MAX_BYTES, read_yaml
from drgdip.policy.dated import Entry, entry_on
from drgdip.policy.model import Contents, read_contents
from drgdip.policy.problems import Problem, Problems
from drgdip.policy.resolve import Day, Unknown, codes, grouping_alone, policy_values
from drgdip.policy.rows import Row, row_of
from drgdip.policy.sanity import check_day, warnings
from drgdip.policy.values import Codes, Grouping, PolicyValues

_REGIONS = Path(__file__).resolve().parent / "regions"
#: Keys that a message names one by one.
_NAMED = 6


@dataclass(frozen=True, eq=False)
class Policy:
    """A region's payment policy: identity, and values by day.

    sha256 : hash of the file's bytes. warnings : what is accepted and yet departs from national rules.
    """

    name: str
    version: str
    title: Text
    status: str
    region_admdvs: str
    region_name: Text
    period: Period
    tables_scheme: str
    tables_edition: str
    sha256: str
    source_path: Path
    warnings: tuple[Problem, ...]
    _contents: Contents
    _starts: tuple[date, ...]
    _values: tuple[PolicyValues | None, ...]

    @property
    def reference(self) -> str:
        """What loads this policy again: the name of a shipped one, else the path of its file."""
        return self.name if self.source_path.parent == _REGIONS else str(self.source_path.resolve())

    def on(self, day: date) -> PolicyValues:
        """The values of a day, one object for all days of a stretch without entries that begin.

        Raises PolicyError, naming the day, if the policy does not cover it, or naming the values that are unknown.
        """
        self._check_covered(day)
        values = self._values[bisect_right(self._starts, day) - 1]
        if values is None:
            raise self._unsettled(self.unknown(day))
        return values

    def grouping_on(self, day: date) -> Grouping:
        """How stays of a day are grouped, whatever else the policy leaves unknown. Raises as :meth:`on`."""
        self._check_covered(day)
        try:
            return grouping_alone(Day(self._contents, day))
        except Unknown as error:
            raise self._unsettled(self.unknown(day)) from error

    def codes_on(self, day: date) -> Codes:
        """Which codes the input has on a day, as :meth:`grouping_on`."""
        self._check_covered(day)
        try:
            return codes(Day(self._contents, day))
        except Unknown as error:
            raise self._unsettled(self.unknown(day)) from error

    def unknown(self, day: date | None = None) -> list[Row]:
        """The values that the file says are unknown, on a day or at all."""
        return [row for row in self.describe(day) if row.unknown]

    def distinct_values(self) -> list[PolicyValues]:
        """The values of every stretch of days, in the order of time; raises PolicyError if all of them lack one."""
        known = [values for values in self._values if values is not None]
        if not known:
            raise self._unsettled(self.unknown())
        return known

    def change_days(self, first: date, last: date) -> list[date]:
        """Days after ``first``, up to ``last``, on which any value differs from the day before."""
        return [
            start
            for start, before, after in zip(self._starts[1:], self._values, self._values[1:], strict=False)
            if first < start <= last and before != after
        ]

    def citation(self, key: str, day: date) -> str:
        """The citation of a value on a day; of a part the whole's (``deviation.low.threshold``), of a section all.

        Raises PolicyError if the day is not covered, KeyError for an unknown key.
        """
        self._check_covered(day)
        parts = key.split(".")
        for length in range(len(parts), 0, -1):
            if entry := entry_on(self._contents.leaves.get(".".join(parts[:length]), ()), day):
                return entry.citation
        cited = [row.citation for row in self.describe(day) if row.key.startswith(key + ".")]
        if not cited:
            raise KeyError(key)
        return "; ".join(dict.fromkeys(cited))

    def describe(self, day: date | None = None) -> list[Row]:
        """Every value as written, in the order of the form; all periods, or those that hold on a day."""
        if day is not None:
            self._check_covered(day)
        return [
            row_of(key, entry)
            for key, entries in self._contents.leaves.items()
            for entry in entries
            if day is None or day in entry.period
        ]

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The dated values of a key, none if the file leaves it out."""
        return self._contents.leaves.get(key, ())

    def leaf_keys(self) -> tuple[str, ...]:
        """Keys of all dated values, in the order of the form."""
        return tuple(self._contents.leaves)

    def names(self, key: str) -> tuple[str, ...]:
        """What stands under a key whose children the file names (pools, hospitals)."""
        return self._contents.names.get(key, ())

    def named_keys(self) -> tuple[str, ...]:
        """Keys whose children the file names."""
        return tuple(self._contents.names)

    def plain_keys(self) -> tuple[str, ...]:
        """Keys of the head's values and of names."""
        return tuple(self._contents.plain)

    def plain(self, key: str) -> object:
        """A value of the head, None if the file leaves it out."""
        return self._contents.plain.get(key)

    def doubts(self, first: date, last: date, without: tuple[str, ...] = ()) -> dict[str, str]:
        """Marks of the values in doubt that hold on any of these days, by key; ``without`` : sections left out.

        Where the mark of a key changes, the later one is told.
        """
        return {
            row.key: row.status
            for row in self.describe()
            if row.in_doubt
            and row.period.first <= last
            and row.period.last >= first
            and not row.key.startswith(without)
        }

    def _unsettled(self, rows: list[Row]) -> PolicyError:
        keys = list(dict.fromkeys(row.key for row in rows))
        named = ", ".join(keys[:_NAMED])
        zh, en = (f"等 {len(keys)} 项", f" and {len(keys) - _NAMED} more") if len(keys) > _NAMED else ("", "")
        return PolicyError(
            Text(f"政策 {self.name} 的取值未知,不能据此结算:{named}{zh}。",
                 f"The policy {self.name} cannot be settled with: its value is unknown for {named}{en}."),
            Text("请依据本地文件填写这些取值并注明出处,再用“drgdip policy check 文件”复核。",
                 "Fill these in from the document of the place and cite it, then run “drgdip policy check FILE”."),
        )  # fmt: skip

    def _check_covered(self, day: date) -> None:
        if day not in self.period:
            raise PolicyError(
                Text(
                    f"政策 {self.name} 有效期为 {self.period},不含 {day}。",
                    f"The policy {self.name} is in effect {self.period}, which does not include {day}.",
                ),
                Text("请选用覆盖该日的政策文件。", "Use a policy file that covers this day."),
            )


def shipped_policies() -> list[str]:
    """Names of the policies that come with the package."""
    return sorted(path.stem for path in _REGIONS.glob("*.yaml"))


def load_policy(path_or_name: str | PathLike[str]) -> Policy:
    """Load a policy file, or a shipped policy by its name.

    Parameters
    ----------
    path_or_name : str or PathLike
        Path of a YAML file, or a name such as ``demo_city``.

    Returns
    -------
    Policy
        Identity, and values by day: ``policy.on(day)``, ``policy.describe(day)``.

    Raises
    ------
    PolicyError
        There is no such policy, or its file is wrong: then ``problems`` names file, line and key of each.

    Examples
    --------
    >>> import drgdip
    >>> policy = drgdip.load_policy("demo_tiny")
    >>> policy.region_admdvs, policy.tables_edition
    ('990100', 'demo')
    """
    return load_policy_file(_locate(path_or_name))


def load_policy_file(path: str | PathLike[str]) -> Policy:
    """Load a policy file by its path only. Raises as :func:`load_policy`."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(
            Text(f"无法读取政策文件 {path}。", f"The policy file {path} cannot be read ({error.strerror})."),
            Text("请检查路径与权限。", "Check the path and its permissions."),
        ) from error
    return parse_policy(content, path)


def parse_policy(content: bytes, path: Path) -> Policy:
    """The policy that a file's bytes hold; ``path`` names the file in problems."""
    problems = Problems(path.name)
    root = read_yaml(content, problems)
    contents = Contents({}, {}, {}) if root is None else read_contents(root, problems)
    for start in _starts(contents):
        check_day(Day(contents, start), problems)
    problems.raise_if_any()
    return assembled(contents, content, path)


def assembled(contents: Contents, content: bytes, path: Path) -> Policy:
    """The policy of contents that fit together; its hash is that of ``content``."""
    plain = contents.plain
    starts = _starts(contents)
    days = [Day(contents, start) for start in starts]
    told = dict.fromkeys(warning for on in days for warning in warnings(on, path.name))
    return Policy(
        name=plain["policy.name"],
        version=plain["policy.version"],
        title=plain["policy.title"],
        status=plain["policy.status"],
        region_admdvs=plain["region.admdvs"],
        region_name=plain["region.name"],
        period=plain["effective"],
        tables_scheme=plain["tables.scheme"],
        tables_edition=plain["tables.edition"],
        sha256=hashlib.sha256(content).hexdigest(),
        source_path=path,
        warnings=tuple(told),
        _contents=contents,
        _starts=starts,
        _values=tuple(_known_values(on) for on in days),
    )


def _known_values(on: Day) -> PolicyValues | None:
    try:
        return policy_values(on)
    except Unknown:
        return None


def _starts(contents: Contents) -> tuple[date, ...]:
    """The days on which some entry begins: between them no value changes."""
    return tuple(sorted({entry.period.first for entries in contents.leaves.values() for entry in entries}))


def _locate(path_or_name: str | PathLike[str]) -> Path:
    path = Path(path_or_name)
    shipped = shipped_policies()
    if str(path_or_name) in shipped:
        return _REGIONS / f"{path_or_name}.yaml"
    if path.is_file() or path.suffix or path.parent != Path("."):
        return path
    near = get_close_matches(str(path_or_name), shipped, n=1)
    raise PolicyError(
        Text(f"没有名为 {path_or_name} 的政策。", f"There is no policy named {path_or_name}."),
        Text(
            f"请给出政策文件路径,或使用:{', '.join(near or shipped)}。",
            f"Give the path of a policy file, or use {', '.join(near or shipped)}.",
        ),
    )
