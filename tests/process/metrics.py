"""A board's metrics as Prometheus reads them, and Debian's Prometheus itself."""

import json
import os
import pathlib
import re
import subprocess
import time
import urllib.parse
import urllib.request

from board import LIMIT

# Where scripts/setup --metrics has put them.
PROMETHEUS = pathlib.Path(os.environ["LEDACTOR_PROMETHEUS"])

PAUSE = 0.05  # [s] between two looks


def until(look, condition, what):
    """Looks again and again, until what it sees fulfils the condition. Returns that."""
    deadline = time.monotonic() + LIMIT
    while not condition(seen := look()):
        assert time.monotonic() < deadline, f"never {what}; at last {seen}"
        time.sleep(PAUSE)
    return seen


class Scrape:
    """What a board tells at one moment."""

    def __init__(self, port, token=None, host="127.0.0.1"):
        request = urllib.request.Request(f"http://{host}:{port}/metrics")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            self.content_type = answer.headers["Content-Type"]
            self.text = answer.read().decode()
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", self.text, re.MULTILINE))
        self.helped = set(re.findall(r"^# HELP (\S+) \S", self.text, re.MULTILINE))
        self.values = {
            series: float(value)
            for series, value in re.findall(r"^([a-z].*) (\S+)$", self.text, re.MULTILINE)
        }

    def __getitem__(self, series):
        """The value of a series, which is named as in the text."""
        return self.values[series]

    @property
    def names(self):
        """Of the samples: a histogram has three."""
        return {series.partition("{")[0] for series in self.values}


def wait_for(port, series, value):
    """Waits until a board tells this value of a series."""
    until(lambda: Scrape(port)[series], lambda seen: seen == value, f"{series} {value}")


def promtool(*arguments, given=None):
    """Runs promtool, which must find no fault."""
    ended = subprocess.run(
        [PROMETHEUS / "promtool", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended


class Prometheus:
    """Scrapes in a folder of its own, every second, until it is closed."""

    def __init__(self, folder, port, jobs):
        config = folder / "prometheus.yml"
        config.write_text(json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}))
        self._url = f"http://127.0.0.1:{port}"
        self._log = (folder / "prometheus.log").open("w+")
        self._process = subprocess.Popen(
            [
                PROMETHEUS / "prometheus",
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(LIMIT)
        finally:
            self._process.kill()
            self._process.wait()
            self._log.seek(0)
            print(self._log.read())
            self._log.close()

    def query(self, expression):
        """The values that it has now, by instance; none while it does not answer yet."""
        where = f"{self._url}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(where, timeout=LIMIT) as answer:
                result = json.load(answer)["data"]["result"]
        except OSError:
            assert self._process.poll() is None, "Prometheus has ended"
            return {}
        return {series["metric"].get("instance"): float(series["value"][1]) for series in result}

    def wait_for(self, expression, instances):
        """Waits until the expression holds, that is has a value, for each of these instances."""
        until(lambda: self.query(expression), lambda seen: set(seen) == set(instances), expression)
