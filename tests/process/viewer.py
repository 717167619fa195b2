"""Whoever looks at a board through its API: a script, or a page. Each answer is checked against the
API's description."""

import contextlib
import http.client
import json
import socket
from typing import NamedTuple

from board import LIMIT
from openapi import DESCRIPTION


class Answer(NamedTuple):
    status: int
    headers: dict  # by their names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Event(NamedTuple):
    id: int
    kind: str
    data: dict


class Viewer:
    def __init__(self, port, host="127.0.0.1", token=None):
        self.port = port
        self._address = host
        self.host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._token = token

    def connect(self):
        connection = http.client.HTTPConnection(self._address, self.port, timeout=LIMIT)
        connection.connect()
        return connection

    def headers(self, more=()):
        """What a page of this very board sends, and then the others; None takes one away."""
        all_of_them = {"Host": self.host, "Origin": f"http://{self.host}"}
        if self._token:
            all_of_them["Authorization"] = f"Bearer {self._token}"
        all_of_them.update(more)
        return {name: value for name, value in all_of_them.items() if value is not None}

    def ask(self, method, path, headers=(), body=None):
        with contextlib.closing(self.connect()) as connection:
            return self.ask_on(connection, method, path, headers, body)

    def ask_on(self, connection, method, path, headers=(), body=None):
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers(headers).items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", len(body or b""))
        connection.endheaders(body)
        got = connection.getresponse()
        answer = Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        if method != "HEAD" and not (path == "/" or path.endswith((".js", ".css", ".html"))):
            kind = answer.headers.get("content-type")
            kind = kind and kind.partition(";")[0]
            DESCRIPTION.check(method, path, answer.status, kind, answer.body)
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, headers)

    def post(self, path, **headers):
        return self.ask("POST", path, headers)

    def do(self, path):
        """A change that must be made."""
        answer = self.post(path)
        assert answer.status == 204, answer.body

    def status(self):
        answer = self.get("/api/status")
        assert answer.status == 200, answer.body
        return answer.json

    def wait_for_status(self, condition, what):
        """Waits until the status is so; it is looked at after each event."""
        with self.events(0) as events:
            while not condition(status := self.status()):
                assert events.next(), what
        return status

    def events(self, after=None, viewer=None, **headers):
        return Events(self, after, headers, viewer)

    def raw(self, data, limit=LIMIT):
        """Sends bytes and returns all that comes until the end."""
        with socket.create_connection((self._address, self.port), limit) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            return read_to_end(connection)


def read_to_end(connection):
    got = b""
    with contextlib.suppress(ConnectionError):
        while more := connection.recv(65536):
            got += more
    return got


class Events:
    """A stream of events; `after` is the last that is known, `name` whose presses live as long."""

    def __init__(self, viewer, after=None, headers=(), name=None):
        self._connection = viewer.connect()
        known = {} if after is None else {"Last-Event-ID": str(after)}
        path = f"/api/events?viewer={name}" if name else "/api/events"
        self._connection.request("GET", path, headers=viewer.headers({**known, **dict(headers)}))
        self.port = self._connection.sock.getsockname()[1]
        self._stream = self._connection.getresponse()
        self.status = self._stream.status
        self.headers = {k.lower(): v for k, v in self._stream.getheaders()}

    def __enter__(self):
        assert self.status == 200, self._stream.read()
        assert self.headers["content-type"] == "text/event-stream"
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._stream.close()
        self._connection.close()

    def until_comment(self):
        """Reads on to a comment, which breaks a silence, and returns it."""
        for line in self._stream:
            if line.startswith(b":"):
                return line.decode().strip()
        raise AssertionError("the events ended before a comment")

    def next(self):
        """The next event; none at the stream's end."""
        fields = {}
        for line in self._stream:
            line = line.decode().rstrip("\n")
            if line.startswith(":"):
                continue  # a comment, that the silence be broken
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                event = Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                if event.kind != "reset":
                    DESCRIPTION.check_event(event.kind, event.data)
                return event
        return None

    def until(self, condition, what):
        """All events up to the first of which that is true, that one too."""
        seen = []
        while event := self.next():
            seen.append(event)
            if condition(event):
                return seen
        raise AssertionError(f"the events ended before {what}: {seen[-5:]}")

    def until_kind(self, kind, **data):
        return self.until(
            lambda e: e.kind == kind and data.items() <= e.data.items(), f"{kind} {data}")[-1]
