"""Whoever means ill, through the API: what each attack gets, and that the board goes on working, as
small and as quick as before."""

import contextlib
import random
import socket
import threading
import time
from email.utils import parsedate_to_datetime

import pytest

from board import LIMIT
from pressing import Pressing
from program import CONFIG, PERMISSION, Program
from viewer import Viewer, read_to_end
from wire import NARROW, connect

# Of web/http_server.hpp
MAX_CONNECTIONS = 64
MAX_VIEWERS = 32
MAX_HEADER_SIZE = 8192
RESERVED_DESCRIPTORS = 32

SECRET = "0123456789abcdef-a-secret"
TOLERANCE = 4096  # [KiB] that an attack may add to the memory, once one like it has been

HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


class Desk:
    """A linked pair, and a viewer of the server."""

    def __init__(self, server, client, viewer):
        self.server, self.client, self.viewer = server, client, viewer

    def pressing(self):
        return Pressing(self.server, self.client)

    def check(self):
        """It works: link and API."""
        with self.pressing() as work:
            work.go_on()
        assert self.viewer.status()["link"]["state"] == "linked"
        assert self.client.unread_news == [] and self.server.unread_news == []

    def wait_for_descriptors(self, number):
        """Until no more than so many are open; the pair is at work meanwhile."""
        with self.pressing() as work:
            work.wait_for(lambda: self.server.descriptors() <= number, f"{number} descriptors")

    @contextlib.contextmanager
    def unharmed(self):
        """Nothing grows by what happens within, and the board works afterwards."""
        self.check()
        descriptors, memory = self.server.descriptors(), self.server.memory()
        yield
        self.wait_for_descriptors(descriptors)
        self.check()
        grown = self.server.memory() - memory
        assert grown <= TOLERANCE, f"{grown} KiB more"


@pytest.fixture
def start(boards, web_ports):
    def start(*options, **limits):
        server = boards.server(f"--ledactor.web.port={web_ports[0]}", *options, **limits)
        client = boards.client()
        server.expect("link up client")
        client.expect("link up server")
        return Desk(server, client, Viewer(web_ports[0]))

    return start


@pytest.fixture
def desk(start):
    return start()


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


CHANGES = ("/api/buttons/1/press", "/api/buttons/1/release", "/api/sessions/{}/kick", "/api/quit")


def changes(viewer):
    """All changes there are, once the API knows of the guest."""
    status = viewer.wait_for_status(lambda s: s["seats"]["seated"], "a guest")
    return [path.format(status["seats"]["seated"][0]["id"]) for path in CHANGES]


# Who may ask


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{}", "127.0.0.1.evil.example:{}",
                                  "[::1]evil.example", "localhost.evil.example", "", None])
def test_a_foreign_name_that_leads_here_is_not_answered(desk, host):
    """DNS rebinding: a page of that name has its own server's address changed into ours."""
    host = host and host.format(desk.viewer.port)
    with desk.unharmed():
        for path in ("/", "/healthz", "/metrics", "/api/status", "/api/events", "/api/log"):
            assert desk.viewer.get(path, Host=host).status == 421
        for path in changes(desk.viewer):
            assert desk.viewer.post(path, Host=host, Origin=f"http://{host}").status == 421


@pytest.mark.parametrize("header", ["Host", "Origin", "Authorization"])
def test_a_header_that_is_there_twice_is_refused(desk, header):
    values = {"Host": desk.viewer.host, "Origin": f"http://{desk.viewer.host}", header: "x"}
    twice = [*values.items(), (header, values[header])]
    text = "".join(f"{name}: {value}\r\n" for name, value in twice)
    with desk.unharmed():
        got = desk.viewer.raw(f"POST /api/quit HTTP/1.1\r\n{text}Connection: close\r\n\r\n".encode())
        assert got.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("origin", [None, "", "null", "http://evil.example", "https://{}", "http://{}0",
                                    "http://{}/", "http://{}.evil.example", "http://localhost", "{}"])
def test_a_page_of_another_origin_changes_nothing(desk, origin):
    origin = origin and origin.format(desk.viewer.host)
    with desk.unharmed():
        for path in changes(desk.viewer):
            assert desk.viewer.post(path, Origin=origin).status == 403


@pytest.mark.parametrize("header", ["Host", "Port", "Proto", "Server", "For"])
def test_what_a_proxy_says_of_itself_opens_nothing(start, header):
    """Anybody can say it."""
    desk = start('--ledactor.web.names=["https://desk.example"]')
    said = {f"X-Forwarded-{header}": "https", "Forwarded": f"host={desk.viewer.host};proto=https"}
    with desk.unharmed():
        assert desk.viewer.get("/", Host="evil.example", **said).status == 421
        for origin in (f"https://{desk.viewer.host}", "http://desk.example", None):
            assert desk.viewer.post("/api/quit", Origin=origin, **said).status == 403
        assert desk.viewer.post("/api/buttons/1/release", Origin="https://desk.example").status == 204


def test_a_page_of_another_origin_reads_nothing(desk):
    """A browser gives an answer to a foreign page only if the server says it may."""
    for ask in (("GET", "/api/status"), ("OPTIONS", "/api/quit"), ("GET", "/api/events?since=x")):
        answer = desk.viewer.ask(*ask, {
            "Origin": "http://evil.example", "Access-Control-Request-Method": "POST"})
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer ", f"Bearer {SECRET[:-1]}",
                                   f"Bearer {SECRET}x", f"Bearer {SECRET[:-1]}x", f"Bearer {SECRET}x" * 20,
                                   f"Basic {SECRET}", SECRET, f"Bearer  {SECRET}", "Bearer \xff"])
def test_without_the_whole_token_only_the_page_is_shown(start, token_file, shown):
    desk = start(f"--ledactor.web.token-file={token_file}")
    stranger, desk.viewer = desk.viewer, Viewer(desk.viewer.port, token=SECRET)
    with desk.unharmed():
        for path in ("/metrics", "/api/status", "/api/events", "/api/log"):
            answer = stranger.get(path, Authorization=shown)
            assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert SECRET not in answer.body.decode()
        for path in changes(desk.viewer):
            assert stranger.post(path, Authorization=shown).status == 401
        for path in ("/", "/healthz", "/api/openapi.json"):
            assert stranger.get(path, Authorization=shown).status == 200
    for path in CHANGES[:2]:
        assert desk.viewer.post(path, Origin=None).status == 204, "the token is proof enough"


def test_the_token_is_in_no_answer_and_in_no_log(start, token_file):
    desk = start(f"--ledactor.web.token-file={token_file}", "--caf.logger.console.verbosity=debug")
    viewer = Viewer(desk.viewer.port, token=SECRET)
    for path in ("/", "/metrics", "/api/status", "/api/log?level=debug", "/api/openapi.json"):
        assert SECRET not in viewer.get(path).body.decode()
    desk.server.stop()
    assert SECRET not in desk.server.log()


# Beyond this machine


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_this_machine_no_board_starts_without_a_token(tmp_path, address):
    line = Program(tmp_path).complaint(
        CONFIG, "--role=server", "--board=sim", f"--ledactor.web.listen={address}")
    assert "ledactor.web.listen" in line and "web.token-file" in line


def test_all_addresses_can_be_served_with_a_token(start, token_file):
    desk = start("--ledactor.web.listen=0.0.0.0", f"--ledactor.web.token-file={token_file}")
    assert desk.viewer.get("/api/status").status == 401
    viewer = Viewer(desk.viewer.port, token=SECRET)
    viewer.wait_for_status(lambda s: s["link"]["state"] == "linked", "the link")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_token_that_others_may_read_is_none(tmp_path, token_file, mode):
    token_file.chmod(mode)
    line = Program(tmp_path).complaint(
        PERMISSION, "--role=server", "--board=sim", f"--ledactor.web.token-file={token_file}")
    assert line.startswith(f"ledactor.web.token-file: {token_file}: ") and "chmod 600" in line


# What comes in


def test_every_answer_says_what_a_page_may_do(desk):
    viewer = desk.viewer
    answers = [viewer.get(path) for path in ("/", "/healthz", "/metrics", "/api/status", "/nothing", "/api/log")]
    answers += [viewer.post("/api/buttons/1/press"), viewer.post("/api/quit", Origin=None)]
    answers += [viewer.get("/", Host="evil.example"), viewer.ask("HEAD", "/"), viewer.post("/")]
    heads = [answer.headers for answer in answers]
    with viewer.events() as events:
        heads.append(events.headers)
    for data in (b"nonsense\r\n\r\n", b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n"):
        lines = viewer.raw(data).partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        heads.append({name.lower(): value for name, _, value in (line.partition(": ") for line in lines)})
    for head in heads:
        assert HEADERS.items() <= head.items()
        assert abs(parsedate_to_datetime(head["date"]).timestamp() - time.time()) < LIMIT
        policy = dict(part.split(" ", 1) for part in head["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert "unsafe" not in head["content-security-policy"]
        assert "server" not in head, "its version is nobody's business"


def test_a_header_that_is_too_long_is_refused(desk):
    request = f"GET /healthz HTTP/1.1\r\nHost: {desk.viewer.host}\r\nConnection: close\r\n"
    with desk.unharmed():
        room = MAX_HEADER_SIZE - len(request) - len("X: \r\n\r\n") - 1
        fits = f"{request}X: {'x' * room}\r\n\r\n"
        assert desk.viewer.raw(fits.encode()).startswith(b"HTTP/1.1 200 ")
        for more in (f"X: {'x' * MAX_HEADER_SIZE}\r\n", "X: x\r\n" * 5000, "X" * 10**6):
            got = desk.viewer.raw(f"{request}{more}\r\n".encode())
            assert got.startswith(b"HTTP/1.1 431 ") or (got == b"" and len(more) == 10**6)
        got = desk.viewer.raw(b"GET /" + b"x" * 10_000)
        assert got.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_is_refused_before_it_is_read_and_nothing_is_done(desk, method):
    request = f"{method} /api/buttons/1/press HTTP/1.1\r\nHost: {desk.viewer.host}\r\n"
    request += f"Origin: http://{desk.viewer.host}\r\n"
    with desk.unharmed():
        for announced in ("Content-Length: 1", f"Content-Length: {2**63}", "Transfer-Encoding: chunked",
                          "Transfer-Encoding: gzip, Chunked"):
            assert desk.viewer.raw(f"{request}{announced}\r\n\r\n".encode()).startswith(b"HTTP/1.1 413 ")
        for senseless in (f"Content-Length: {2**64}", "Content-Length: x", "Content-Length: 0\r\nContent-Length: 1",
                          "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip"):
            assert desk.viewer.raw(f"{request}{senseless}\r\n\r\n".encode()).startswith(b"HTTP/1.1 400 ")
        assert desk.viewer.status()["board"]["pressed"] == []


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LINE = b"x" * 6 + b": " + b"x" * 54 + b"\r\n"
ENDLESS = {  # how each begins, and what comes again and again
    "chunk extension": (CHUNKED + b"1;", b"x" * 64),
    "zeros in a chunk's size": (CHUNKED, b"0" * 64),
    "trailers": (CHUNKED + b"0\r\n", LINE),
    "trailer": (CHUNKED + b"0\r\n" + b"x: ", b"x" * 64),
    "extensions of small chunks": (CHUNKED, b"1;" + b"x" * 57 + b"\r\nx\r\n"),
    "chunked body": (CHUNKED, b"1000\r\n" + b"x" * 0x1000 + b"\r\n"),
    "body": (b"Content-Length: 9223372036854775807\r\n\r\n", b"x" * 64),
    "body of a length that nobody can tell": (b"Transfer-Encoding: gzip\r\n\r\n", b"x" * 64),
    "header": (b"X: ", b"x" * 64),
    "headers": (b"", LINE),
    "line that goes on": (b"X: x\r\n", b" " + b"x" * 61 + b"\r\n"),
    "requests": (b"\r\n", b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "empty lines": (b"\r\n", b"\r\n" * 32),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_not_kept(desk, what):
    """As much as the board takes of it, up to 64 MB; a chunk's extension of which all was kept once
    took all of the memory within seconds."""
    begin, more = ENDLESS[what]
    piece = more * (65536 // len(more))
    with desk.unharmed(), contextlib.ExitStack() as stack:
        memory = desk.server.memory()
        for connection in [stack.enter_context(socket.create_connection(("127.0.0.1", desk.viewer.port), LIMIT))
                           for _ in range(4)]:
            connection.settimeout(0.5)  # one that nobody reads is as good as one that is closed
            with contextlib.suppress(OSError):
                connection.sendall(f"POST /x HTTP/1.1\r\nHost: {desk.viewer.host}\r\n".encode() + begin)
                for _ in range(256):
                    connection.sendall(piece)
            assert desk.server.memory() - memory <= TOLERANCE
        assert desk.viewer.get("/healthz").status == 200


def test_who_waits_to_be_asked_for_its_body_is_told_that_nobody_will(desk):
    request = f"POST /api/quit HTTP/1.1\r\nHost: {desk.viewer.host}\r\nOrigin: http://{desk.viewer.host}\r\n"
    with desk.unharmed():
        got = desk.viewer.raw(f"{request}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n".encode())
        assert got.startswith(b"HTTP/1.1 417 ")


def test_a_request_hidden_in_another_is_not_found(desk):
    """Request smuggling: two lengths, of which programs on the way may believe another."""
    hidden = f"POST /api/quit HTTP/1.1\r\nHost: {desk.viewer.host}\r\nOrigin: http://{desk.viewer.host}\r\n\r\n"
    head = f"GET /healthz HTTP/1.1\r\nHost: {desk.viewer.host}\r\n"
    with desk.unharmed():
        for lengths in (f"Content-Length: 0\r\nContent-Length: {len(hidden)}\r\n",
                        f"Content-Length: {len(hidden)}\r\nTransfer-Encoding: chunked\r\n",
                        "Transfer-Encoding: chunked, identity\r\n", "Content-Length: -1\r\n",
                        "Content-Length: 0x10\r\n", "Content-Length : 0\r\n", " Content-Length: 0\r\n"):
            desk.viewer.raw(f"{head}Connection: close\r\n{lengths}\r\n0\r\n\r\n{hidden}".encode())


@pytest.mark.parametrize("seed", range(4))
def test_bytes_without_sense_are_turned_away(desk, seed):
    dice = random.Random(seed)
    start = f"GET /api/status HTTP/1.1\r\nHost: {desk.viewer.host}\r\nConnection: close\r\n\r\n".encode()
    with desk.unharmed():
        for _ in range(50):
            spoilt = bytearray(start)
            for _ in range(dice.randrange(1, 8)):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            for data in (dice.randbytes(dice.randrange(1, 3000)), bytes(spoilt),
                         b"\x16\x03\x01\x02\x00\x01" + dice.randbytes(512)):
                with socket.create_connection(("127.0.0.1", desk.viewer.port), LIMIT) as connection:
                    with contextlib.suppress(ConnectionError):
                        connection.sendall(data)
                        connection.shutdown(socket.SHUT_WR)
                    read_to_end(connection)


@pytest.mark.parametrize("path", [
    "/../../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
    "//etc/passwd", "/page/../../../etc/passwd", "/....//....//etc/passwd", "/..\\..\\etc\\passwd",
    "file:///etc/passwd", "/index.html%00.js", "/proc/self/environ"])
def test_no_path_leads_to_a_file_of_the_machine(desk, path):
    assert desk.viewer.get(path).status == 404
    desk.check()


# Whoever is slow, or many


@contextlib.contextmanager
def connections(number, port):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(("127.0.0.1", port), LIMIT))
               for _ in range(number)]


def assert_is_open(connection):
    """Now: an idle one is cut after a while, which is another matter."""
    connection.setblocking(False)
    with pytest.raises(BlockingIOError):
        connection.recv(1)


def test_who_sends_a_request_slowly_is_cut_within_the_limit(desk):
    """Slowloris: a byte now and then, for ever. The whole request has one limit, 10 s."""
    ends = threading.Event()
    request = b"GET /healthz HTTP/1.1\r\n" + b"X: x\r\n" * 1000

    def drip(connection):
        with contextlib.suppress(OSError):
            for byte in request:
                connection.send(bytes([byte]))
                if ends.wait(0.05):
                    return

    with desk.unharmed(), connections(20, desk.viewer.port) as slow:
        drips = [threading.Thread(target=drip, args=(connection,)) for connection in slow[:10]]
        for thread in drips:
            thread.start()
        with desk.pressing() as work:
            work.go_on()
            assert desk.viewer.get("/healthz").status == 200
            for connection in slow:  # the silent ones, too
                assert read_to_end(connection) == b""
        ends.set()
        for thread in drips:
            thread.join()


def test_idle_connections_lock_nobody_out_since_the_idlest_goes_for_each_that_comes(desk):
    with desk.unharmed():
        descriptors = desk.server.descriptors()
        with desk.viewer.events() as events, connections(MAX_CONNECTIONS + 20, desk.viewer.port) as all_of_them:
            with desk.pressing() as work:
                for connection in all_of_them[:21]:  # the viewer has a place, too
                    assert read_to_end(connection) == b""
                assert_is_open(all_of_them[21])
                desk.viewer.do("/api/buttons/2/release")
                assert read_to_end(all_of_them[21]) == b""
                assert_is_open(all_of_them[-1])
                assert desk.server.descriptors() <= descriptors + MAX_CONNECTIONS
                work.go_on()
            assert events.next(), "a viewer stays"


def test_what_is_refused_ends_its_connection(start, token_file):
    """So that no web page takes places with requests that it may not make."""
    desk = start(f"--ledactor.web.token-file={token_file}")
    desk.viewer = Viewer(desk.viewer.port, token=SECRET)
    host, token = f"Host: {desk.viewer.host}\r\n", f"Authorization: Bearer {SECRET}\r\n"
    with desk.unharmed():
        for status, headers in ((421, "Host: evil.example\r\n" + token), (401, host), (400, host + host),
                                (403, host + token + "Sec-Fetch-Site: cross-site\r\n")):
            got = desk.viewer.raw(f"GET /api/status HTTP/1.1\r\n{headers}\r\n".encode())  # to its end
            assert got.startswith(f"HTTP/1.1 {status} ".encode()) and b"\r\nConnection: close\r\n" in got


def test_connections_that_are_refused_and_never_closed_keep_nobody_out(desk):
    foreign = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    with desk.unharmed(), connections(MAX_CONNECTIONS, desk.viewer.port) as refused:
        for connection in refused:
            connection.sendall(foreign)
        for connection in refused:
            assert connection.recv(65536).startswith(b"HTTP/1.1 421 ")
        assert desk.viewer.get("/healthz").status == 200


def test_more_viewers_than_may_look_on_are_told_so_and_the_next_may_when_one_goes(desk):
    with desk.unharmed(), contextlib.ExitStack() as stack:
        viewers = [stack.enter_context(desk.viewer.events()) for _ in range(MAX_VIEWERS)]
        full = desk.viewer.get("/api/events")
        assert full.status == 503 and str(MAX_VIEWERS) in full.error
        with desk.pressing() as work:
            work.go_on()
            viewers[0].close()
            # Nothing is sent to it any more, and its end is noticed all the same.
            work.wait_for(lambda: desk.viewer.events().status == 200, "a place for the next")
        for viewer in viewers[1:]:
            assert viewer.next()


def test_a_viewer_that_says_more_than_it_asked_for_is_cut(desk):
    with desk.unharmed(), connections(1, desk.viewer.port) as (connection,):
        connection.sendall(f"GET /api/events HTTP/1.1\r\nHost: {desk.viewer.host}\r\n\r\n".encode())
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
        read_to_end(connection)


def test_viewers_that_never_read_are_bounded_and_cut_and_the_link_stays_quick(start):
    desk = start("--ledactor.board.debounce=0ms")
    descriptors = desk.server.descriptors()
    request = f"GET /api/events HTTP/1.1\r\nHost: {desk.viewer.host}\r\n\r\n".encode()
    deaf = []
    for _ in range(10):
        deaf.append(connect(desk.viewer.port, *NARROW))
        deaf[-1].sendall(request)
    taps = "press 1\nrelease 1\n" * 1000

    def storm(times):
        for _ in range(times):
            before = len(desk.client.led_lines)
            desk.server.type(taps)
            desk.client.wait_for(lambda: len(desk.client.led_lines) >= before + 2000, "all taps")

    storm(5)
    memory = desk.server.memory()
    storm(5)
    assert desk.server.memory() - memory <= TOLERANCE
    desk.wait_for_descriptors(descriptors)  # within 10 s of the first that could not be written
    for connection in deaf:
        connection.close()
    desk.check()


def test_a_flood_of_short_connections_leaves_the_link_quick(desk):
    stopping = threading.Event()
    request = f"GET /api/status HTTP/1.1\r\nHost: {desk.viewer.host}\r\nConnection: close\r\n\r\n".encode()

    def flood(number):
        dice = random.Random(number)
        for _ in range(3000):
            if stopping.is_set():
                return
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", desk.viewer.port), LIMIT) as connection:
                    if dice.random() < 0.7:
                        connection.sendall(request)
                    if dice.random() < 0.5:
                        connection.recv(dice.randrange(1, 5000))

    with desk.unharmed():
        threads = [threading.Thread(target=flood, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        with desk.pressing() as work:
            work.go_on(100)
        stopping.set()
        for thread in threads:
            thread.join()
        assert work.slowest < LIMIT / 3, "viewers disturb who is linked"


def test_requests_without_end_on_one_connection_wait_their_turn(desk):
    """Pipelining: answers that nobody reads stop the reading of requests."""
    request = f"GET /api/openapi.json HTTP/1.1\r\nHost: {desk.viewer.host}\r\n\r\n".encode()
    with desk.unharmed(), connections(4, desk.viewer.port) as greedy:
        for connection in greedy:
            connection.settimeout(0.5)
            with contextlib.suppress(OSError):
                connection.sendall(request * 200_000)
        with desk.pressing() as work:
            work.go_on(20)


def test_when_descriptors_run_out_the_link_keeps_its_own(start, boards):
    desk = start(descriptors=80)
    room = 80 - RESERVED_DESCRIPTORS - desk.server.descriptors()
    assert 0 < room < MAX_CONNECTIONS
    with desk.unharmed():
        with connections(MAX_CONNECTIONS, desk.viewer.port) as all_of_them:
            for connection in all_of_them[:-room - 1]:
                assert read_to_end(connection) == b""
            assert_is_open(all_of_them[-1])
            assert desk.viewer.get("/healthz").status == 200
            assert desk.server.descriptors() <= 80 - RESERVED_DESCRIPTORS + 1
            friend = boards.client(name="friend")
            friend.expect("waiting 1 client")
            friend.stop()


def test_whoever_goes_in_the_middle_leaves_nothing_behind(desk):
    request = f"GET /api/log?level=debug HTTP/1.1\r\nHost: {desk.viewer.host}\r\n\r\n".encode()
    events = f"GET /api/events?since=0 HTTP/1.1\r\nHost: {desk.viewer.host}\r\n\r\n".encode()
    linger_not = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # struct linger: close() resets
    with desk.unharmed():
        for data in (request, request[:20], events, events + b"x", request * 30):
            for reset in (False, True):
                with connections(20, desk.viewer.port) as all_of_them:
                    for connection in all_of_them:
                        connection.sendall(data)
                        if reset:
                            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
