"""A stranger on the cable: carries the bytes between a client and a server, sees them all, and may
change them."""

import socket
import threading

from board import LIMIT
from wire import connect


class Proxy:
    """Listens for one client after the other, and dials the server for each. What `change` makes of
    each piece that comes from a client is what the server gets; None cuts the connection."""

    def __init__(self, server_port):
        self.seen = bytearray()
        self.change = lambda piece: piece
        self._server_port = server_port
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(LIMIT)

    def cut(self):
        """Ends all connections that there are."""
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended by itself

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = connect(self._server_port)
            client.settimeout(None)
            server.settimeout(None)
            self._open += [client, server]
            for there, back, change in (
                (client, server, lambda piece: self.change(piece)),
                (server, client, lambda piece: piece),
            ):
                self._threads.append(
                    threading.Thread(target=self._carry, args=(there, back, change))
                )
                self._threads[-1].start()

    def _carry(self, source, sink, change):
        try:
            while piece := source.recv(65536):
                self.seen += piece
                piece = change(piece)
                if piece is None:
                    break
                sink.sendall(piece)
        except OSError:
            pass  # one side has ended
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
