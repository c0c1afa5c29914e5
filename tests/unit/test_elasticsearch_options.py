"""How the embedded Elasticsearch is started."""

from __future__ import annotations

from pathlib import Path

from infra.embedded.elasticsearch_launch import jvm_options


def test_what_the_environment_asks_of_java_wins(tmp_path: Path) -> None:
    (tmp_path / "lib" / "entitlement-bridge").mkdir(parents=True)
    (tmp_path / "lib" / "entitlement-bridge" / "bridge.jar").touch()
    options = jvm_options(tmp_path, temporary="/tmp", more="-Xms1g -Xmx1g")
    assert options.index("-Xmx1g") > options.index("-Xmx256m")
    assert options[-2:] == ["-m", "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch"]
