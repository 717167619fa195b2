"""The other end of a board's link in the test's own hands, to speak well or badly.

The frames are those of net/PROTOCOL.md.
"""

import socket
import struct
import time

from board import LIMIT

HELLO, SEAT, WAIT, LEVELS, ACK, HEARTBEAT, BYE = range(1, 8)
SERVER, CLIENT = 0, 1
KICKED, QUIT, SHUTDOWN, BUSY, VERSION, PROTOCOL, BOARD_LOST, KEY, REPLACED = range(1, 10)


def frame(kind, body=b""):
    return struct.pack(">HB", len(body) + 1, kind) + body


def text(value):
    return bytes([len(value)]) + value.encode("latin-1")


def hello(
    name="stranger",
    role=CLIENT,
    version=1,
    leds=4,
    buttons=4,
    magic=b"LDAC",
    heartbeat=1000,  # [ms]
    board=None,  # its id; without one the hello ends after the name, as that of the first programs
):
    tail = struct.pack(">I", heartbeat) + board if board else b""
    return frame(HELLO, magic + bytes([version, role, leds, buttons]) + text(name) + tail)


def levels(seq, pressed=0, when=0):
    return frame(LEVELS, struct.pack(">IQQ", seq, when, pressed))


def ack(seq, when):
    """Must repeat both fields of the oldest levels frame that waits for its ack."""
    return frame(ACK, struct.pack(">IQ", seq, when))


def bye(reason, why=""):
    return frame(BYE, bytes([reason]) + text(why))


def place_in(wait_body):
    return int.from_bytes(wait_body[:2], "big")


# Of a connection that holds few bytes: some 100 KiB unread, and the other end is stuck.
NARROW = (
    (socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536),
    (socket.SOL_SOCKET, socket.SO_RCVBUF, 16384),
)


def connect(port, *options):
    """A connection to a server that listens, or is about to."""
    deadline = time.monotonic() + LIMIT
    while True:
        connection = socket.socket()
        connection.settimeout(LIMIT)
        for option in options:
            connection.setsockopt(*option)
        try:
            connection.connect(("127.0.0.1", port))
            return connection
        except ConnectionRefusedError:
            connection.close()
            if time.monotonic() > deadline:
                raise


class Peer:
    """One end of a connection."""

    def __init__(self, connection):
        self.socket = connection
        self._unread = b""

    @classmethod
    def dial(cls, port):
        return cls(connect(port))

    @classmethod
    def dial_narrowly(cls, port):
        return cls(connect(port, *NARROW))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes so that the other end sees an error rather than an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, *frames):
        self.socket.sendall(b"".join(frames))

    def next_frame(self):
        """Type and body of the next frame that is no heartbeat; None at the connection's end."""
        while True:
            size = 2 + int.from_bytes(self._unread[:2], "big")
            if len(self._unread) > 2 and len(self._unread) >= size:
                whole, self._unread = self._unread[:size], self._unread[size:]
                if whole[2] != HEARTBEAT:
                    return whole[2], whole[3:]
                continue
            more = self._receive()
            if not more:
                return None
            self._unread += more

    def _receive(self):
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return b""

    def expect(self, kind):
        """Waits for the next frame, which must be of this type; returns its body."""
        got = self.next_frame()
        assert got and got[0] == kind, f"got {got} where type {kind} was expected"
        return got[1]

    def expect_bye(self, reason):
        """Waits for a farewell with this reason and for the connection's end; other frames may
        come first. Returns the farewell's text."""
        frames = list(iter(self.next_frame, None))
        assert frames and frames[-1][0] == BYE and frames[-1][1][0] == reason, frames[-5:]
        self.close()
        return frames[-1][1][2:]

    def expect_end(self):
        """Waits for the connection's end; returns the types of the frames before it."""
        return [kind for kind, _ in iter(self.next_frame, None)]

    def drip_until_end(self, data):
        """Sends a byte every 100 ms until the other end closes. Returns how many it took."""
        self.socket.settimeout(0.1)
        for count, byte in enumerate(data):
            try:
                self.socket.send(bytes([byte]))
                if not self.socket.recv(65536):
                    return count
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                return count
        raise AssertionError("the other end took it all")

    def sit_down(self, name="stranger", **more):
        """Says hello to a server that has a free seat, and takes it."""
        self.send(hello(name, **more))
        self.expect(HELLO)
        self.expect(SEAT)

    def line_up(self, name, **more):
        """Says hello to a server that has no free seat. Returns the place in the queue."""
        self.send(hello(name, **more))
        self.expect(HELLO)
        return place_in(self.expect(WAIT))


class Listener:
    """A server that does what the test says."""

    def __init__(self, port):
        self._socket = socket.create_server(("127.0.0.1", port))
        self._socket.settimeout(LIMIT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def accept(self):
        connection, _ = self._socket.accept()
        connection.settimeout(LIMIT)
        return Peer(connection)

    def seat(self, name="impostor"):
        """Accepts a client and gives it a seat."""
        peer = self.accept()
        peer.expect(HELLO)
        peer.send(hello(name, SERVER), frame(SEAT))
        return peer
