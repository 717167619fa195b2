"""The original scripts' end of a link: four characters one way, four the other way, in turn.

Plain TCP. The client sends its buttons, `1` for pressed, button 1 first; the server answers each
message with its own, or with `close`. Each side takes what one recv() returns as one message.
"""

import select
import socket
import threading

from board import LIMIT
from wire import connect

UP = b"0000"


def levels(*buttons):
    """A message that has these buttons pressed."""
    return b"".join(b"1" if button in buttons else b"0" for button in range(1, 5))


class End:
    """One end of a connection, in the test's hands."""

    def __init__(self, connection):
        self.socket = connection

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, message):
        self.socket.sendall(message)

    def receive(self):
        """What one recv() returns: a message, or b"" at the end. A reset is an error, as it is for
        the original."""
        return self.socket.recv(100)

    def expect(self, *messages):
        """Waits for the next message, which must be one of these."""
        got = self.receive()
        assert got in messages, f"got {got} where {messages} was expected"
        return got

    def expect_end(self):
        assert self.receive() == b""

    def receive_all(self):
        """The messages until the end or a reset."""
        messages = []
        try:
            while message := self.receive():
                messages.append(message)
        except ConnectionResetError:
            pass
        return messages

    def is_silent(self, seconds):
        """Whether nothing comes for so long, not even an end."""
        return not select.select([self.socket], [], [], seconds)[0]

    def exchange(self, *buttons):
        """As a client: says its buttons. Returns the answer."""
        self.send(levels(*buttons))
        return self.receive()


def dial(port):
    return End(connect(port))


class Listener:
    """A server's socket; each client is for the test to serve."""

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
        return End(connection)


class Spinning:
    """An original at its full speed, on a thread of its own: a client that sends as soon as it is
    answered, or a server that answers as soon as it is sent to. As the original's, a client ends
    when it is told to close, reads the end, or gets more than one message at once."""

    def __init__(self, end, is_client):
        self.buttons = ()
        self.closing = False  # of a server: answer `close`
        self.count = 0  # of the messages that it got
        self.last = None
        self.changes = []  # the messages that it got, without repetitions
        self._end = end
        self._is_client = is_client
        self._changed = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._run)

    @classmethod
    def client(cls, port):
        return cls(dial(port), True)

    @classmethod
    def server(cls, end):
        return cls(end, False)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.vanish()
        self._thread.join(LIMIT)

    def vanish(self):
        """Ends as a killed program does."""
        try:
            self._end.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself
        self._end.socket.close()

    def _run(self):
        try:
            if self._is_client:
                self._say()
            while self._take(self._end.receive()):
                self._say()
        except OSError:
            pass
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _say(self):
        self._end.send(b"close" if self.closing else levels(*self.buttons))

    def _take(self, message):
        with self._changed:
            if message != self.last:
                self.changes.append(message)
            self.last = message
            self.count += 1
            self._changed.notify_all()
        return len(message) == 4

    def wait_for(self, condition, what):
        with self._changed:
            self._changed.wait_for(lambda: condition() or self._over, LIMIT)
            assert condition(), f"never {what}: got {self.changes[-5:]}"

    def expect_lit(self, *buttons):
        self.wait_for(lambda: self.last == levels(*buttons), f"got {levels(*buttons)}")

    def expect_end(self, *last):
        """Waits until it has ended, with one of these as the last that it got."""
        self._thread.join(LIMIT)
        assert self._over and self.last in last, f"ended with {self.last}, not {last}"
