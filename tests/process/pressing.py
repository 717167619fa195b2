"""A linked pair that is kept at work while something else goes on."""

import threading
import time

from board import LIMIT


class Pressing:
    """Within its context, a thread presses and releases a button on either board in turn, and
    waits each time for the other board's LED. It fails, at the end at the latest, if an LED does
    not follow or if the client has anything to say about its link."""

    BUTTON = 4

    def __init__(self, server, client):
        self._boards = server, client
        self._rounds = threading.Condition()
        self._stopping = False
        self._failure = None
        self.count = 0
        self.slowest = 0.0  # [s], of any press and release
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, failed, *_):
        self._stopping = True
        self._thread.join()
        print(f"{self.count} rounds of presses, the slowest {self.slowest * 1000:.1f} ms")
        if not failed:
            self._check()

    def _run(self):
        try:
            while not self._stopping:
                for here, there in (self._boards, self._boards[::-1]):
                    self._press(here, there)
                with self._rounds:
                    self.count += 1
                    self._rounds.notify_all()
        except Exception as failure:
            with self._rounds:
                self._failure = failure
                self._rounds.notify_all()

    def _press(self, here, there):
        begin = time.monotonic()
        here.press(self.BUTTON)
        there.wait_for(lambda: self.BUTTON in there.lit, f"LED {self.BUTTON} lit")
        here.release(self.BUTTON)
        there.wait_for(lambda: self.BUTTON not in there.lit, f"LED {self.BUTTON} off")
        self.slowest = max(self.slowest, time.monotonic() - begin)

    def _check(self):
        if self._failure:
            raise self._failure
        client = self._boards[1]
        assert not client.unread_news, f"{client.name} printed {client.unread_news}"

    def wait_for(self, condition, what):
        """Waits until `condition` holds; it is looked at after each round."""
        with self._rounds:
            self._rounds.wait_for(lambda: self._failure or condition(), LIMIT)
        self._check()
        assert condition(), f"never so: {what}"

    def go_on(self, rounds=3):
        """Waits until the pair has worked for some more rounds."""
        goal = self.count + rounds
        self.wait_for(lambda: self.count >= goal, f"{goal} rounds")
