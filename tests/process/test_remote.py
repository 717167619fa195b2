"""The commands that talk to a running board: status, press, release, kick, quit and log."""

import contextlib
import http.server
import json
import os
import re
import resource
import signal
import socket
import subprocess
import threading

import pytest

from board import LIMIT, SANITIZED
from program import CONFIG, LEDACTOR, OUTPUT, PERMISSION, UNAVAILABLE, USAGE, Program

LINKED, UNLINKED, UNREACHABLE = 0, 1, 2
FAILED, INTERRUPTED = 1, 130


class Desk:
    """A server and its clients, and the commands that talk to them."""

    def __init__(self, boards, program, ports):
        self._boards = boards
        self._program = program
        self._ports = dict(zip(("server", "client", "other"), ports))

    def start(self, name, *options):
        role = "server" if name == "server" else "client"
        start = self._boards.server if role == "server" else self._boards.client
        return start(f"--ledactor.web.port={self._ports[name]}", *options, name=name)

    def pair(self, *options):
        server, client = self.start("server", *options), self.start("client", *options)
        server.expect("link up client")
        client.expect("link up server")
        for name in ("server", "client"):
            self.wait_for_status(name, lambda s: s["seats"]["seated"], *options)
        return server, client

    def where(self, name):
        return f"--ledactor.web.port={self._ports[name]}"

    def port(self, name):
        return self._ports[name]

    def do(self, name, command, *arguments, status=0):
        """Runs the command to its end, which must be this one. Returns what it prints."""
        ended = self._program.run(command, *arguments, self.where(name))
        assert ended.returncode == status, ended.stderr.decode()
        assert status == 0 or command == "status" or ended.stdout == b""
        return ended.stdout.decode()

    def complaint(self, status, name, command, *arguments):
        return self._program.complaint(status, command, *arguments, self.where(name))

    def wait_for_status(self, name, condition, *options):
        """Asks until it holds: a board serves its page, and tells of a change, a moment after it
        has started, or printed it."""
        for _ in range(2000):
            ended = self._program.run("status", "--json", self.where(name), *options)
            if ended.returncode != UNREACHABLE and condition(json.loads(ended.stdout)):
                return ended.returncode
        raise AssertionError(f"the status never came true: {ended.stdout.decode()}")

    @contextlib.contextmanager
    def following(self, name, command, *arguments, **how):
        """A command that goes on, line by line."""
        process = subprocess.Popen(
            [LEDACTOR, command, *arguments, self.where(name)],
            cwd=self._program.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **how,
        )
        deadline = threading.Timer(LIMIT, process.kill)
        deadline.start()
        try:
            yield process
        finally:
            deadline.cancel()
            process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()


@pytest.fixture
def desk(boards, tmp_path, web_ports):
    return Desk(boards, Program(tmp_path), web_ports)


def expect_line(process, pattern):
    """Reads on until a line matches."""
    for line in process.stdout:
        if re.search(pattern, line):
            return line
    raise AssertionError(f"there was no line like {pattern}")


# status


def test_the_status_tells_of_board_link_and_actors(desk):
    server, client = desk.pair()
    client.press(2)
    server.expect_lit(2)
    desk.wait_for_status("client", lambda s: s["press_to_led"]["count"] == 1)
    text = desk.do("server", "status")
    for pattern in [
        r"^board +server, server, simulated$",
        r"^link +linked with client$",
        r"^listens on +127\.0\.0\.1:\d+$",
        r"^wire +native, not encrypted$",
        r"^seats +1 of 1: client$",
        r"^queue +nobody$",
        r"^pressed +none$",
        r"^lit +2 \(line 17\)$",
        r"^press to LED +nothing measured yet$",
        r"^  ledactor\.button +5 +0 +\d+ +\d+$",
    ]:
        assert re.search(pattern, text, re.M), f"{pattern} is not in\n{text}"
    text = desk.do("client", "status")
    assert re.search(r"^link +linked with server$", text, re.M)
    assert re.search(r"^pressed +2 \(line 17\)$", text, re.M)
    assert re.search(r"^press to LED +p50 [\d.]+ [um]s, p99 [\d.]+ [um]s of the last 1; 1 in all$", text, re.M)
    assert "seats" not in text


def test_the_exit_status_tells_whether_the_board_is_linked(desk):
    server = desk.start("server")
    assert desk.wait_for_status("server", lambda s: s["board"]["state"] == "open") == UNLINKED
    client = desk.start("client")
    server.expect("link up client")
    assert desk.wait_for_status("server", lambda s: s["link"]["state"] == "linked") == LINKED
    waiting = desk.start("other")
    waiting.expect("waiting 1 client")
    assert desk.wait_for_status("other", lambda s: s["link"]["state"] == "waiting") == UNLINKED
    assert "waiting, number 1 in the queue; client has the seat" in desk.do("other", "status", status=UNLINKED)
    assert re.search(r"^queue +other$", desk.do("server", "status"), re.M)
    client.stop()


def test_where_no_board_answers_the_status_is_unreachable(desk):
    line = desk.complaint(UNREACHABLE, "server", "status")
    assert re.fullmatch(r"no board answers at 127\.0\.0\.1:\d+: Connection refused; is one running, .*", line)
    for command in (["press", "1"], ["release", "1"], ["kick"], ["quit"], ["log"]):
        assert desk.complaint(UNAVAILABLE, "server", *command).startswith("no board answers at ")


def test_the_status_is_to_be_had_as_json(desk):
    desk.pair()
    status = json.loads(desk.do("server", "status", "--json"))
    assert status["board"]["name"] == "server" and status["link"]["peer"] == "client"


def test_a_watched_status_shows_each_change_and_a_board_that_comes_back(desk):
    server, client = desk.pair()
    with desk.following("server", "status", "--watch") as watch:
        expect_line(watch, r"^link +linked with client")
        client.press(3)
        expect_line(watch, r"^lit +3 \(line 27\)")
        client.stop()
        expect_line(watch, r"^link +not linked: (quit|shutdown)")
        server.stop()
        expect_line(watch, r"^no board answers")
        desk.start("server")
        expect_line(watch, r"^link +not linked")


# press and release


def test_press_holds_until_release(desk):
    server, _ = desk.pair()
    desk.do("client", "press", "1")
    server.expect_lit(1)
    desk.do("client", "press", "4")
    server.expect_lit(1, 4)
    desk.do("client", "release", "1")
    server.expect_lit(4)
    desk.do("client", "release", "4")
    server.expect_lit()


def test_a_press_with_a_time_releases_by_itself(desk):
    server, _ = desk.pair()
    desk.do("client", "press", "2", "30")
    server.wait_for(lambda: server.led_lines == ["led 2 on", "led 2 off"], "LED 2 on and off")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=lambda s: s.name)
def test_a_press_that_is_interrupted_releases(desk, number):
    server, _ = desk.pair()
    with desk.following("client", "press", "2", "60000") as press:
        server.expect_lit(2)
        press.send_signal(number)
        assert press.wait(LIMIT) == INTERRUPTED
    server.expect_lit()


def test_a_press_goes_on_at_an_ignored_signal(desk):
    server, _ = desk.pair()
    nohup = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with desk.following("client", "press", "2", "60000", **nohup) as press:
        server.expect_lit(2)
        press.send_signal(signal.SIGHUP)
        desk.do("client", "press", "3")  # by now it would have ended
        server.expect_lit(2, 3)
        assert press.poll() is None
        press.send_signal(signal.SIGTERM)
        assert press.wait(LIMIT) == INTERRUPTED
    server.expect_lit(3)


def test_a_press_that_is_killed_ends_at_its_time(desk):
    server, _ = desk.pair()
    with desk.following("client", "press", "2", "500") as press:
        server.expect_lit(2)
        press.kill()
        press.wait(LIMIT)
    server.expect_lit()


def test_the_control_button_can_be_pressed(desk):
    server, client = desk.pair()
    desk.do("server", "press", "control", "1")
    client.expect("kicked")
    server.expect("link down kicked")


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["press"], "press: an argument is missing; usage: ledactor press N [MS] [OPTION...]"),
        (["press", "0"], "press: no button '0'; allowed: 1 to 64, or control"),
        (["press", "65"], "press: no button '65'; allowed: 1 to 64, or control"),
        (["press", "x"], "press: no button 'x'; allowed: 1 to 64, or control"),
        (["press", "1/release"], "press: '1/release' is not one of its arguments; usage: ledactor press N [MS] [OPTION...]"),
        (["press", "1 50"], "press: '1 50' is not one of its arguments; usage: ledactor press N [MS] [OPTION...]"),
        (["press", "1", "0"], "press: cannot hold for '0'; allowed: 1 to 60000 ms"),
        (["press", "1", "2", "3"], "press: '3' is not one of its arguments; usage: ledactor press N [MS] [OPTION...]"),
        (["release", "1", "2"], "release: '2' is not one of its arguments; usage: ledactor release N [OPTION...]"),
        (["quit", "now"], "quit: 'now' is not one of its arguments; usage: ledactor quit [OPTION...]"),
        (["status", "--json", "--watch"], "status: --json and --watch do not go together"),
        (["status", "--follow"], "'--follow' is an option of a command: ledactor log [--follow] "
         "[--component=NAME] [--level=LEVEL] [OPTION...]"),
        (["log", "--level=trace"], "--level: 'trace' is not allowed; allowed: error, warning, info, debug"),
        (["log", "--component=a b"], "--component: 'a b' is not allowed; allowed: letters, digits, dots and dashes"),
        (["log", "--level"], "'--level' needs a value: --level=VALUE"),
    ],
)
def test_bad_arguments_are_named(tmp_path, arguments, complaint):
    assert Program(tmp_path).complaint(USAGE, *arguments) == complaint


def test_what_the_board_refuses_is_told(desk):
    desk.start("server")
    desk.wait_for_status("server", lambda s: s["board"]["state"] == "open")
    line = desk.complaint(FAILED, "server", "press", "5")
    assert line == "there is no such button; allowed: 1 to 4, or control"


def test_a_press_that_is_stopped_for_a_while_goes_on(desk):
    server, _ = desk.pair()
    with desk.following("client", "press", "2", "60000") as press:
        server.expect_lit(2)
        press.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, press.pid, os.WSTOPPED)
        press.send_signal(signal.SIGCONT)
        desk.do("client", "press", "3")  # by now it goes on
        server.expect_lit(2, 3)
        assert press.poll() is None
        press.send_signal(signal.SIGTERM)
        assert press.wait(LIMIT) == INTERRUPTED
    server.expect_lit(3)


# kick and quit


def test_kick_hands_the_seat_to_the_next(desk):
    server, client = desk.pair()
    other = desk.start("other")
    other.expect("waiting 1 client")
    line = desk.complaint(FAILED, "server", "kick", "other")
    assert line == "nobody named 'other' has a seat; see ledactor status"
    desk.do("server", "kick", "client")
    client.expect("kicked")
    server.expect("link down kicked")
    server.expect("link up other")
    desk.wait_for_status("server", lambda s: s["link"]["peer"] == "other")
    desk.do("server", "kick")
    other.expect("link up server")
    other.expect("kicked")
    desk.wait_for_status("server", lambda s: s["seats"]["seated"] == [])
    assert desk.complaint(FAILED, "server", "kick") == "nobody has a seat"


def test_a_client_kicks_nobody(desk):
    desk.pair()
    line = desk.complaint(FAILED, "client", "kick")
    assert line == "this board is a client: only a server has seats to kick anybody from"


@pytest.mark.parametrize("name, farewell", [("client", "quit"), ("server", "shutdown")])
def test_quit_ends_a_board_in_good_order(desk, name, farewell):
    both = dict(zip(("server", "client"), desk.pair()))
    desk.do(name, "quit")
    assert both.pop(name).wait_for_end() == 0
    both.popitem()[1].expect(f"link down {farewell}")


# log


def test_the_log_tells_its_last_lines(desk):
    desk.pair()
    lines = desk.do("server", "log").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d INFO ledactor\.", line) for line in lines)
    assert any(' ledactor.supervisor linked session=' in line for line in lines)
    only = desk.do("server", "log", "--component=ledactor.endpoint").splitlines()
    assert only == [line for line in lines if " ledactor.endpoint " in line] and only
    assert desk.do("server", "log", "--level", "warning") == ""


def test_a_press_can_be_followed_through_the_log_of_both_boards(desk):
    """As the README's walk through one press does."""
    _, client = desk.pair()
    here, there = (desk.following(name, "log", "--follow", "--level=debug") for name in ("client", "server"))
    with here as left, there as right:
        expect_line(left, " ledactor.supervisor linked ")  # by now lines of debug are kept
        expect_line(right, " ledactor.supervisor linked ")
        client.press(1)
        for pattern in [r"chip edge edge=\d+ input=1", "button pressed button=1", r"panel changed levels=0x1 seq=(\d+)"]:
            line = expect_line(left, f" DEBUG ledactor.{pattern}")
        seq = re.search(r" seq=(\d+)", line)[1]
        expect_line(left, f" DEBUG ledactor.session sent levels=0x1 seq={seq} ")
        expect_line(left, f" DEBUG ledactor.session acknowledged seq={seq} ")
        for step in ("session received levels=0x1", "led-bank show leds=0x1", "chip write leds=0x1"):
            expect_line(right, f" DEBUG ledactor.{step} seq={seq}")


LINKED_LINE = " ledactor.supervisor linked session="


def read_until(process, pattern):
    """All lines up to one that matches."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.search(pattern, line):
            return lines
    raise AssertionError(f"there was no line like {pattern}: {process.stderr.read()}")


def test_following_goes_on_with_the_board_that_comes_back(desk):
    server, _ = desk.pair()
    with desk.following("server", "log", "--follow") as log:
        read_until(log, LINKED_LINE)
        server.stop()
        assert log.stderr.readline() == (
            "ledactor: the board does not answer any more; its log goes on when it does\n"
        )
        again = desk.start("server")
        again.expect("link up client")
        whole = desk.do("server", "log")
        its_first = whole[: whole.index("\n", whole.index(LINKED_LINE)) + 1]
        assert "".join(read_until(log, LINKED_LINE)).endswith(its_first)
        log.send_signal(signal.SIGTERM)
        assert log.stderr.read() == "", "that is told more than once"


def test_following_notices_another_board_that_has_come_between_two_looks(desk):
    server, _ = desk.pair()
    with desk.following("server", "log", "--follow") as log:
        read_until(log, LINKED_LINE)
        log.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, log.pid, os.WSTOPPED)
        server.stop()
        again = desk.start("server")
        again.expect("link up client")
        log.send_signal(signal.SIGCONT)
        assert log.stderr.readline() == (
            "ledactor: the board was started again; its log goes on with its first line\n"
        )
        first = desk.do("server", "log").splitlines(keepends=True)[0]
        assert first in read_until(log, LINKED_LINE)


@pytest.mark.parametrize("command", [["log", "--follow"], ["status", "--watch"]])
def test_who_follows_ends_with_its_reader_though_nothing_new_is_printed(desk, command):
    server = desk.start("server")
    desk.wait_for_status("server", lambda s: s["board"]["state"] == "open")
    with desk.following("server", *command) as followed:
        assert followed.stdout.readline()
        server.stop()
        if command[0] == "log":
            assert followed.stderr.readline()
        else:
            expect_line(followed, "^no board answers")  # and that is all that it says from now on
        followed.stdout.close()
        assert followed.wait(LIMIT) == 0
        assert followed.stderr.read() == ""


@pytest.mark.parametrize("command", [["status"], ["status", "--json"], ["log"], ["status", "--watch"], ["log", "--follow"]])
def test_output_that_cannot_be_written_is_told(desk, command):
    desk.start("server")
    desk.wait_for_status("server", lambda s: s["board"]["state"] == "open")
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [LEDACTOR, *command, desk.where("server")],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LIMIT,
        )
    assert ended.returncode == OUTPUT
    assert ended.stderr == b"ledactor: cannot write to stdout: No space left on device\n"


# Whose board it is


def test_another_board_on_a_default_port_is_not_steered_in_the_place_of_the_own(boards, tmp_path, own_address):
    """A second board on one machine has no page of its own: its default port is taken."""
    program = Program(tmp_path)
    where = f"--ledactor.web.listen={own_address}"
    first = boards.server(where, name="first")
    first.list_leds()  # it listens since before it could answer
    own = f"--port={first.port}"
    for other in ([], [own, "--name=second"]):
        for command in (["quit"], ["press", "1"], ["release", "1"], ["kick"]):
            line = program.complaint(UNAVAILABLE, *command, where, *other)
            assert "is another board: first, the server of 127.0.0.1:" in line
            assert line.endswith("; set web.port to that of the board you mean")
    program.output("press", "control", where, own, "--name=first")
    program.output("quit", where, own)
    assert first.wait_for_end() == 0


# Tokens, and what is no board


def make_token(path, text="0123456789abcdef0123456789abcdef"):
    path.write_text(text + "\n")
    path.chmod(0o600)
    return f"--ledactor.web.token-file={path}"


def test_a_board_with_a_token_answers_who_shows_it(desk, tmp_path):
    token = make_token(tmp_path / "token")
    server, _ = desk.pair(token)
    assert desk.do("server", "status", token)
    desk.do("client", "press", "1", token)
    server.expect_lit(1)
    wrong = make_token(tmp_path / "wrong", "f" * 32)
    for arguments in ([], [wrong]):
        line = desk.complaint(PERMISSION, "server", "quit", *arguments)
        assert line == "this board wants the token that its web.token-file holds"
        assert "token" in desk.complaint(UNREACHABLE, "server", "status", *arguments)


@pytest.mark.parametrize(
    "text, mode, status, complaint",
    [
        ("short", 0o600, CONFIG, "it holds no token; allowed: one line of 16 to 256 printable ASCII characters"),
        ("a b" * 20, 0o600, CONFIG, "it holds no token; allowed: "),
        ("x" * 257, 0o600, CONFIG, "it holds no token; allowed: "),
        ("x" * 16, 0o640, PERMISSION, "other users may open it, so it is no secret; run chmod 600"),
    ],
)
def test_a_bad_token_file_is_named(tmp_path, text, mode, status, complaint):
    path = tmp_path / "token"
    path.write_text(text)
    path.chmod(mode)
    for command in (["--board=sim"], ["status"]):
        line = Program(tmp_path).complaint(status, *command, f"--ledactor.web.token-file={path}")
        assert line.startswith(f"ledactor.web.token-file: {path}: {complaint}")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"hello", b'{"link": 5, "board": {}}', b"\xff\xfe"])
def test_what_is_no_board_is_told_apart(desk, body):
    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", desk.port("server")), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            line = desk.complaint(UNAVAILABLE, "server", "kick")
            assert " is no ledactor" in line
            line = desk.complaint(UNAVAILABLE, "server", "log")
            assert " is no ledactor" in line
            for form in ([], ["--json"]):
                assert desk.complaint(UNREACHABLE, "server", "status", *form)
        finally:
            server.shutdown()
            thread.join()


def limit_memory():
    """So little that 64 MB of an answer and what the program needs anyway do not fit in."""
    if not SANITIZED:  # a sanitizer needs more for itself
        resource.setrlimit(resource.RLIMIT_AS, (96 * 2**20, 96 * 2**20))


@pytest.mark.parametrize("head", ["Transfer-Encoding: chunked\r\n\r\n1;", "Transfer-Encoding: chunked\r\n\r\n0\r\nx: ",
                                  "Transfer-Encoding: chunked\r\n\r\n", "X: "])
def test_an_answer_without_end_is_not_kept(desk, tmp_path, head):
    """Of what has the place of a board: a chunk's extension, a trailer, zeros, a header."""
    with socket.create_server(("127.0.0.1", desk.port("server"))) as listener:
        process = subprocess.Popen(
            [LEDACTOR, "status", desk.where("server")], cwd=tmp_path, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limit_memory)
        connection, _ = listener.accept()
        connection.settimeout(LIMIT)
        with connection, contextlib.suppress(ConnectionError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + head.encode())
            for _ in range(1024):
                connection.sendall(b"0" * 65536)
        said = process.communicate(timeout=LIMIT)[1]
    assert process.returncode == UNREACHABLE and b"no board answers" in said, said


def test_who_never_answers_is_given_up(desk):
    with socket.create_server(("127.0.0.1", desk.port("server"))):
        line = desk.complaint(UNREACHABLE, "server", "status")
    assert ": no answer; " in line
