"""The state folder, the ports and the identity of the servers."""

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from infra.embedded.applications import python_environment
from infra.embedded.artifacts import ArtifactCache
from infra.embedded.diagnosis import Verdict, examine
from infra.embedded.elasticsearch import ElasticsearchServer
from infra.embedded.elasticsearch_launch import server_arguments
from infra.embedded.failures import AlreadyRunning, PortTaken, StateUnusable
from infra.embedded.identity import Identity, open_to_others
from infra.embedded.kafka import keep_latest
from infra.embedded.ports import Ports, is_free, listens
from infra.embedded.process import log_tail
from infra.embedded.state import StateFolder


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    made = StateFolder(tmp_path / "state")
    made.create()
    return made


def test_a_secret_is_made_once_and_kept_privately(state: StateFolder) -> None:
    secret = state.secret("token")
    assert StateFolder(state.path).secret("token") == secret
    assert len(secret) >= 32
    assert state.secret("other") != secret
    assert stat.S_IMODE((state.path / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o700


def test_what_the_shop_is_told_reaches_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_FILE", "mine.toml")
    monkeypatch.setenv("SEARCH_SEMANTIC", "off")
    monkeypatch.setenv("SOMETHING_ELSE", "x")
    environment = python_environment()
    assert (environment["PRICING_FILE"], environment["SEARCH_SEMANTIC"]) == ("mine.toml", "off")
    assert "SOMETHING_ELSE" not in environment


def test_a_damaged_file_of_secrets_is_not_replaced(state: StateFolder) -> None:
    secret = state.secret("token")
    whole = (state.path / "secrets.json").read_text()
    (state.path / "secrets.json").write_text(whole[:-3])
    with pytest.raises(StateUnusable) as refused:
        state.secret("token")
    assert "secrets.json is damaged" in refused.value.message
    assert "emporium reset" in refused.value.remedy
    (state.path / "secrets.json").write_text(whole)
    assert state.secret("token") == secret


def test_the_doctor_does_not_take_a_file_for_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    wrong = {
        each.subject: each for each in examine(StateFolder(file), ArtifactCache(file)) if each.verdict is Verdict.WRONG
    }
    assert "no folder" in wrong["state folder"].text
    assert "EMPORIUM_STATE" in wrong["state folder"].remedy
    assert "EMPORIUM_CACHE" in wrong["downloads"].remedy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another user")
def test_a_second_start_does_not_lock_running_servers_out(state: StateFolder) -> None:
    state.share_with(Identity(mode="drop"))
    StateFolder(state.path).create()
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o710


def test_a_lock_is_held_by_one_and_never_stale(state: StateFolder) -> None:
    with state.locked():
        assert state.is_locked()
        with pytest.raises(AlreadyRunning), state.locked():
            pass
    assert not state.is_locked()
    with state.locked():
        pass


def test_a_port_is_kept_for_the_next_start(state: StateFolder) -> None:
    first = Ports(state).assign("kafka")
    assert Ports(state).assign("kafka") == first


def test_a_usual_port_that_is_taken_is_replaced_by_a_free_one(state: StateFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        usual = taken.getsockname()[1]
        chosen = Ports(state).assign("gateway", usual=usual)
        assert chosen != usual
        assert is_free(chosen)
        with pytest.raises(PortTaken, match="is in use"):
            Ports(state).assign("gateway", demanded=usual)


def test_a_port_is_kept_from_others_until_its_server_is_about_to_listen(state: StateFolder) -> None:
    ports = Ports(state, hold=True)
    number = ports.assign("kafka")
    controller = ports.assign("kafka-controller")
    assert not is_free(number)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number))
    ports.release("kafka")
    assert is_free(number)
    assert is_free(controller)


def test_who_listens_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(os.getpid(), port)
        stranger = subprocess.Popen(["/bin/sleep", "30"])
        assert not listens(stranger.pid, port)
        stranger.kill()
        stranger.wait()


def test_two_parts_never_get_one_port(state: StateFolder) -> None:
    ports = Ports(state)
    first = ports.assign("account")
    assert ports.assign("catalog", usual=first) != first


def test_a_log_that_has_grown_far_too_long_keeps_its_end(state: StateFolder) -> None:
    log = state.log("kafka")
    with log.open("ab") as writer:
        writer.truncate(70 * 1024 * 1024)
        writer.seek(0, os.SEEK_END)
        writer.write(b"\nthe end\n")
        writer.flush()
        state.cut_log("kafka")
        writer.write(b"and more\n")
    assert log.stat().st_size < 9 * 1024 * 1024
    assert log_tail(log).endswith("the end\nand more")


def test_a_folder_below_a_private_one_is_closed_to_the_servers_user(tmp_path: Path) -> None:
    private = tmp_path / "private"
    (private / "inner").mkdir(parents=True)
    private.chmod(0o700)
    assert not open_to_others(private / "inner")
    assert open_to_others(Path("/usr/bin"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_dropped_user_owns_its_folder_and_loses_it_again(state: StateFolder) -> None:
    folder = state.folder("redis")
    (folder / "data").mkdir()
    (folder / "data" / "file").touch()
    Identity(mode="drop").own(folder)
    assert (folder / "data" / "file").stat().st_uid == 65534
    Identity(mode="namespace").own(folder)
    assert (folder / "data" / "file").stat().st_uid == 0


def test_elasticsearch_is_told_its_settings_in_the_form_of_its_pinned_version() -> None:
    written = server_arguments({"b": ["x", "y"], "a": "é"}, config=Path("/c"), logs=Path("/l"))
    name = b"org.elasticsearch.common.settings.KeyStoreWrapper"
    assert written == (
        b"\0\0\0" + bytes([len(name)]) + name + b"\0\0\0\x07\0\0\0\0"
        b"\x02"
        b"\x01a\0\x01\xc3\xa9"
        b"\x01b\x07\x02\0\x01x\0\x01y"
        b"\x02/c\x02/l"
    )


def test_elasticsearch_tries_again_where_a_killed_jvm_of_another_user_had_its_number(state: StateFolder) -> None:
    server = ElasticsearchServer(
        state=state, identity=Identity(mode="same"), cache=ArtifactCache(state.path), port=1, transport_port=2
    )
    refused = "well-known file /proc/7/root/tmp/.java_pid7 is not secure: file should be owned by the current user"
    assert server.may_retry(f"IllegalStateException: Unable to attach entitlement agent [a.jar]\nCaused by: {refused}")
    assert not server.may_retry("java.lang.OutOfMemoryError")


def test_class_caches_that_nobody_used_of_late_are_deleted(tmp_path: Path) -> None:
    for day in (3, 1, 7, 5, 2, 4, 6):
        path = tmp_path / f"classes-{day}.aot"
        path.touch()
        os.utime(path, (day, day))
    keep_latest(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == [f"classes-{day}" for day in (2, 3, 4, 5, 6, 7)]
