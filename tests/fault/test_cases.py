"""The list of fault cases is whole, and its proofs exist."""

import re
from pathlib import Path

import pytest

from tests.fault.cases import CASES
from tests.fault.matrix import KILL_PROOF, matrix
from tests.fault.sweep import sweep

CHECKOUT = Path(__file__).parents[2]


def test_there_are_fifty_cases():
    assert [case.number for case in CASES] == list(range(1, 51))
    assert all(case.proofs for case in CASES)


@pytest.mark.parametrize("proof", sorted({proof.partition("~")[0] for case in CASES for proof in case.proofs}))
def test_a_proof_exists(proof: str):
    file, _, name = proof.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (CHECKOUT / file).read_text(), re.MULTILINE)


def test_a_kill_of_an_older_step_table_is_not_counted():
    kill = sweep(1, 0)[0].id
    told = matrix({f"{KILL_PROOF}[{kill}]": "passed", f"{KILL_PROOF}[approve-fly_away.after_intent]": "passed"}, "1")
    assert "Seed 1; 1 runs" in told
    assert f"and double kills) 1 of {len(sweep(1, 0))} cases were run" in told
