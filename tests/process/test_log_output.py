"""B10: nothing that is written out holds a press or the end."""

import os
import pathlib
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from board import LEDACTOR, LIMIT, SANITIZED
from metrics import until

UNAVAILABLE = 69
DEBUG = "--caf.logger.console.verbosity=debug"
PRESSES = 50  # at debug some 500 lines, many times what CAF's logger or the smallest pipe holds
MANY_PRESSES = 300  # more lines than may wait


@pytest.fixture(params=["pipe", "terminal"])
def stuck(request):
    """Two ends of a pipe, or of a terminal that is stopped as by ^S: full, and nobody reads."""
    reader, writer = os.pipe() if request.param == "pipe" else os.openpty()
    os.set_blocking(writer, False)
    for piece in (b"x" * 64, b"x"):
        try:
            while True:
                os.write(writer, piece)
        except BlockingIOError:
            pass
    os.set_blocking(writer, True)
    yield reader, writer
    os.close(reader)
    os.close(writer)


def read_until(reader, wanted):
    text = b""
    while wanted not in text:
        assert select.select([reader], [], [], LIMIT)[0], f"{wanted} never came, but {text[-500:]}"
        text += os.read(reader, 65536)
    return text.decode()


def work(server, client, times):
    """Has some ten lines logged each time."""
    for _ in range(times):
        server.press(2)
        client.expect_lit(2)
        server.release(2)
        client.expect_lit()


def test_a_log_that_nobody_reads_holds_up_neither_a_press_nor_the_end(stuck, boards):
    server = boards.server(DEBUG, stderr=stuck[1])
    client = boards.client()
    server.expect("link up client")
    work(server, client, PRESSES)
    client.press(1)
    server.expect_lit(1)
    server.stop()
    assert server.led_lines[-1] == "led 1 off"


def what_runs(pid):
    """How many threads, and the first one's state as proc(5) has it."""
    threads = len(os.listdir(f"/proc/{pid}/task"))
    return threads, pathlib.Path(f"/proc/{pid}/task/{pid}/stat").read_text().rpartition(") ")[2][0]


def test_an_end_that_only_the_log_holds_up_is_a_good_one_however_late(stuck, boards):
    server = boards.server(DEBUG, stderr=stuck[1])
    server.list_leds()
    server.send_signal(signal.SIGTERM)
    until(lambda: what_runs(server.process.pid), lambda seen: seen in [(2, "S"), (1, "Z")], "only its log left")
    server.send_signal(signal.SIGSTOP)
    time.sleep(1)  # for longer than an end may take; nobody waits for the machine here
    server.send_signal(signal.SIGCONT)
    assert server.wait_for_end() == 0


def test_a_log_that_nobody_reads_is_no_lifeline_for_a_leds_peer(stuck, boards):
    server = boards.server(DEBUG, stderr=stuck[1])
    client = boards.client()
    server.expect("link up client")
    client.press(1)
    server.expect_lit(1)
    work(server, client, PRESSES)
    client.kill()
    server.expect_lit()


def test_a_reader_that_is_back_is_told_how_many_lines_it_missed(stuck, boards):
    reader, writer = stuck
    server = boards.server(DEBUG, stderr=writer)
    client = boards.client()
    server.expect("link up client")
    work(server, client, MANY_PRESSES)
    assert " WARNING ledactor.log dropped lines=" in read_until(reader, b"dropped lines=")


def test_without_a_reader_a_failure_keeps_its_exit_status(stuck):
    """The last line, which says why, waits for nobody."""
    ended = subprocess.run(
        [LEDACTOR, "--config-file=/dev/null", "--host=127.0.0.1", "--role=client", "--chip=/dev/null"]
        + ["--ledactor.web.enabled=false"],
        stdin=subprocess.DEVNULL,
        stderr=stuck[1],
        timeout=LIMIT,
        check=False,
    )
    assert ended.returncode == UNAVAILABLE


def test_a_renamed_log_file_is_left_at_sigusr1(boards, tmp_path):
    """As logrotate does it."""
    path = tmp_path / "log"
    server = boards.server("--caf.logger.file.verbosity=info", f"--caf.logger.file.path={path}")
    client = boards.client()
    server.expect("link up client")
    until(path.read_text, lambda text: "linked" in text, "linked")
    path.rename(tmp_path / "log.1")
    server.send_signal(signal.SIGUSR1)
    until(path.exists, bool, "a new file")
    client.stop()
    server.expect("link down shutdown")
    server.stop()
    both = (tmp_path / "log.1").read_text(), path.read_text()
    assert "linked" in both[0] and "stopped" not in both[0]
    assert both[1].rstrip().endswith("ledactor.supervisor stopped")


def test_caf_has_its_own_lines_written_if_they_are_asked_for(boards, tmp_path):
    path = tmp_path / "log"
    server = boards.server(
        "--caf.logger.file.verbosity=debug", f"--caf.logger.file.path={path}",
        '--caf.logger.file.excluded-components=["ledactor.chip","caf_flow"]',
        "--caf.logger.file.format=%p %c %m%n",
    )
    client = boards.client()
    server.expect("link up client")
    client.stop()
    server.stop()
    components = {line.split(" ")[1] for line in path.read_text().splitlines()}
    assert {"caf", "ledactor.session"} <= components
    assert not components & {"ledactor.chip", "caf_flow"}
    assert " caf" not in server.log(), "the console's own choice stands"


# What is short at the start.


@pytest.fixture
def foreigner():
    """A program that a user without any process of its own may run, and how to become that user. Root's
    processes are not limited."""
    if os.geteuid() != 0:
        yield LEDACTOR, lambda: None, [1]  # a limit below what this user already runs
        return
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        copy = shutil.copy(LEDACTOR, folder)
        yield copy, lambda: os.setuid(54321), [1, 3, 5, 7, 9, 12, 16]


def start_of(program, before):
    """Runs a board that must not start. Returns what it says."""
    ended = subprocess.run(
        [program, "--config-file=/dev/null", "--board=sim", "--role=client", "--host=127.0.0.1"]
        + ["--ledactor.web.enabled=false"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        preexec_fn=before,
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},  # which takes a thread at the end
        cwd="/",
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (UNAVAILABLE, ""), ended.stderr
    return ended.stderr


def test_too_few_threads_end_the_start_with_one_line(foreigner):
    program, become, limits = foreigner
    for limit in limits:
        def before(limit=limit):
            resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
            become()

        assert start_of(program, before).startswith("ledactor: too few threads to start a board: ")


def test_too_few_descriptors_end_the_start_with_one_line():
    def before():
        resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))

    assert start_of(LEDACTOR, before).startswith("ledactor: too few descriptors to start a board: ")


if not SANITIZED:  # a sanitizer needs terabytes of address space

    @pytest.mark.parametrize("kilobytes", [40_000, 50_000, 60_000, 70_000, 80_000, 100_000])
    def test_too_little_memory_ends_the_start_with_one_line(kilobytes):
        def before():
            resource.setrlimit(resource.RLIMIT_AS, (kilobytes * 1024, kilobytes * 1024))

        text = start_of(LEDACTOR, before)
        assert text.startswith("ledactor: ") and text.count("\n") == 1
