"""Writes `proto/gen` from `proto/emporium`: messages, services and their type stubs.

`python proto/generate.py` (what `make gen` runs); `--out DIR` writes elsewhere, for the drift test.
"""

import argparse
import sys
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).parent
HAS_SERVICE = "\nservice "


def generate(out: Path) -> None:
    """Generates every proto file into `out`; raises RuntimeError with protoc's exit code on failure."""
    files = sorted(ROOT.glob("emporium/**/*.proto"))
    with_service = [path for path in files if HAS_SERVICE in path.read_text()]
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    include = ["protoc", f"-I{ROOT}", f"-I{well_known}"]
    run([*include, f"--python_out={out}", f"--pyi_out={out}", *map(str, files)])
    run([*include, f"--grpc_python_out={out}", f"--mypy_grpc_out={out}", *map(str, with_service)])


def run(command: list[str]) -> None:
    code = protoc.main(command)
    if code:
        raise RuntimeError(f"{command[0]} ended with {code}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "gen")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    try:
        generate(out)
    except RuntimeError as error:  # protoc has told what is wrong and where
        sys.exit(str(error))
    sys.stderr.write(f"wrote {out}\n")


if __name__ == "__main__":
    main()
