"""The compiled drivers of CHS-DRG grouping.

One loop asks all questions of a stay: the rule of a category, of an adjacent group, of its groups. The test itself stands
inside the loop and arrays are handed on one by one: a call that takes arrays (they are counted in and out), or a member
taken out of a tuple, costs more than the test.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.grouping.drg.rules import asked_codes, compared, counted, effective_severity

_HOLDS = -1
#: What the driver asks next.
_NEXT_ROW, _MDC, _ADRG, _DRG = 0, 1, 2, 3
#: Columns of a program, and kinds of its tests.
_KIND, _SUBJECT, _LIMIT, _SCOPE, _IF_TRUE, _IF_FALSE, _ABANDONS = 0, 1, 2, 3, 4, 5, 6
_SEVERITY, _COUNT = 4, 9
_LONGEST_PATH = 512


@rule
def lowest_bit(word: Any) -> Any:
    """Number of the lowest bit that is set in a 64-bit word; some bit must be."""
    number = 0
    for half in (32, 16, 8, 4, 2, 1):
        if word & ((np.int64(1) << half) - 1) == 0:
            word >>= half
            number += half
    return number


@kernel
def assign(
    diagnosis_id: Any, diagnosis_offset: Any, procedure_id: Any, procedure_offset: Any,
    age_years: Any, age_days: Any, birth_weight_g: Any, sex: Any, stay_days: Any, discharge_way: Any, icu_hours: Any,
    department: Any, severity: Any, tables: Any, traced: Any, diagnosis_role: Any, procedure_role: Any,
) -> Any:  # fmt: skip
    """Adjacent group and group of every stay as rows of the edition (int32, -1 none); shapes (n,).

    ``severity`` : what each diagnosis counts as, see :func:`weigh_complications`. If ``traced``, the codes that the deciding rules found are marked 1 in the two roles (int8, as long as the codes).
    """
    n = len(diagnosis_offset) - 1
    adrg_row, drg_row = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    program = tables.program
    diagnosis_class, diagnosis_sets, diagnosis_rows = (
        tables.diagnosis_class,
        tables.diagnosis_sets,
        tables.diagnosis_rows,
    )
    diagnosis_alone, diagnosis_helped = tables.diagnosis_rows_alone, tables.diagnosis_rows_helped
    operation_class, operation_sets, operation_rows = (
        tables.operation_class,
        tables.operation_sets,
        tables.operation_rows,
    )
    operation_alone, operation_helped = tables.operation_rows_alone, tables.operation_rows_helped
    diagnosis_heard, operation_heard = tables.diagnosis_heard, tables.operation_heard
    adrg_mdc, mdc_entry, adrg_entry = tables.adrg_mdc, tables.mdc_entry, tables.adrg_entry
    drg_offset, drg_entry, drgs = tables.drg_offset, tables.drg_entry, tables.drg_row
    words, d_words, p_words = diagnosis_rows.shape[1], diagnosis_sets.shape[1], operation_sets.shape[1]
    # Of the stay at hand: the sets its principal and other diagnoses, main and other operations are in; its numbers.
    members = np.zeros((4, max(d_words, p_words)), dtype=np.int64)
    numbers = np.zeros(8, dtype=np.int64)
    helped = np.zeros((2, words), dtype=np.int64)
    path, length = np.zeros(4 * _LONGEST_PATH, dtype=np.int64), np.zeros(4, dtype=np.int64)
    for i in range(n):
        d_start, d_end = np.int64(diagnosis_offset[i]), np.int64(diagnosis_offset[i + 1])
        p_start, p_end = np.int64(procedure_offset[i]), np.int64(procedure_offset[i + 1])
        if d_start == d_end:
            continue
        principal = np.int64(diagnosis_class[diagnosis_id[d_start]])
        main = np.int64(operation_class[procedure_id[p_start] if p_end > p_start else np.int32(-1)])
        for w in range(d_words):
            members[0, w], members[1, w] = diagnosis_sets[principal, w], 0
        for w in range(p_words):
            members[2, w], members[3, w] = operation_sets[main, w], 0
        for w in range(words):
            helped[0, w], helped[1, w] = 0, 0
        severe = np.int64(0)  # Bit 0: a CC; bit 1: an MCC.
        for place in range(d_start + 1, d_end):
            if severity[place] > 0:
                severe |= np.int64(severity[place])
            code = diagnosis_class[diagnosis_id[place]]
            if not diagnosis_heard[code]:
                continue
            for w in range(d_words):
                members[1, w] |= diagnosis_sets[code, w]
            for w in range(words):
                helped[0, w] |= diagnosis_helped[code, w]
        for place in range(p_start + 1, p_end):
            code = operation_class[procedure_id[place]]
            if not operation_heard[code]:
                continue
            for w in range(p_words):
                members[3, w] |= operation_sets[code, w]
            for w in range(words):
                helped[1, w] |= operation_helped[code, w]
        numbers[0], numbers[1], numbers[2], numbers[3] = age_years[i], age_days[i], birth_weight_g[i], sex[i]
        numbers[4], numbers[5], numbers[6], numbers[7] = stay_days[i], discharge_way[i], icu_hours[i], department[i]

        word, row, k, last = np.int64(-1), np.int64(-1), np.int64(0), np.int64(0)
        rows, mdc, mdc_known, mdc_holds = np.int64(0), np.int32(-1), np.int32(-1), False
        phase, decided, tracing = _NEXT_ROW, False, False
        while not decided:
            if phase == _NEXT_ROW:
                while rows == 0 and word + 1 < words:
                    word += 1
                    rows = diagnosis_rows[principal, word] & operation_rows[main, word]
                    rows &= diagnosis_alone[principal, word] | helped[0, word]
                    rows &= operation_alone[main, word] | helped[1, word]
                if rows == 0:
                    break
                bit = lowest_bit(rows)
                rows &= ~(np.int64(1) << bit)
                row = word * 64 + bit
                mdc = adrg_mdc[row]
                if mdc == mdc_known and not mdc_holds:
                    continue
                phase = _ADRG if mdc == mdc_known else _MDC
            if phase == _MDC:
                at = np.int64(mdc_entry[mdc])
            elif phase == _ADRG:
                at = np.int64(adrg_entry[row])
            else:
                at = np.int64(drg_entry[k])
            while at >= 0:
                kind, subject, limit = program[at, _KIND], program[at, _SUBJECT], program[at, _LIMIT]
                if kind < _SEVERITY:
                    is_so = (members[kind, subject >> 6] >> (subject & 63)) & 1 == 1
                elif kind == _SEVERITY:
                    is_so = severe & subject != 0
                elif kind < _COUNT:
                    is_so = compared(kind, numbers[subject], limit)
                elif kind > _COUNT:
                    is_so = numbers[7] != -1 and ((numbers[7] == limit) == (kind == _COUNT + 1))
                elif program[at, _SCOPE] & 64:
                    is_so = counted(diagnosis_id, d_start, d_end, diagnosis_class, diagnosis_sets, subject,
                                    program[at, _SCOPE], limit)  # fmt: skip
                else:
                    is_so = counted(procedure_id, p_start, p_end, operation_class, operation_sets, subject,
                                    program[at, _SCOPE], limit)  # fmt: skip
                if tracing:
                    # The tests of a rule that hold; an alternative that fails takes its tests with it.
                    first, abandons = phase * _LONGEST_PATH, program[at, _ABANDONS]
                    if (abandons > 0 and not is_so) or (abandons < 0 and is_so):
                        while length[phase] > 0 and path[first + length[phase] - 1] < abs(abandons):
                            length[phase] -= 1
                    elif is_so and length[phase] < _LONGEST_PATH:
                        path[first + length[phase]] = at
                        length[phase] += 1
                at = program[at, _IF_TRUE] if is_so else program[at, _IF_FALSE]
            so = at == _HOLDS
            if tracing:
                phase += 1
                decided = phase > _DRG or (phase == _DRG and k == last)
            elif phase == _MDC:
                mdc_known, mdc_holds = mdc, so
                phase = _ADRG if so else _NEXT_ROW
            elif phase == _ADRG:
                k, last = np.int64(drg_offset[row]), np.int64(drg_offset[row + 1])
                decided = so and k == last
                phase = _DRG if so else _NEXT_ROW
            elif so:
                drg_row[i], decided = drgs[k], True
            else:
                k += 1
                phase = _NEXT_ROW if k == last else _DRG
            if decided and traced and not tracing:  # Once more through the rules that decided, noting what they ask.
                phase, decided, tracing = _MDC, False, True
                length[:] = 0
        if decided:
            adrg_row[i] = row
        if decided and traced:
            for p in range(_MDC, _DRG + 1):
                for step in range(length[p]):
                    test = path[p * _LONGEST_PATH + step]
                    subject, scope = program[test, _SUBJECT], program[test, _SCOPE]
                    if scope & 64:
                        left, right = asked_codes(d_start, d_end, scope)
                        for place in range(left, right):
                            held = diagnosis_sets[diagnosis_class[diagnosis_id[place]], subject >> 6]
                            diagnosis_role[place] |= (held >> (subject & 63)) & 1
                    elif scope != 0:
                        left, right = asked_codes(p_start, p_end, scope)
                        for place in range(left, right):
                            held = operation_sets[operation_class[procedure_id[place]], subject >> 6]
                            procedure_role[place] |= (held >> (subject & 63)) & 1
    return adrg_row, drg_row


@kernel
def weigh_complications(diagnosis_id: Any, diagnosis_offset: Any, tables: Any) -> Any:
    """What every other diagnosis counts as: 1 CC, 2 MCC, -1 and -2 the same but excluded by the principal, 0 neither.

    int8, as long as the diagnoses; principal diagnoses are 0.
    """
    result = np.zeros(len(diagnosis_id), dtype=np.int8)
    level, exclusion = tables.severity, tables.exclusion
    excluded_class, excluded_by = tables.excluded_class, tables.excluded_by
    i = 0
    for k in range(len(diagnosis_id)):
        severity = level[diagnosis_id[k]]
        if severity == 0:
            continue
        while diagnosis_offset[i + 1] <= k:
            i += 1
        start = diagnosis_offset[i]
        if k > start:
            counts = effective_severity(
                diagnosis_id[k], diagnosis_id[start], level, exclusion, excluded_class, excluded_by
            )
            result[k] = counts if counts != 0 else -severity
    return result
