"""How much memory a part takes: the proportional set size of its process and all below it."""

from pathlib import Path

from infra.embedded.process import with_descendants


def proportional_set_size(pid: int, *, descend: bool = True) -> int:
    """Bytes of a process and its descendants; shared pages count in proportion. 0 when it cannot be read."""
    return sum(_own(each) for each in (with_descendants(pid) if descend else [pid]))


def _own(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
