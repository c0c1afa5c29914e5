"""How much memory a part takes: the proportional set size of its process and all below it."""

from pathlib import Path


def proportional_set_size(pid: int, *, descend: bool = True) -> int:
    """Bytes of a process and its descendants; shared pages count in proportion. 0 when it cannot be read."""
    return sum(_own(each) for each in (_with_descendants(pid) if descend else [pid]))


def _own(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _with_descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(process.name))
    found = [pid]
    for each in found:
        found.extend(children.get(each, []))
    return found
