"""`ledactor demo`: the tour and the live view, as a user meets them."""

import fcntl
import os
import pathlib
import re
import resource
import select
import signal
import struct
import subprocess
import termios
import time
import urllib.parse

import pytest

from viewer import Viewer

LEDACTOR = os.environ["LEDACTOR"]
LIMIT = 30  # [s], for anything
PAGE = r"http://127\.0\.0\.1:\d+/"
TIME = r"\d+(?:\.\d\d)? m?s\b"  # as main/demo/latency.cpp writes them, however slow the machine
ROWS, COLUMNS = 24, 80


class Processes:
    """The processes that a demo has started; told apart by what they are."""

    def __init__(self, parent):
        self.pids = {}
        children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text()
        for pid in map(int, children.split()):
            arguments = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            name = [a.split("=")[1] for a in arguments if a.startswith("--name=")]
            self.pids[name[0] if name else "guard"] = pid
        self.handles = [os.pidfd_open(pid) for pid in self.pids.values()]

    def __getitem__(self, name):
        return self.pids[name]

    def wait_for_end(self):
        for handle in self.handles:
            assert select.select([handle], [], [], LIMIT)[0], f"still running: {self.pids}"
            os.close(handle)


class Screen:
    """As much of an xterm as ncurses makes use of."""

    TOKEN = re.compile(
        rb"\x1b\[[?>]?([\d;]*)([A-Za-z@])|\x1b[()].|\x1b[=>78M]|[\x00-\x1f]|[\x20-\x7f]"
        rb"|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"
    )

    def __init__(self):
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0
        self.top, self.bottom = 0, ROWS - 1  # of what scrolls
        self.last = " "
        self.rest = b""
        self.alternate = False
        self.cursor = True
        self.character_sets = set()  # that were chosen

    def feed(self, data):
        data = self.rest + data
        end = 0
        for match in self.TOKEN.finditer(data):
            if match.start() != end:
                break  # a sequence that is not complete yet
            end = match.end()
            token = match.group()
            if match.group(2):
                private = token[2:3] == b"?"
                self.control(match.group(2).decode(), match.group(1).decode(), private)
            elif token == b"\r":
                self.column = 0
            elif token == b"\n":
                if self.row == self.bottom:
                    self.scroll(self.top, 1)
                else:
                    self.row = min(self.row + 1, ROWS - 1)
            elif token == b"\x1bM":
                if self.row == self.top:
                    self.scroll(self.top, -1)
                else:
                    self.row = max(self.row - 1, 0)
            elif token == b"\b":
                self.column = max(self.column - 1, 0)
            elif token[:2] in (b"\x1b(", b"\x1b)"):
                self.character_sets.add(token[2:])
            elif token[0] >= 0x20:
                self.put(token.decode())
        self.rest = data[end:]

    def put(self, char):
        if self.column < COLUMNS and self.row < ROWS:
            self.cells[self.row][self.column] = char
        self.column += 1
        self.last = char

    def scroll(self, top, count):
        """Moves the rows from `top` to the region's end up, or down if `count` is negative."""
        rows = self.cells[top : self.bottom + 1]
        blank = [[" "] * COLUMNS for _ in range(min(abs(count), len(rows)))]
        rows = rows[len(blank) :] + blank if count > 0 else blank + rows[: -len(blank)]
        self.cells[top : self.bottom + 1] = rows

    def control(self, code, parameters, private):
        numbers = [int(n) if n else 0 for n in parameters.split(";")]
        count = max(numbers[0], 1)
        if private:
            if 1049 in numbers:
                self.alternate = code == "h"
            if 25 in numbers:
                self.cursor = code == "h"
        elif code == "H":
            self.row = count - 1
            self.column = max(numbers[1], 1) - 1 if len(numbers) > 1 else 0
        elif code in "ABCDGd":
            self.row += {"A": -count, "B": count}.get(code, 0)
            self.column += {"D": -count, "C": count}.get(code, 0)
            self.row = count - 1 if code == "d" else self.row
            self.column = count - 1 if code == "G" else self.column
        elif code == "b":
            for _ in range(count):
                self.put(self.last)
        elif code == "r":
            self.top = count - 1
            self.bottom = numbers[1] - 1 if len(numbers) > 1 else ROWS - 1
            self.row = self.column = 0
        elif code in "LMST":
            top = self.row if code in "LM" else self.top
            self.scroll(top, count if code in "MS" else -count)
        elif code in "P@":
            row, column = self.cells[self.row], self.column
            blank = [" "] * count
            if code == "P":
                row[:] = row[:column] + row[column + count :] + blank
            else:
                row[:] = (row[:column] + blank + row[column:])[:COLUMNS]
        elif code in "JKX":
            first = 0 if code in "JK" and numbers[0] in (1, 2) else self.column
            end = self.column + count if code == "X" else COLUMNS
            end = self.column + 1 if code in "JK" and numbers[0] == 1 else end
            self.cells[self.row][first:end] = [" "] * len(self.cells[self.row][first:end])
            if code == "J" and numbers[0] in (0, 2):
                for row in range(self.row + 1 if numbers[0] == 0 else 0, ROWS):
                    self.cells[row] = [" "] * COLUMNS

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def below(self, label, board):
        """The six columns below a label of a board (0 or 1): its LED or button."""
        for number, row in enumerate(self.cells):
            text = "".join(row)
            if label in text:
                column = text.index(label)
                if board and text.count(label) > 1:
                    column = text.index(label, column + 1)
                return "".join(self.cells[number + 1][column : column + 6])
        return ""


class View:
    """`ledactor demo` in a terminal."""

    def __init__(self, directory, arguments=(), term="xterm", size=(ROWS, COLUMNS), locale="C.UTF-8"):
        self.master, self.slave = os.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(self.slave)
        self.screen = Screen()
        self.errors = directory / "errors"

        def take_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [LEDACTOR, "demo", *arguments],
                stdin=self.slave,
                stdout=self.slave,
                stderr=errors,
                start_new_session=True,
                preexec_fn=take_terminal,
                env={**os.environ, "TERM": term, "TMPDIR": str(directory), "LC_ALL": locale},
            )
        self.exit = os.pidfd_open(self.process.pid)

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.master, keys)

    def read(self):
        """Takes in what came. False if there was nothing left to come."""
        ready = select.select([self.master, self.exit], [], [], LIMIT)[0]
        assert ready, f"nothing happens any more on\n{self.screen.text()}"
        if self.master in ready:
            self.screen.feed(os.read(self.master, 65536))
        return self.master in ready

    def wait_for(self, condition, what):
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline and self.read(), (
                f"never came: {what}, on\n{self.screen.text()}\n{self.errors.read_text()}"
            )

    def wait_for_text(self, text):
        self.wait_for(lambda: text in self.screen.text(), text)

    def wait_for_link(self):
        self.wait_for_text("linked with right ")
        self.wait_for_text("linked with left ")
        self.wait_for_text("waiting 1 right")

    def led(self, board, number):
        return self.screen.below(f"LED {number}", board)

    def button(self, board, key):
        return self.screen.below(f"key {key}", board)

    def wait_for_end(self):
        while self.read():
            pass
        return self.process.wait(LIMIT)

    def check_restored(self):
        assert termios.tcgetattr(self.slave) == self.before
        while select.select([self.master], [], [], 0)[0]:
            self.screen.feed(os.read(self.master, 65536))
        assert not self.screen.alternate, "still in the alternate screen"
        assert self.screen.cursor, "the cursor is still hidden"

    def close(self):
        # By SIGKILL: the boards are to end with it, however a test went.
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(LIMIT)
        for handle in (self.master, self.slave, self.exit):
            os.close(handle)


@pytest.fixture
def view(tmp_path):
    views = []

    def make(**options):
        views.append(View(tmp_path, **options))
        return views[-1]

    yield make
    for each in views:
        each.close()


@pytest.fixture
def tour(tmp_path):
    tours = []

    def start(**options):
        tours.append(
            subprocess.Popen(
                [LEDACTOR, "demo"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                **{"env": {**os.environ, "TMPDIR": str(tmp_path)}, **options},
            )
        )
        return tours[-1]

    yield start
    for each in tours:
        each.kill()
        each.communicate(timeout=LIMIT)


def port_of(page):
    return urllib.parse.urlsplit(page).port


def wait_for_board(page, name, peer):
    """Waits until that page tells whose guest its board is, which may be later than the demo does."""
    viewer = Viewer(port_of(page))
    status = viewer.wait_for_status(lambda status: status["link"]["peer"] == peer, f"linked with {peer}")
    assert status["board"]["name"] == name


def read_until(stream, text):
    for line in stream:
        if text in line:
            return line
    pytest.fail(f"never printed: {text}")


# The tour


def test_tour_passes_and_prints_measured_times(tour, tmp_path):
    process = tour()
    out, errors = process.communicate(timeout=4 * LIMIT)
    assert process.returncode == 0 and "FAIL" not in out and errors == "", out + errors
    steps = [line for line in out.splitlines() if line.startswith("ok ")]
    assert len([s for s in steps if re.search(rf"lights .* LED \d \({TIME}\) until", s)]) == 8, out
    for step in ("link", "times", "queue", "kick", "loss", "death", "quit", "restart", "end"):
        assert any(line.split()[1] == f"{step}:" for line in steps), out
    assert all(re.search(TIME, step) for step in steps), out
    assert re.search(rf"All {len(steps)} steps passed in .* median: left to right {TIME}, ", out)
    assert list(tmp_path.iterdir()) == [], "logs are left"


def test_tour_tells_at_its_beginning_where_the_pages_are(tour):
    process = tour()
    server, *clients = re.findall(PAGE, read_until(process.stdout, "browser"))
    assert len({server, *clients}) == 3
    read_until(process.stdout, "link:")
    process.send_signal(signal.SIGSTOP)  # the boards go on
    wait_for_board(server, "left", "right")
    wait_for_board(clients[0], "right", "left")
    process.send_signal(signal.SIGCONT)


def test_tour_fails_when_a_board_does(tour, tmp_path):
    process = tour()
    read_until(process.stdout, "link:")
    os.kill(Processes(process.pid)["left"], signal.SIGKILL)
    out, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    told = r"FAIL  \w+\n +expected: .+\n +instead:  .+\n +besides:  .+\n +logs: +"
    assert re.search(told + str(tmp_path), out), out
    assert "passed" not in out
    logs = list(tmp_path.glob("ledactor-demo-*/*.log"))
    assert sorted(log.name for log in logs) == ["left.log", "right.log"]


def test_tour_notices_a_frozen_board(tour):
    process = tour()
    read_until(process.stdout, "link:")
    os.kill(Processes(process.pid)["right"], signal.SIGSTOP)
    out, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert "FAIL" in out and re.search("link down (silent|stalled)", out)


def test_an_interrupted_tour_is_no_success_and_leaves_no_board(tour):
    process = tour()
    read_until(process.stdout, "link:")
    boards = Processes(process.pid)
    process.terminate()
    _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 128 + signal.SIGTERM
    assert errors == "ledactor demo: interrupted by SIGTERM\n"
    boards.wait_for_end()


def test_a_tour_goes_on_at_an_ignored_signal_and_its_boards_still_heed_theirs(tour):
    def ignore():
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    process = tour(preexec_fn=ignore)
    read_until(process.stdout, "link:")
    process.send_signal(signal.SIGHUP)
    read_until(process.stdout, "times:")
    boards = Processes(process.pid)
    process.send_signal(signal.SIGQUIT)
    _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 128 + signal.SIGQUIT
    assert errors == "ledactor demo: interrupted by SIGQUIT\n"
    boards.wait_for_end()


def test_boards_have_all_streams_though_the_demo_has_not(tour):
    process = tour(preexec_fn=lambda: [os.close(stream) for stream in (0, 2)])
    read_until(process.stdout, "link:")
    for pid in Processes(process.pid).pids.values():
        streams = [os.readlink(f"/proc/{pid}/fd/{stream}") for stream in (0, 1, 2)]
        assert streams[0].startswith("pipe:") and streams[1].startswith("pipe:")
        assert streams[2].endswith(".log")


def test_boards_die_with_a_killed_tour(tour):
    process = tour()
    read_until(process.stdout, "link:")
    boards = Processes(process.pid)
    process.kill()
    boards.wait_for_end()


def test_no_place_for_logs_is_one_line(tour):
    # Nobody, root included, can make a directory there.
    process = tour(env={**os.environ, "TMPDIR": "/proc"})
    out, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 69 and out == ""
    assert re.fullmatch(r"ledactor demo: cannot make .* \(/proc/ledactor-demo-.*\): .*\n", errors)


# The live view


def test_view_draws_both_boards(view):
    shown = view()
    shown.wait_for_link()
    for text in ("left, the server", "right, a client", "Third board, right-2", "q leave"):
        assert text in shown.screen.text()
    for board in (0, 1):
        assert shown.led(board, 1) == "(    )"
    assert shown.screen.alternate and not shown.screen.cursor


@pytest.mark.parametrize("locale, upper, lower", [("C.UTF-8", "┌─┐", "└─┘"), ("C", "+-+", "+-+")])
def test_frames_need_no_second_character_set(view, locale, upper, lower):
    """Which PuTTY has not got in UTF-8: it shows lqqqk."""
    shown = view(locale=locale)
    shown.wait_for_link()
    rows = shown.screen.text().splitlines()
    frames = [re.sub(r"[^┌┐└┘─+-]", "", row) for row in (rows[2], rows[13])]
    for row, (left, across, right) in zip(frames, (upper, lower)):
        assert re.fullmatch(rf"({re.escape(left + across)}{re.escape(across)}*{re.escape(right)}){{2}}", row), row
    assert shown.screen.character_sets <= {b"B"}  # ASCII


def has_two_pages(shown):
    """Whether the whole of both addresses is drawn: a screen is read while it is written."""
    return len(re.findall(PAGE, shown.screen.text())) == 2


def test_view_tells_where_the_pages_are_of_each_client_that_gets_the_seat(view):
    shown = view()
    shown.wait_for_link()
    shown.wait_for(lambda: has_two_pages(shown), "two addresses")
    server, first = re.findall(PAGE, shown.screen.text())
    wait_for_board(server, "left", "right")
    wait_for_board(first, "right", "left")
    shown.type(b"5")
    shown.wait_for_text("right-2, a client")
    shown.wait_for(lambda: has_two_pages(shown) and first not in shown.screen.text(), "another address")
    _, second = re.findall(PAGE, shown.screen.text())
    wait_for_board(second, "right-2", "left")
    shown.wait_for_text("Third board, right-3: waits: place 1, right-2 has the seat")
    assert Viewer(port_of(first)).status()["board"]["name"] == "right-3"


@pytest.mark.parametrize(
    "key, board, led", [(b"1", 1, 1), (b"4", 1, 4), (b"6", 0, 1), (b"9", 0, 4)]
)
def test_a_tapped_key_lights_the_other_boards_led_and_lets_go(view, key, board, led):
    shown = view()
    shown.wait_for_link()
    shown.type(key)
    shown.wait_for(lambda: shown.led(board, led) == "( ON )", "the LED's light")
    shown.wait_for(lambda: shown.button(1 - board, key.decode()) == "[DOWN]", "the button down")
    assert shown.led(1 - board, led) == "(    )"
    shown.wait_for_text("last ")
    shown.wait_for(lambda: shown.led(board, led) == "(    )", "the LED's end")
    shown.wait_for(lambda: shown.button(1 - board, key.decode()) == "[    ]", "the button up")


def test_a_latched_key_holds_through_a_kick_and_shows_on_the_next_client(view):
    shown = view()
    shown.wait_for_link()
    shown.type(b" 2")
    shown.wait_for(lambda: shown.led(1, 2) == "( ON )", "the LED's light")
    shown.wait_for(lambda: shown.button(0, 2) == "[HELD]", "the button's hold")
    shown.type(b"5")
    shown.wait_for_text("linked with right-2")
    shown.wait_for_text("right-2, a client")
    shown.wait_for(lambda: shown.led(1, 2) == "( ON )", "the LED's light at the next client")
    shown.wait_for_text("Third board, right-3: waits: place 1, right-2 has the seat")


def test_quit_at_the_client_hands_over(view):
    shown = view()
    shown.wait_for_link()
    shown.type(b"0")
    shown.wait_for_text("link down quit")
    shown.wait_for_text("exit 0")
    shown.wait_for_text("right-2, a client")


def test_a_pulled_cable_is_noticed_and_plugged_again(view):
    shown = view()
    shown.wait_for_link()
    shown.type(b"x")
    shown.wait_for_text("its cable is pulled")
    shown.wait_for_text("link down silent")
    shown.wait_for_text("linked with right-2")
    shown.type(b"x")
    shown.wait_for_text("Third board, right: waits: place 1, right-2 has the seat")


def test_a_client_without_power_is_replaced(view):
    shown = view()
    shown.wait_for_link()
    shown.type(b"k")
    shown.wait_for_text("killed by signal 9")
    shown.wait_for_text("linked with right-2")
    shown.wait_for_text("Third board, right-3: waits: place 1, right-2 has the seat")


def test_mouse_holds_a_button_as_long_as_it_is_held(view):
    shown = view()
    shown.wait_for_link()
    rows = shown.screen.text().splitlines()
    row = next(i for i, text in enumerate(rows) if "key 3" in text) + 1
    column = rows[row - 1].index("key 3") + 2
    shown.type(f"\x1b[<0;{column + 1};{row + 1}M".encode())
    shown.wait_for(lambda: shown.led(1, 3) == "( ON )", "the LED's light")
    shown.type(f"\x1b[<0;{column + 1};{row + 1}m".encode())
    shown.wait_for(lambda: shown.led(1, 3) == "(    )", "the LED's end")


def test_a_small_window_says_so_and_a_large_one_shows_all_again(view):
    shown = view()
    shown.wait_for_link()
    shown.resize(10, 60)
    shown.wait_for_text("60x10 is too small: 80x22 at least")
    shown.resize(ROWS, COLUMNS)
    shown.wait_for_text("left, the server")
    shown.wait_for_text("q leave")


@pytest.mark.parametrize("keys", [b"q", b"\x03", b"\x1c"], ids=["q", "^C", "^backslash"])
def test_terminal_is_restored_after_keys(view, keys):
    shown = view()
    shown.wait_for_link()
    processes = Processes(shown.process.pid)
    shown.type(keys)
    assert shown.wait_for_end() == 0
    shown.check_restored()
    processes.wait_for_end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_terminal_is_restored_after_signals(view, number, tmp_path):
    shown = view()
    shown.wait_for_link()
    processes = Processes(shown.process.pid)
    shown.process.send_signal(number)
    assert shown.wait_for_end() == 0
    shown.check_restored()
    processes.wait_for_end()
    assert list(tmp_path.glob("ledactor-demo-*")) == [], "logs are left"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_terminal_is_restored_after_a_crash(view, number):
    shown = view()
    shown.wait_for_link()
    processes = Processes(shown.process.pid)
    shown.process.send_signal(number)
    assert shown.wait_for_end() != 0
    processes.wait_for_end()
    shown.check_restored()


def test_terminal_is_restored_when_the_server_dies(view, tmp_path):
    shown = view()
    shown.wait_for_link()
    os.kill(Processes(shown.process.pid)["left"], signal.SIGKILL)
    assert shown.wait_for_end() == 1
    shown.check_restored()
    errors = shown.errors.read_text()
    found = re.fullmatch(
        r"ledactor demo: the board left ended \(killed by signal 9\);"
        r" its log, (.*), ends with: .*\n",
        errors,
    )
    assert found and pathlib.Path(found.group(1)).exists(), errors


def test_stopped_and_continued_it_draws_again(view):
    shown = view()
    shown.wait_for_link()
    shown.type(b"\x1a")
    _, status = os.waitpid(shown.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    shown.check_restored()
    shown.process.send_signal(signal.SIGCONT)
    shown.wait_for(lambda: shown.screen.alternate, "the view")
    shown.type(b"1")
    shown.wait_for(lambda: shown.led(1, 1) == "( ON )", "the LED's light")


def test_tour_on_request_in_a_terminal(view):
    shown = view(arguments=["--tour"])
    shown.wait_for_text("ok    link:")
    assert not shown.screen.alternate


@pytest.mark.parametrize("term", ["no-such-terminal", "", "dumb"])
def test_unusable_terminal_type_is_one_line(view, term):
    shown = view(term=term)
    assert shown.wait_for_end() == 69
    errors = shown.errors.read_text()
    assert re.fullmatch(r"ledactor demo: TERM.* --tour\n", errors), errors
    shown.check_restored()


def test_too_small_a_terminal_is_one_line(view):
    shown = view(size=(10, 40))
    assert shown.wait_for_end() == 69
    errors = shown.errors.read_text()
    assert re.fullmatch(r"ledactor demo: .* 40 columns and 10 rows: .* 80 and 22; .*\n", errors)
    shown.check_restored()
