"""What lines come to, and amounts that are shared out to the cent."""

from __future__ import annotations

import pytest

from processes.records import billing


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, {"a": 1, "b": 1, "c": 1}, {"a": 33, "b": 33, "c": 34}),
        (100, {"a": 0, "b": 5}, {"a": 0, "b": 100}),
        (101, {"a": 0, "b": 0}, {"a": 50, "b": 51}),
        (0, {"a": 2, "b": 1}, {"a": 0, "b": 0}),
        (7, {"a": 1}, {"a": 7}),
    ],
)
def test_shares_add_up_to_the_amount(amount: int, weights: dict[str, int], shares: dict[str, int]) -> None:
    assert billing.split(amount, weights) == shares
    assert sum(shares.values()) == amount


def test_a_diagnosis_fee_needs_no_consent_and_another_payer_none_either() -> None:
    assert billing.is_consented("work", "client")
    assert not billing.is_consented("fee", "client")
    assert not billing.is_consented("work", "warranty")
