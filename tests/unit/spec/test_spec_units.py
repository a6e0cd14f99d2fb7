"""Points, weights, shares, times, sizes, dates and zones as people write them."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.spec.units import percent, points, seconds, size, weight, when, zone


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (3, Fraction(3)),
        (0, Fraction(0)),
        (0.1, Fraction(1, 10)),
        (0.5, Fraction(1, 2)),
        (2.75, Fraction(11, 4)),
        (1e-7, Fraction(1, 10_000_000)),
        (999_999_999, Fraction(999_999_999)),
    ],
)
def test_points_are_exactly_the_decimal_that_was_written(written: float, exact: Fraction) -> None:
    assert points(written) == exact


def test_ten_times_a_tenth_of_a_point_is_one_point() -> None:
    assert sum([points(0.1)] * 10) == 1


@pytest.mark.parametrize("value", ["3", "three", True, False, None, [1], {}, 1j])
def test_points_must_be_a_number(value: object) -> None:
    with pytest.raises(ValueError, match="a number of points was expected"):
        points(value)


@pytest.mark.parametrize(
    "value", [-1, -0.5, 1e9, 10**9, 10**400, -(10**400), float("inf"), float("-inf"), float("nan")]
)
def test_points_lie_between_zero_and_a_thousand_million(value: float) -> None:
    with pytest.raises(ValueError, match="points lie between 0 and a thousand million"):
        points(value)


@given(whole=st.integers(0, 10**6), hundredths=st.integers(0, 99))
@settings(deadline=None, derandomize=True)
def test_points_with_two_decimals_are_hundredths(whole: int, hundredths: int) -> None:
    assert points(float(f"{whole}.{hundredths:02d}")) == Fraction(100 * whole + hundredths, 100)


@pytest.mark.parametrize(
    ("written", "value"),
    [("2 s", 2.0), ("2s", 2.0), ("0.5 s", 0.5), ("500 ms", 0.5), ("1.5 min", 90.0), ("10  s", 10.0), ("007 s", 7.0)],
)
def test_a_time_is_in_seconds(written: str, value: float) -> None:
    assert seconds(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 B", 1),
        ("64 KiB", 65_536),
        ("1.5 KiB", 1536),
        ("64 MiB", 67_108_864),
        ("2 GiB", 2_147_483_648),
        ("64MiB", 67_108_864),
    ],
)
def test_a_size_is_in_bytes(written: str, value: int) -> None:
    found = size(written)
    assert (found, type(found)) == (value, int)


NOT_QUANTITIES = [
    *("", "2", "s", "-2 s", "+2 s", "0 s", "0.0 s", "2 h", "2 S", "2 sec", "2 s ", " 2 s", "2 s\n", "2. s", ".5 s"),
    *("1e3 s", "٣ s", "2 s 3 ms", "2 KB", "2 MB", "64 mib", "0 MiB", "1,5 s", "inf s", "nan s"),
    *(2, 2.0, True, None, ["2 s"], {"s": 2}),
]


@pytest.mark.parametrize("value", [*NOT_QUANTITIES, "64 MiB"])
def test_what_is_no_time_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(ValueError, match="expected a time such as `2 s` or `500 ms`, found "):
        seconds(value)


@pytest.mark.parametrize("value", [*NOT_QUANTITIES, "2 s"])
def test_what_is_no_size_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(ValueError, match="expected a size such as `64 MiB` or `2 GiB`, found "):
        size(value)


def test_less_than_one_byte_is_no_size() -> None:
    with pytest.raises(ValueError, match="expected a size"):
        size("0.5 B")


@pytest.mark.parametrize("read", [seconds, size], ids=["time", "size"])
@given(digits=st.integers(1, 30), unit=st.sampled_from(["s", "ms", "min", "B", "KiB", "MiB", "GiB", "x"]))
@example(digits=400, unit="s")
@example(digits=400, unit="GiB")
@settings(deadline=None, derandomize=True)
def test_a_quantity_is_finite_and_above_zero_or_refused(read: object, digits: int, unit: str) -> None:
    assert callable(read)
    try:
        value = read(f"{'9' * digits} {unit}")
    except ValueError:
        return
    assert 0 < value < float("inf")


@pytest.mark.parametrize(("written", "exact"), [(1, Fraction(1)), (0, Fraction(0)), (0.1, Fraction(1, 10))])
def test_a_weight_is_exactly_the_decimal_that_was_written(written: float, exact: Fraction) -> None:
    assert weight(written) == exact


@pytest.mark.parametrize(
    ("value", "message"),
    [("1", "a weight was expected"), (True, "a weight was expected"), (-1, "weights lie between 0 and")],
)
def test_a_weight_is_a_number_that_is_not_negative(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        weight(value)


@pytest.mark.parametrize(
    ("written", "share"),
    [("10 %", "1/10"), ("10%", "1/10"), ("0 %", "0"), ("100 %", "1"), ("12.5  %", "1/8"), ("33.3 %", "333/1000")],
)
def test_a_share_is_exactly_the_percentage_that_was_written(written: str, share: str) -> None:
    assert percent(written) == Fraction(share)


@pytest.mark.parametrize(
    "value", ["10", 10, 0.1, "-10 %", "101 %", "100.1 %", "ten %", "1e1 %", "%", "", None, True, "١ %"]
)
def test_a_share_that_is_written_otherwise_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"a share such as `10 %` was expected, at most `100 %`"):
        percent(value)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2027-03-01 23:59", "2027-03-01 23:59"),
        ("2027-03-01T23:59", "2027-03-01 23:59"),
        ("2027-03-01", "2027-03-01"),
        ("2028-02-29 00:00", "2028-02-29 00:00"),
    ],
)
def test_a_date_is_a_day_with_or_without_a_time(written: str, canonical: str) -> None:
    assert when(written) == canonical


@pytest.mark.parametrize(
    "value",
    [
        *("2027-02-29", "2027-13-01", "2027-03-01 24:00", "2027-03-01 23:60", "2027-3-1", "01.03.2027", "March", ""),
        *(
            "2027-03-01 23:59:59",
            "2027-03-01 23:59+01:00",
            "2027-03-01  23:59",
            "1927-03-01",
            "٢027-03-01",
            20270301,
            None,
        ),
    ],
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"a date such as `2027-03-01 23:59` or `2027-03-01` was expected"):
        when(value)


@pytest.mark.parametrize("name", ["Europe/Zurich", "UTC", "America/Argentina/Buenos_Aires"])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert zone(name) == name


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Europe/Zürich", "there is no time zone 'Europe/Zürich'; did you mean 'Europe/Zurich'"),
        ("Europe", "there is no time zone 'Europe'"),
        ("../../etc/passwd", "there is no time zone"),
        ("/etc/passwd", "there is no time zone"),
        ("a\0b", "there is no time zone"),
        ("", "a time zone such as `Europe/Zurich` was expected"),
        (1, "a time zone such as `Europe/Zurich` was expected"),
    ],
)
def test_what_is_no_zone_is_refused(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        zone(value)
