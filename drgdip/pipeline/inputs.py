"""Hashes of the input files, taken while the cases are being settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drgdip.base.provenance import InputFile, sha256_of_file
from drgdip.pipeline.tabular import as_sources

if TYPE_CHECKING:
    import numpy as np

    from drgdip.intake import CaseReader
    from drgdip.intake.combine import Beside
    from drgdip.intake.packed import StandardInput
    from drgdip.pipeline.sinks import Sink
    from drgdip.policy import Policy
    from drgdip.policy.sections.case_rules_values import FeeFact
    from drgdip.policy.values import Codes
    from drgdip.tables.code_mapping import CodeMapping


def input_files(*groups: Any) -> list[Path]:
    """The files behind what a run is given: files, those of folders; tables in memory have none."""
    from drgdip.intake.case_files import case_files

    given = [Path(one) for group in groups for one in as_sources(group) if isinstance(one, str | Path)]
    files = [file.path for path in given if path.exists() for file in case_files(path) if not file.skip]
    return list(dict.fromkeys(files))


@contextmanager
def hash_files(
    paths: Sequence[Path], streams: Sequence[StandardInput] = ()
) -> Iterator[Callable[[Mapping[str, int]], list[InputFile]]]:
    """Start hashing; the value is called with the rows of each file (by path) when the month is settled.

    ``streams`` are hashed then: what came on standard input is known only when it has been read.
    """
    with ThreadPoolExecutor(1) as pool:
        hashes = [(path, pool.submit(sha256_of_file, path)) for path in paths if path.is_file()]

        def record(rows: Mapping[str, int]) -> list[InputFile]:
            files = [(str(path), digest.result()) for path, digest in hashes]
            files += [("-", sha256_of_file(stream.content(lambda head: None).path)) for stream in streams]
            return [InputFile(path=path, sha256=digest, rows=rows.get(path, 0)) for path, digest in files]

        yield record


def with_standard_input(cases: Any) -> tuple[list[Any], list[StandardInput]]:
    """Case sources with ``-`` as an object that is read once, and that object."""
    from drgdip.intake.case_files import STANDARD_INPUT
    from drgdip.intake.packed import StandardInput

    stream = StandardInput()
    named = [isinstance(case, str | Path) and str(case) == STANDARD_INPUT for case in as_sources(cases)]
    found = [stream if is_stream else case for case, is_stream in zip(as_sources(cases), named, strict=True)]
    return found, [stream] if any(named) else []


def code_translations(codes: Codes) -> tuple[tuple[str, CodeMapping], ...]:
    """The mappings that a policy names, by the field whose codes they translate. Raises TablesError if one is unknown."""
    from drgdip.tables.code_mapping import load_code_mapping

    found: list[tuple[str, CodeMapping]] = []
    if codes.diagnosis_mapping:
        found.append(("diag_code", load_code_mapping(codes.diagnosis_mapping, "diagnosis")))
    if codes.procedure_mapping:
        found.append(("oprn_oprt_code", load_code_mapping(codes.procedure_mapping, "procedure")))
    return tuple(found)


def beside_cases(
    policy: Policy, month: str, settlements: Any, institutions: Any, mapping: Any, code_tables: str | Path | None
) -> Beside:
    """What the cases are joined with and read through; in which edition their codes are is the policy's word."""
    from drgdip.intake.combine import Beside
    from drgdip.pipeline.context import month_bounds

    codes = code_translations(policy.on(month_bounds(month)[1]).codes)
    tables = Path(code_tables) if code_tables else None
    return Beside(as_sources(settlements), as_sources(institutions), mapping, codes, tables)


def check_fees(
    reader: CaseReader, fees: Any, mapping: Any, chunk_rows: int, sink: Sink, facts: Mapping[str, FeeFact]
) -> Mapping[str, np.ndarray]:
    """Report what is wrong with fee lines, and give the sums that the policy asks for, by row of the cases.

    They are read through the mapping of the cases. Raises UsageError where the policy asks for sums and there are no lines.
    """
    from drgdip.pipeline.fee_facts import require_fee_lines

    require_fee_lines(facts, bool(len(as_sources(fees))))
    if not len(as_sources(fees)):
        return {}
    from drgdip.pipeline.fees import FeeReading

    reading = FeeReading(reader, as_sources(fees), chunk_rows, facts, mapping)
    for findings in reading.findings():
        sink.findings(findings)
    return reading.sums
