"""The systemd unit, as `cmake --install` puts it into place: systemd knows all that it says, it shuts
the program in, and its rules for a restart fit the program's exit statuses."""

import contextlib
import os
import pathlib
import re
import socket
import subprocess

import pytest

from program import CONFIG, LEDACTOR, LIMIT, NO_WEB, PERMISSION, UNAVAILABLE, USAGE, Program
from threads import stopped_threads

BUILD = pathlib.Path(LEDACTOR).parent


def call(*command, **how):
    """Runs it to a good end. Returns all that it says."""
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, **how
    )
    said = ended.stdout.decode()
    assert ended.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    call("cmake", "--install", BUILD, "--prefix", prefix)
    return prefix


@pytest.fixture
def unit_file(installed):
    return installed / "lib/systemd/system/ledactor.service"


class Unit:
    """What the unit says, a key at a time; some come more than once."""

    def __init__(self, path):
        self._lines = [line.split("=", 1) for line in path.read_text().splitlines() if re.match(r"\w+=", line)]

    def __getitem__(self, key):
        [value] = self.all(key)
        return value

    def all(self, key):
        return [value for name, value in self._lines if name == key]


@pytest.fixture
def service(unit_file):
    return Unit(unit_file)


def test_systemd_understands_the_unit_and_finds_its_program(unit_file):
    assert call("systemd-analyze", "verify", unit_file) == ""


def test_systemd_finds_the_service_well_shut_in(unit_file):
    """Exposure, from 0 to 100, is systemd's own measure; a unit without any of this has over 90."""
    call("systemd-analyze", "security", "--offline=yes", "--threshold=20", unit_file)


def test_systemd_understands_the_user_and_its_group(installed, tmp_path):
    file = installed / "lib/sysusers.d/ledactor.conf"
    (tmp_path / "etc").mkdir()
    call("systemd-sysusers", f"--root={tmp_path}", file)
    assert re.search(r"^ledactor:", (tmp_path / "etc/passwd").read_text(), re.M)
    assert re.search(r"^gpio:.*:ledactor$", (tmp_path / "etc/group").read_text(), re.M)


def test_no_restart_after_a_good_end_nor_after_what_it_cannot_put_right(service, tmp_path):
    program = Program(tmp_path)
    program.configure("ledactor { role = 3 }")
    (tmp_path / "key").touch(0o644)
    none = "--config-file=/dev/null"
    calls = [["--rolle=server"], ["--board=sim"], ["--board=sim", "--key-file=key", none]]
    wrong = {program.run(*call).returncode for call in calls}
    prevented = set(map(int, service["RestartPreventExitStatus"].split()))
    assert service["Restart"] == "on-failure"  # a quit and a kick end with 0
    assert wrong == prevented == {USAGE, CONFIG, PERMISSION} and UNAVAILABLE not in prevented


def test_leds_are_cleared_after_the_end_by_the_same_configuration(service):
    run, clear = service["ExecStart"].split(), service["ExecStopPost"].split()
    assert clear == [f"-{run[0]}", "off", *run[1:]]
    assert run[1:] == ["--config-file=/etc/ledactor/caf-application.conf"]


def test_it_reaches_gpio_chips_and_the_network_and_leaves_no_core(service):
    assert service.all("DeviceAllow") == ["char-gpiochip rw"] and service["DevicePolicy"] == "closed"
    assert {"AF_INET", "AF_INET6"} <= set(service["RestrictAddressFamilies"].split())
    assert service["LimitCORE"] == "0" and service["CapabilityBoundingSet"] == ""
    assert re.fullmatch(r"\d+M", service["MemoryMax"])
    assert service["User"] == "ledactor" and service["SupplementaryGroups"] == "gpio"


# What systemd is told, sd_notify(3)

class Manager:
    """The service manager's end of the socket; its address begins with @ if it is abstract."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0"))
        self._socket.settimeout(LIMIT)

    def hear(self):
        return self._socket.recv(4096)

    def hears_nothing_for(self, seconds):
        self._socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            return not self.hear()
        self._socket.settimeout(LIMIT)
        return True

    def forget(self):
        """What it was told so far, and has not heard yet."""
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.hear()
        self._socket.settimeout(LIMIT)

    def close(self):
        self._socket.close()


@pytest.fixture(params=["a path", "abstract"])
def manager(request, tmp_path, monkeypatch):
    address = f"@ledactor-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    heard = Manager(address)
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    yield heard
    heard.close()


def test_systemd_hears_when_it_runs_while_it_lives_and_when_it_stops(boards, manager):
    server = boards.server()
    assert manager.hear() == b"READY=1"
    for _ in range(3):
        assert manager.hear() == b"WATCHDOG=1"
    with stopped_threads(server.process.pid):
        manager.forget()
        assert manager.hears_nothing_for(1)
    assert manager.hear() == b"WATCHDOG=1"
    server.stop()
    heard = [manager.hear()]
    while heard[-1] != b"STOPPING=1":
        heard.append(manager.hear())
    assert set(heard[:-1]) <= {b"WATCHDOG=1"}


def test_a_board_that_cannot_start_is_never_ready(manager, tmp_path):
    program = Program(tmp_path)
    program.complaint(UNAVAILABLE, "--config-file=/dev/null", "--chip=/dev/null", NO_WEB)
    assert manager.hears_nothing_for(0.1)


def test_the_service_waits_until_it_runs_and_ends_one_that_hangs(service):
    assert service["Type"] == "notify"
    assert service["WatchdogSec"] == "10s" and service["Restart"] == "on-failure"
