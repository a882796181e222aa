"""The registry of fields and the code tables: whole, consistent, and the columns that stages declare."""

from __future__ import annotations

import pytest

from drgdip.base.reasons import REASONS
from drgdip.intake import WRITES
from drgdip.intake.status import DECIMALS, LONG, MISSING, RANGE, WRONG, reason_key
from drgdip.interface.code_tables import code_numbers, code_tables, hospital_tier
from drgdip.interface.fields import field_names, fields, label, required_fields
from drgdip.quality_control import CHECK_READS, ELIGIBILITY_READS

#: The flat case layout, in its order.
LAYOUT = (
    "setl_id mdtrt_id psn_no fixmedins_code hosp_lv insutype insu_admdvs mdtrt_admdvs med_type gend age nwb_age nwb_bir_wt "
    "adm_time dscg_time setl_time act_ipt_days dscg_way dscg_caty icu_hours refd_setl_flag diag_code oprn_oprt_code "
    "medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt act_pay_dedc hifp_pay cvlserv_pay hifes_pay "
    "hifmi_pay hifob_pay maf_pay hosp_part_amt oth_pay fund_pay_sumamt acct_pay psn_cash_pay"
)


def test_the_registry_is_the_flat_layout() -> None:
    assert field_names() == tuple(LAYOUT.split())
    assert [field.position for field in fields().values()] == list(range(40))


def test_what_settlement_needs() -> None:
    needed = (
        "setl_id fixmedins_code hosp_lv insutype insu_admdvs mdtrt_admdvs adm_time dscg_time setl_time act_ipt_days diag_code "
        "medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt hifp_pay fund_pay_sumamt acct_pay psn_cash_pay"
    )

    assert required_fields() == tuple(needed.split())


def test_every_field_is_labelled_and_has_its_source() -> None:
    for field in fields().values():
        assert all(field.label), field.name
        assert field.source, field.name
        assert field.evidence, field.name
    assert len({field.column for field in fields().values() if field.column}) == len(WRITES) - 3
    assert label("medfee_sumamt").zh == "医疗费总额"
    assert label("no_such_field") == ("no_such_field", "no_such_field")


def test_no_alias_is_a_field_or_stands_twice() -> None:
    aliases = [alias for field in fields().values() for alias in field.aliases]

    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(field_names())


def test_every_code_table_that_a_field_names_exists_and_is_of_numbers() -> None:
    for field in fields().values():
        assert bool(field.code_table) == bool(field.code_check), field.name
        if field.code_table:
            assert code_numbers(field.code_table)
    for table in code_tables().values():
        for code in table.values():
            assert all(code.name)
            assert code.evidence


@pytest.mark.parametrize(
    ("levels", "tier"), [(range(1, 5), 3), (range(5, 8), 2), (range(8, 11), 1), (range(11, 15), 0)]
)
def test_tiers_of_hospital_levels(levels: range, tier: int) -> None:
    assert {hospital_tier(level) for level in levels} == {tier}
    assert code_numbers("hosp_lv") == set(range(1, 15))


def test_stages_read_what_intake_writes() -> None:
    written = {column.name: (column.dtype, column.unit, column.dims) for column in WRITES}

    for column in (*CHECK_READS, *ELIGIBILITY_READS):
        assert written[column.name] == (column.dtype, column.unit, column.dims)


def test_every_status_has_a_registered_reason() -> None:
    for kind, states in {
        "money": (WRONG, DECIMALS, RANGE), "datetime": (WRONG, RANGE), "integer": (WRONG, DECIMALS, RANGE),
        "decimal": (WRONG, RANGE), "code": (WRONG, DECIMALS, RANGE, LONG), "text": (RANGE, LONG), "codes": (),
    }.items():  # fmt: skip
        for state in (MISSING, *states):
            assert REASONS[reason_key(kind, state)].effect == "set_aside"
