"""What the lab's scenarios share: boards that are booted once a file, and are tidy for each."""

import pathlib
import tempfile

import pytest

import image
from pi import Pi

ADDRESSES = {"server": "192.168.0.2", "client": "192.168.0.3", "third": "192.168.0.4"}


class Lab:
    """Boards and their cables. All but the server hang on the server's end."""

    def __init__(self, folder):
        self._folder = folder
        self.boards = []

    def boot(self, *names):
        """Boots these boards at the same time."""
        for name in names:
            role = "server" if name == "server" else "client"
            others = [other for other in names if "server" in (name, other) and name != other]
            self.boards.append(Pi(role, name, ADDRESSES[name], self._folder, others))
        for board in self.boards:
            board.power_on()
        for board in self.boards:
            board.wait_until_booted()
        return self.boards

    def clean_up(self):
        for board in self.boards:
            board.cut_power()


@pytest.fixture(scope="module")
def lab():
    """Fails, with the cause and the cure, where there can be no lab: it never passes unseen."""
    with tempfile.TemporaryDirectory(prefix="ledactor-lab-") as folder:
        try:
            image.pack(pathlib.Path(folder))
        except image.Missing as fault:
            pytest.fail(str(fault), pytrace=False)
        built = Lab(pathlib.Path(folder))
        try:
            yield built
        finally:
            built.clean_up()


@pytest.fixture(scope="module")
def two_boards(lab):
    return lab.boot("server", "client")


@pytest.fixture(scope="module")
def three_boards(lab):
    return lab.boot("server", "client", "third")


@pytest.fixture
def boards(lab, two_boards):
    """A server and a client that are joined by a cable; nothing runs on them."""
    yield from _in_order(two_boards)


@pytest.fixture
def trio(lab, three_boards):
    """A server and two clients."""
    yield from _in_order(three_boards)


def _in_order(boards):
    yield boards
    for board in boards:
        board.show()
    for board in boards:
        if not board.process:
            board.power_on()
            board.wait_until_booted()
        board.tidy()


@pytest.fixture
def pair(boards):
    """A server and a client whose programs are linked."""
    link(*boards)
    return boards


def link(server, client, *options):
    server.start(*options)
    client.start(*options)
    server.program.expect("supervisor linked .*peer=\"client\"")
    client.program.expect("supervisor linked .*peer=\"server\"")
