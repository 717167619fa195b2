"""A stranger on the cable: carries the bytes between a client and a server, sees them all, and may
change them."""

import socket
import threading

from board import LIMIT
from wire import connect


class Proxy:
    """Listens for one client after the other, and dials the server for each. What `change` makes of
    each piece, and of who it comes from, "client" or "server", is what the other gets; None cuts the
    connection."""

    def __init__(self, server_port):
        self.seen = bytearray()
        self.let_through()
        self._server_port = server_port
        self._open = []
        self._pulled = []
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

    def let_through(self):
        """From now on, changes nothing."""
        self.change = lambda piece, source: piece

    def pull(self):
        """From now on the connections that there are carry nothing, not even their end. Later ones do."""
        self._pulled = list(self._open)

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
            for name, source, sink in (("client", client, server), ("server", server, client)):
                self._threads.append(
                    threading.Thread(target=self._carry, args=(name, source, sink))
                )
                self._threads[-1].start()

    def _carry(self, name, source, sink):
        try:
            while piece := source.recv(65536):
                self.seen += piece
                piece = self.change(piece, name)
                if piece is None:
                    break
                if source not in self._pulled:
                    sink.sendall(piece)
        except OSError:
            pass  # one side has ended
        if source in self._pulled:
            return
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
