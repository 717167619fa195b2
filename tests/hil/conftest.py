"""What the lab's scenarios share: boards that are booted once a file, and are tidy for each."""

import pathlib
import tempfile

import pytest

import image
from pi import DEBUG, Pi, link

ADDRESSES = {"server": "192.168.0.2", "client": "192.168.0.3", "third": "192.168.0.4"}


class Lab:
    """Boards and their cables, which all lead to the server."""

    def __init__(self, folder):
        self._folder = folder
        self.boards = []

    def boot(self, *names):
        """Boots these boards at the same time."""
        for name in names:
            role = "server" if name == "server" else "client"
            others = [other for other in names if "server" in (name, other) and name != other]
            self.boards.append(Pi(role, name, ADDRESSES[name], self._folder, others))
        boot(self.boards)
        return self.boards

    def clean_up(self):
        for board in self.boards:
            board.cut_power()


def boot(boards):
    for board in boards:
        board.power_on()
    for board in boards:
        board.wait_until_booted()


@pytest.fixture(scope="module")
def lab():
    """Fails, with the cause and the cure, where there can be no lab: it never passes unseen."""
    with tempfile.TemporaryDirectory(prefix="ledactor-lab-") as folder:
        try:
            image.pack(pathlib.Path(folder))
        except image.Missing as fault:
            raise pytest.fail.Exception(str(fault), pytrace=False) from None
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
def boards(two_boards):
    """A server and a client that are joined by a cable; nothing runs on them."""
    yield from ready(two_boards)


@pytest.fixture
def trio(three_boards):
    """A server and two clients; nothing runs on them."""
    yield from ready(three_boards)


def ready(boards):
    """Boards as they are before a scenario, and again after it."""
    boot([board for board in boards if not board.process])
    yield boards
    faults = []
    for board in reversed(boards):  # clients first
        try:
            board.show()
            board.tidy()
        except Exception as fault:
            board.cut_power()  # the next scenario boots it afresh
            faults.append(fault)
    if faults:
        raise faults[0]


@pytest.fixture
def pair(boards):
    """A server and a client whose programs are linked, and tell all."""
    link(*boards, DEBUG)
    return boards
