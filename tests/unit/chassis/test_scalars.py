"""What clients may write as a scalar."""

from collections.abc import Callable

import pytest
from graphql import GraphQLError

from chassis.graph.scalars import parse_currency, parse_datetime, parse_decimal, parse_long


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        (parse_decimal, "1_0"),
        (parse_decimal, "١٢"),
        (parse_decimal, "NaN"),
        (parse_decimal, "1e99999"),
        (parse_decimal, "9" * 5000),
        (parse_decimal, True),
        (parse_currency, "ZZZ"),
        (parse_currency, "eur"),
        (parse_long, 2**53 + 1),
        (parse_datetime, "2026-01-31T12:00:00"),
        (parse_datetime, "9999-12-31T23:59:59-23:59"),
    ],
)
def test_what_no_scalar_can_hold_is_refused_shortly(parse: Callable[[object], object], value: object) -> None:
    with pytest.raises(GraphQLError) as refused:
        parse(value)
    assert len(refused.value.message) < 160
