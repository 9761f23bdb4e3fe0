import pytest

from fundapp.domain.numerals import NumeralError, NumeralFault, read_units


@pytest.mark.parametrize(
    ("text", "digits", "units"),
    [
        ("300", 0, 300),
        (" 300 ", 0, 300),
        ("007", 0, 7),
        ("-12", 0, -12),
        ("\u221212", 0, -12),
        ("1,319", 0, 1319),
        ("1.319", 0, 1319),
        ("1 319", 0, 1319),
        ("300.0", 0, 300),
        ("12,500.50", 2, 1_250_050),
        ("12 500,50", 2, 1_250_050),
        ("12\u202f500,50", 2, 1_250_050),
        ("12'500.5", 2, 1_250_050),
        ("12’500", 2, 1_250_000),
        ("12.500", 2, 1_250_000),
        ("0.500", 2, 50),
        ("1.234.567", 2, 123_456_700),
        ("12,50,000.25", 2, 125_000_025),
        ("1.234", 2, 123_400),
        ("1250.125", 3, 1_250_125),
        ("\u0661\u0662\u0665\u0660\u0660\u066b\u0665", 2, 1_250_050),
        ("१२५००", 2, 1_250_000),
        ("\uff11\uff12\uff15\uff10\uff10", 2, 1_250_000),
    ],
)
def test_numbers_of_many_countries_are_read(text, digits, units):
    assert read_units(text, digits=digits) == units


@pytest.mark.parametrize(
    ("text", "digits", "fault"),
    [
        ("", 2, NumeralFault.NOT_A_NUMBER),
        ("about 300", 0, NumeralFault.NOT_A_NUMBER),
        ("12,50,0", 2, NumeralFault.NOT_A_NUMBER),
        ("1,234,56", 2, NumeralFault.NOT_A_NUMBER),
        ("1.2.3", 2, NumeralFault.NOT_A_NUMBER),
        ("1..5", 2, NumeralFault.NOT_A_NUMBER),
        ("5²", 0, NumeralFault.NOT_A_NUMBER),
        ("1e5", 0, NumeralFault.NOT_A_NUMBER),
        ("--5", 0, NumeralFault.NOT_A_NUMBER),
        ("9" * 61, 0, NumeralFault.NOT_A_NUMBER),
        ("1.5", 0, NumeralFault.TOO_PRECISE),
        ("1.250", 3, NumeralFault.AMBIGUOUS),
        ("12,500", 3, NumeralFault.AMBIGUOUS),
        ("12345.678", 2, NumeralFault.TOO_PRECISE),
        ("0.125", 2, NumeralFault.TOO_PRECISE),
        ("9" * 16, 0, NumeralFault.TOO_LARGE),
        ("9" * 14, 2, NumeralFault.TOO_LARGE),
    ],
)
def test_what_is_no_clear_number_is_refused_with_its_fault(text, digits, fault):
    with pytest.raises(NumeralError) as refused:
        read_units(text, digits=digits)
    assert refused.value.fault is fault
