"""What is generated and committed is what its source says."""

import filecmp
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_committed_stubs_are_what_the_protos_generate(tmp_path: Path) -> None:
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    command = [sys.executable, str(ROOT / "proto" / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    generated = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.py*") if path.suffix in {".py", ".pyi"})
    committed = ROOT / "proto" / "gen"
    assert generated == sorted(
        path.relative_to(committed) for path in committed.rglob("*.py*") if path.suffix in {".py", ".pyi"}
    )
    _, differing, missing = filecmp.cmpfiles(tmp_path, committed, [str(path) for path in generated], shallow=False)
    assert (differing, missing) == ([], []), "run `make gen`"
