"""What the process tests share."""

import contextlib
import random
import signal
import socket

import pytest

from board import Board

# The tests may run in the background themselves. What is ignored here would be ignored by all programs
# that they start.
for number, action in {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGQUIT: signal.SIG_DFL,
    signal.SIGTERM: signal.SIG_DFL,
}.items():
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, action)


@contextlib.contextmanager
def free_ports(number):
    """TCP ports of the test's own, on every address. They stay bound while the test runs, so that
    neither another program nor an outgoing connection gets them; a server may listen on them all the
    same."""
    with contextlib.ExitStack() as stack:
        ports = []
        for _ in range(number):
            holder = stack.enter_context(socket.socket())
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("", 0))
            ports.append(holder.getsockname()[1])
        yield ports


@pytest.fixture
def own_address():
    """A loopback address that no other test has: the default ports can be had there."""
    dice = random.SystemRandom()
    return ".".join(map(str, (127, dice.randrange(1, 255), dice.randrange(256), dice.randrange(2, 255))))


@pytest.fixture
def port():
    """For the boards' link."""
    with free_ports(1) as ports:
        yield ports[0]


@pytest.fixture
def web_ports():
    """For what boards serve to viewers."""
    with free_ports(3) as ports:
        yield ports


@pytest.fixture
def boards(port):
    """All boards of the test; `server()` and `client()` start one more."""
    started = Boards(port)
    yield started
    started.clean_up()


class Boards:
    def __init__(self, port):
        self._port = port
        self._all = []

    def server(self, *options, name="server", **limits):
        return self._start("server", name, options, **limits)

    def client(self, *options, name="client", **limits):
        return self._start("client", name, options, **limits)

    def pair(self, *options):
        """A server and a client that are linked."""
        server, client = self.server(*options), self.client(*options)
        server.expect("link up client")
        client.expect("link up server")
        return server, client

    def queue(self, server, *names, options=()):
        """Clients that come one after the other: the first gets the seat, the rest wait."""
        clients = []
        for place, name in enumerate(names):
            clients.append(self.client(*options, name=name))
            if place == 0:
                clients[0].expect(f"link up {server.name}")
                server.expect(f"link up {name}")
            else:
                clients[-1].expect(f"waiting {place} {names[0]}")
        return clients

    def _start(self, role, name, options, **limits):
        self._all.append(Board(role, name, self._port, *options, **limits))
        return self._all[-1]

    def clean_up(self):
        faults = []
        for board in reversed(self._all):  # clients first
            try:
                board.clean_up()
            except Exception as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
