"""A linked pair at work while strangers come from all sides, in every way they know."""

import random
import socket
import ssl
import statistics
import subprocess
import threading
import time

import pytest

from board import LIMIT
from pressing import Pressing
from program import Program
from wire import Listener, frame, hello, levels

PRESSES = 1000  # in each half: a press and a release each way make two
ROUNDS = PRESSES // 2
DESCRIPTORS = 64  # of the server: fewer than the strangers want
BESIEGERS = 8  # addresses, 127.0.0.2 and on
MOST_ATTACKS = 4000  # in all, whatever happens
LINES_AT_ONCE, LINES_A_SECOND = 64, 1  # in the log, actors/line_limiter.hpp

TLS_1_2 = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS_1_2.check_hostname = False
TLS_1_2.verify_mode = ssl.CERT_NONE
TLS_1_2.maximum_version = ssl.TLSVersion.TLSv1_2


class Stranger:
    """Attacks from an address of its own."""

    def __init__(self, number, port):
        self._address = f"127.0.0.{number + 2}"
        self._port = port
        self._dice = random.Random(number)
        self._idle = []  # connections that are left open

    def attack(self):
        self._dice.choice(self.WAYS)(self)

    def go(self):
        for connection in self._idle:
            connection.close()

    def _connect(self):
        connection = socket.socket()
        connection.settimeout(2)
        connection.bind((self._address, 0))
        connection.connect(("127.0.0.1", self._port))
        return connection

    def _say(self, data):
        with self._connect() as connection:
            connection.sendall(data)
            while connection.recv(4096):
                pass

    def replay(self, words):
        """Whether there was an answer."""
        with self._connect() as connection:
            connection.settimeout(LIMIT)
            connection.sendall(words)
            return connection.recv(4096) != b""

    def say_anything(self):
        self._say(self._dice.randbytes(self._dice.randrange(1, 3000)))

    def begin_well(self):
        start = self._dice.choice([hello(), hello("x" * 63), frame(7, b"\x03\x00"), levels(1, 1)])
        self._say(start[: self._dice.randrange(1, len(start) + 1)] + self._dice.randbytes(300))

    def begin_tls_well(self):
        self._say(bytes.fromhex("16030100c8010000c40303") + self._dice.randbytes(200))

    def claim_much(self):
        self._say(bytes.fromhex("1603013fff01003ffb0303") + bytes(20000))

    def drip(self):
        with self._connect() as connection:
            for byte in hello()[:5]:
                connection.send(bytes([byte]))
                time.sleep(0.01)  # this is the attack, and nobody waits for it

    def stay_silent(self):
        self._idle.append(self._connect())
        if len(self._idle) > 100:
            self._idle.pop(0).close()

    def close_at_once(self):
        for _ in range(10):
            self._connect().close()

    def browse(self):
        self._say(b"GET / HTTP/1.1\r\nHost: board\r\n\r\n")

    def speak_old_tls(self):
        with self._connect() as connection, TLS_1_2.wrap_socket(connection):
            raise AssertionError("TLS 1.2 was let in")

    def try_a_key(self):
        subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self._port}", "-tls1_3", "-bind", self._address]
            + ["-psk", self._dice.randbytes(32).hex(), "-psk_identity", "ledactor-0000-0000-0000"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT,
        )

    WAYS = [say_anything, begin_well, begin_tls_well, claim_much, drip, stay_silent, close_at_once]
    WAYS += [browse, speak_old_tls]


class Siege:
    """Within its context, strangers attack, one thread an address."""

    def __init__(self, port):
        self.attacks = 0
        self._attacked = threading.Condition()
        self._stopping = False
        self._strangers = [Stranger(number, port) for number in range(BESIEGERS)]
        self._threads = [threading.Thread(target=self._run, args=(s,)) for s in self._strangers]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping = True
        for thread in self._threads:
            thread.join()

    def wait_for_attacks(self, number):
        with self._attacked:
            enough = self._attacked.wait_for(lambda: self.attacks >= number, LIMIT)
        assert enough, f"{self.attacks} attacks, not {number}"

    def _run(self, stranger):
        for attempt in range(MOST_ATTACKS // BESIEGERS):
            if self._stopping:
                break
            try:
                if attempt % 100 == 0:
                    stranger.try_a_key()
                stranger.attack()
            except OSError:
                pass  # turned away
            with self._attacked:
                self.attacks += 1
                self._attacked.notify_all()
        stranger.go()


@pytest.fixture
def key(tmp_path):
    Program(tmp_path).output("keygen", "key")
    return f"--key-file={tmp_path / 'key'}"


def press_on(server, client):
    """Presses until there were enough. Returns the slowest round trip of a press [s]."""
    with Pressing(server, client) as work:
        work.go_on(ROUNDS)
    return work.slowest


def test_a_pair_works_through_a_siege_and_is_as_small_after_it(boards, port, key):
    begin = time.monotonic()
    server = boards.server(key, descriptors=DESCRIPTORS)
    client = boards.client(key)
    client.expect("link up server")
    server.expect("link up client")
    in_peace = press_on(server, client)
    descriptors, memory = server.descriptors(), []
    for _ in range(2):  # the first fills what is used again
        with Siege(port) as siege:
            at_war = press_on(server, client)
            assert siege.attacks > 0
        with Pressing(server, client) as work:
            work.wait_for(lambda: server.descriptors() <= descriptors, "the strangers' descriptors are closed")
        memory.append(server.memory())
        print(f"{siege.attacks} attacks; slowest press {at_war * 1e3:.1f} ms, in peace {in_peace * 1e3:.1f} ms")
    print(f"memory after each siege [KiB]: {memory}")
    assert at_war < LIMIT / 3, "a siege disturbs who is linked"
    assert memory[1] - memory[0] <= 1024
    assert client.unread_news == [] and server.unread_news == []
    server.stop()
    most = LINES_AT_ONCE + LINES_A_SECOND * (time.monotonic() - begin) + 1
    assert server.log().count("turned away") <= most, "strangers fill the log"


def test_a_friend_is_let_in_through_a_siege(boards, port, key):
    server = boards.server(key)
    first = boards.client(key, name="first")
    first.expect("link up server")
    took = []
    with Siege(port) as siege:
        siege.wait_for_attacks(200)
        for name in ("second", "third", "fourth"):
            begin = time.monotonic()
            friend = boards.client(key, name=name)
            friend.expect("waiting 1 first")
            took.append(time.monotonic() - begin)
            friend.stop()
    print(f"a friend's place took {[f'{t * 1e3:.0f} ms' for t in took]}")
    assert statistics.median(took) < LIMIT / 3


HANDSHAKES_AT_ONCE, HANDSHAKES_A_SECOND = 64, 8  # of one address, net/handshake_limiter.hpp


def test_a_flood_of_replayed_handshakes_is_bounded_and_a_friend_comes_in(boards, port, web_ports, key):
    """The words of a client that holds the key, said again by who does not: each would cost the server
    a whole key exchange."""
    server = boards.server(key)
    first = boards.client(key, name="first")
    first.expect("link up server")
    with Listener(web_ports[0]) as spy:
        heard = boards.client(key, f"--port={web_ports[0]}", name="heard")
        client_hello = spy.accept().socket.recv(4096)
        heard.stop()
    stranger = Stranger(5, port)
    begin, answered = time.monotonic(), 0
    for _ in range(600):
        try:
            answered += stranger.replay(client_hello)
        except ConnectionError:
            pass  # turned away
    most = HANDSHAKES_AT_ONCE + HANDSHAKES_A_SECOND * (time.monotonic() - begin) + 1
    assert HANDSHAKES_AT_ONCE <= answered <= most
    second = boards.client(key, name="second")
    second.expect("waiting 1 first")
