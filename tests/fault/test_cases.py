"""The list of fault cases is whole, and its proofs exist."""

import re
from pathlib import Path

import pytest

from tests.fault.cases import CASES

CHECKOUT = Path(__file__).parents[2]


def test_there_are_fifty_cases():
    assert [case.number for case in CASES] == list(range(1, 51))
    assert all(case.proofs for case in CASES)


@pytest.mark.parametrize("proof", sorted({proof.partition("~")[0] for case in CASES for proof in case.proofs}))
def test_a_proof_exists(proof: str):
    file, _, name = proof.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (CHECKOUT / file).read_text(), re.MULTILINE)
