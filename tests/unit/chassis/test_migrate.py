from pathlib import Path

import pytest

from chassis.migrate import MigrationError, files, text_of


def test_a_misnamed_migration_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "first.sql").write_text("SELECT 1")
    with pytest.raises(MigrationError, match=r"first\.sql: name migrations"):
        files(tmp_path)


def test_two_migrations_with_one_number_are_refused(tmp_path: Path) -> None:
    for name in ("0001_a.sql", "0001_b.sql"):
        (tmp_path / name).write_text("SELECT 1")
    with pytest.raises(MigrationError, match="share a number"):
        files(tmp_path)


def test_an_include_stands_for_the_chassis_tables(tmp_path: Path) -> None:
    path = tmp_path / "0001_a.sql"
    path.write_text("-- include: outbox\nSELECT 1;\n")
    assert "CREATE TABLE outbox" in text_of(path)
