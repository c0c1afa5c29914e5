"""What commands tell of their progress."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from infra.cli.catalog_generate import write_catalog
from infra.cli.progress import bar


def test_a_pipe_is_told_each_tenth_of_the_way_in_lines() -> None:
    told = StringIO()
    with bar(Console(file=told, width=40)) as shown:
        task = shown.add_task("importing", total=1.0, shown="", done=0)
        for step in range(101):
            shown.update(task, completed=step / 100, shown=f"{step} lines", done=step)
    lines = told.getvalue().splitlines()
    assert [line.split()[1] for line in lines] == [str(tenth) for tenth in range(10, 101, 10)]
    assert lines[2].startswith("importing    30 %  30 lines  ")
    assert "left" in lines[2]
    assert "left" not in lines[-1]


def test_a_terminal_is_drawn_bars() -> None:
    drawn = StringIO()
    with bar(Console(file=drawn, force_terminal=True, width=80)) as shown:
        shown.update(shown.add_task("importing", total=1.0, shown="", done=0), completed=1.0, shown="5 lines")
    assert "━" in drawn.getvalue()


def test_a_made_up_catalogue_is_whole_and_goes_on_from_any_number(tmp_path: Path) -> None:
    whole, rest = tmp_path / "whole.jsonl", tmp_path / "rest.jsonl"
    write_catalog(1_203, 1, whole)
    write_catalog(1_203, 1, rest, start=1_201)
    lines = whole.read_bytes().splitlines()
    assert len(lines) == 1_203
    assert rest.read_bytes().splitlines() == lines[1_201:]
