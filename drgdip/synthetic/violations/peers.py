"""Rules that hold institutions and counties against each other: cases far on either side, in levels and groups of their own."""

from __future__ import annotations

from drgdip.synthetic.violations.casebook import Casebook, line

_RULES = ("A07", "C05", "C06", "C13", "C16", "G05", "G07", "I03", "I04", "I11", "X04", "X05")


def plant_peers(book: Casebook) -> None:
    """Rules A07, C05, C06, C13, C16, G05, G07, I03, I04, I11, X04 and X05."""
    book.statistical.update(_RULES)
    for plant in (_uploads, _swapped, _routine, _dearest, _borders, _outliers, _rates, _shares, _origin, _outflow):
        plant(book)


def _uploads(book: Casebook) -> None:
    """Three of ten lines later than 72 hours, elsewhere two of ten: a fifth."""
    for place, late in (("VA07A", 3), ("VA07B", 2)):
        lines = [line(n, "VX", opt_time=book.at(13, "09:00:01" if n <= late else "09:00:00"), time="09:00:00", fee=f"{n}.00") for n in range(1, 11)]  # fmt: skip
        book.stay(f"A07-{place[-1]}", lines, fixmedins_code=place)
    book.place_of("A07", "WARN", "VA07A", book.month)
    book.near["A07"] += 1


def _swapped(book: Casebook) -> None:
    """An own code under two national codes in a month; elsewhere in two months. An own name of the cheaper test."""
    for place, other in (("VC05A", 11), ("VC05B", -10)):
        day = min(10, other)
        book.stay(f"C05-{place[-1]}", [line(1, "VDEAR", 10, medins_list_codg="VOWN"), line(2, "VCHEAP", other, fee="50.00", medins_list_codg="VOWN")],
                  days=(day, 12), fixmedins_code=place)  # fmt: skip
    book.place_of("C05", "REFER", "VC05A", f"codes|VOWN|{book.month}")
    book.lists(C05={"national": {"VDEAR": {"name": "N端脑利钠肽前体测定", "price": "160"}, "VCHEAP": {"name": "脑利钠肽测定", "price": "100"}},
                    "sim_low": "0.8"})  # fmt: skip
    for place, name in (("VC05C", "脑利钠肽测定"), ("VC05D", "N端脑利钠肽前体测定")):
        book.stay(
            f"C05-{place[-1]}",
            [line(1, "VDEAR", fee="1600.00", quantity="10", medins_list_name=name)],
            fixmedins_code=place,
        )
    book.place_of("C05", "REFER", "VC05C", "name|VDEAR|脑利钠肽测定", fee="600.00")
    book.near["C05"] += 2


def _routine(book: Casebook) -> None:
    """Tests of all admissions of a ward that others never make; of half of them they are no routine."""
    book.lists(
        C06={"sets": {"VSET": {"codes": ["VSETTEST"]}}, "min_n": 3},
        C13={"sets": {"VSET": {"codes": ["VSINGLE"]}}, "min_n": 3},
    )
    for rule, item in (("C06", "VSETTEST"), ("C13", "VSINGLE")):
        for ward, used in (("1", 4), ("2", 1)):
            department = f"V{rule}W{ward}"
            for number in range(4):
                tests = [line(1, item, fee="30.00", kind="04")] if number < used else []
                book.stay(f"{rule}-{ward}{number}", tests, fixmedins_code=f"V{rule}A{ward}", dscg_caty=department)
                book.stay(f"{rule}-{ward}{number}E", fixmedins_code=f"V{rule}E{number}", dscg_caty=department)
        book.place_of(
            rule, "REFER", f"V{rule}A1", f"VSET|V{rule}W1|{book.on(10)[:7]}", fee="120.00", scope="120.00", fund=""
        )
        book.near[rule] += 1


def _dearest(book: Casebook) -> None:
    """162 of 200 units of the dearest kind where others have 64: 98 more at 10.00; 96 are one and a half times."""
    book.lists(C16={"families": {"V换药": {"codes": ["VSMALL", "VMIDDLE", "VBIG"], "prices": ["10", "20", "30"]}}})
    for level, dear in (("97", 162), ("96", 96)):
        for place, count in (("A", dear), ("B", 64)):
            lines = [
                line(1, "VBIG", fee="300.00", quantity=str(count)),
                line(2, "VSMALL", fee="100.00", quantity=str(200 - count)),
            ]
            book.stay(f"C16-{level}{place}", lines, fixmedins_code=f"VC16{level}{place}", hosp_lv=level)
    book.place_of("C16", "REFER", "VC1697A", "V换药", fee="980.00")
    book.near["C16"] += 1


def _borders(book: Casebook) -> None:
    """16 just above twice the standard, one just below; elsewhere 12 and 5."""
    book.lists(G05={"min_n": 17})
    for place, above in (("VG05A", 16), ("VG05B", 12)):
        for number in range(17):
            book.stay(
                f"G05-{place[-1]}{number:02}", fixmedins_code=place, std_fee="4900.00" if number < above else "5100.00"
            )
    book.place_of("G05", "WARN", "VG05A", "hi")
    book.near["G05"] += 1


def _outliers(book: Casebook) -> None:
    """Twenty units where thirty stays elsewhere have one each: nineteen more at 5.00; and the only death of the group."""
    for number in range(30):
        book.stay(
            f"I11-{number:02}",
            [line(1, "VREHABILITATION", fee="5.00")],
            fixmedins_code="VI11B",
            group="VGI11",
            dx="U16.900",
        )
    book.stay(
        "I11-A",
        [line(1, "VREHABILITATION", fee="100.00", quantity="20")],
        fixmedins_code="VI11A",
        group="VGI11",
        dx="U16.900",
        dscg_way="5",
    )
    book.place_of("I11", "REFER", "VI11A", "VREHABILITATION", fee="95.00")
    book.place_of("G07", "WARN", "VI11A")
    book.near["I11"] += 1
    book.near["G07"] += 1


def _rates(book: Casebook) -> None:
    """Nine, six and no admissions of ten insured each: 1.8, 1.2 and 0 times the city."""
    book.lists(I03={"insured": {county: {"45|1": 10} for county in ("997501", "997502", "997503")}})
    for county, count in (("997501", 9), ("997502", 6)):
        for number in range(count):
            book.stay(f"I03-{county[-1]}{number}", insu_admdvs=county, mdtrt_admdvs="997500", fixmedins_code="VI03")
    book.expect("I03", "WARN", "area", ("997501",), fund="")
    book.near["I03"] += 1


def _shares(book: Casebook) -> None:
    """A third of CT where the median is 18 per cent and the deviation 3: z 3.37; 31 per cent: z 2.92."""
    book.lists(I04={"indicators": {"ct": {"codes": ["VCT"]}}})
    for level, most in (("95", "3300.00"), ("94", "3100.00")):
        for place, fee in (("A", most), ("B", "1500.00"), ("C", "1800.00"), ("D", "2100.00")):
            book.stay(
                f"I04-{level}{place}",
                [line(1, "VCT", fee=fee, kind="03")],
                fixmedins_code=f"VI04{level}{place}",
                hosp_lv=level,
            )
    book.place_of("I04", "WARN", "VI0495A", "ct")
    book.near["I04"] += 1


def _origin(book: Casebook) -> None:
    """Patients from elsewhere cost 1.4 times those of the place, elsewhere 1.2 times."""
    for place, costs in (("VX04A", ("13900.00", "14100.00")), ("VX04B", ("11900.00", "12100.00"))):
        for number in range(10):
            local = ("9500.00", "10500.00")[number % 2]
            book.stay(f"X04-{place[-1]}{number}L", total=local, fixmedins_code=place, group="VGX04")
            book.stay(
                f"X04-{place[-1]}{number}E",
                total=costs[number % 2],
                fixmedins_code=place,
                group="VGX04",
                insu_admdvs="990300",
            )
    book.place_of("X04", "WARN", "VX04A", "VGX04")
    book.near["X04"] += 1


def _outflow(book: Casebook) -> None:
    """Half of a county's stays are elsewhere, those of its neighbours at home; in another city it was as many before."""
    for city, before in (("9977", "0.1"), ("9976", "0.5")):
        book.lists(X05={"before": {**book.params.get("X05", {}).get("before", {}), f"{city}01": before}})
        for county, treated in (("01", city), ("01", "9988"), ("02", city), ("03", city)):
            book.stay(
                f"X05-{city}{county}{treated}",
                insu_admdvs=f"{city}{county}",
                mdtrt_admdvs=f"{treated}00",
                fixmedins_code=f"VX05{treated}",
            )
    book.expect("X05", "WARN", "area", ("997701",), fund="")
    book.near["X05"] += 1
