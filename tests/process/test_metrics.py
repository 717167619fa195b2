"""What a board tells Prometheus: every metric that the README names, from the start, and moving
when something happens. And what Prometheus and Grafana are given to make of it."""

import json
import os
import pathlib
import re
import stat
import textwrap
import time
import urllib.error

import pytest

import ece387
from board import LIMIT
from metrics import Prometheus, Scrape, promtool, until, wait_for
from program import Program
from wire import BUSY, KICKED, Peer, connect, hello

ROOT = pathlib.Path(__file__).parents[2]

# Each metric, and the series that it begins with, at zero.
COUNTERS = {
    "ledactor_edges_total": [""],
    "ledactor_edges_lost_total": [""],
    "ledactor_levels_corrected_total": [""],
    "ledactor_frames_total": ['{direction="sent"}', '{direction="received"}'],
    "ledactor_levels_merged_total": [""],
    "ledactor_kicks_total": [""],
    "ledactor_handshake_failures_total": [
        '{reason="key"}',
        '{reason="protocol"}',
        '{reason="tampered"}',
    ],
    "ledactor_restarts_total": [
        f'{{actor="{name}"}}'
        for name in ("chip", "panel", "led-bank", "button-1", "button-4", "control", "endpoint")
    ],
}
GAUGES = {"ledactor_link_up": [""]}
OF_A_SERVER = {
    "counter": {"ledactor_turned_away_total": [""]},
    "gauge": {"ledactor_seats_taken": [""], "ledactor_queue_length": [""]},
}
OF_A_CLIENT = {"counter": {}, "gauge": {}}

TYPES = {
    "ledactor_press_to_led_seconds": "histogram",
    "ledactor_build_info": "gauge",
    "caf_actor_mailbox_size": "gauge",
    "process_cpu_seconds_total": "counter",
    "process_resident_memory_bytes": "gauge",
    "process_open_fds": "gauge",
    "process_max_fds": "gauge",
    "process_start_time_seconds": "gauge",
}

KEY_FAILURES = 'ledactor_handshake_failures_total{reason="key"}'


@pytest.fixture
def watched(boards, web_ports):
    """Starts boards that serve their metrics, each on a port that is told; all their actors run."""
    ports = iter(web_ports)

    def start(role, *options, token=None):
        port = next(ports)
        begin = boards.server if role == "server" else boards.client
        board = begin(f"--ledactor.web.port={port}", *options)
        last = 'ledactor_handshake_failures_total{reason="tampered"}'  # that an endpoint adds
        until(lambda: what_is_told(port, token), lambda told: last in told, last)
        return board, port

    return start


def what_is_told(port, token):
    """None yet by a board that does not answer yet."""
    try:
        return Scrape(port, token).values
    except urllib.error.HTTPError:
        raise
    except urllib.error.URLError:
        return {}


@pytest.fixture
def watched_pair(watched):
    server, server_port = watched("server")
    client, client_port = watched("client")
    server.expect("link up client")
    client.expect("link up server")
    return server, server_port, client, client_port


@pytest.fixture
def keys(tmp_path):
    """Two keys, of which no board has both."""
    program = Program(tmp_path)
    for name in ("key", "other"):
        program.output("keygen", name)
    return [f"--key-file={tmp_path / name}" for name in ("key", "other")]


# What there is


@pytest.mark.parametrize("role, own", [("server", OF_A_SERVER), ("client", OF_A_CLIENT)])
def test_every_metric_is_there_from_the_start(watched, role, own):
    _, port = watched(role)
    scrape = Scrape(port)
    assert scrape.content_type.startswith("text/plain; version=0.0.4")
    for kind, common in (("counter", COUNTERS), ("gauge", GAUGES)):
        for name, series in (common | own[kind]).items():
            assert scrape.types[name] == kind, name
            assert {suffix: scrape[name + suffix] for suffix in series} == dict.fromkeys(series, 0)
    for name, kind in TYPES.items():
        assert scrape.types[name] == kind, name
    assert scrape["ledactor_press_to_led_seconds_count"] == 0
    if role == "server":
        assert scrape["ledactor_seats"] == 1
    else:
        assert scrape.types["ledactor_reconnects_total"] == "counter"
    assert scrape.helped == set(scrape.types), "each has a help text"


def test_the_build_is_told_with_its_version(watched, tmp_path):
    _, port = watched("server")
    version = Program(tmp_path).output("--version").split()[1]
    assert Scrape(port)[f'ledactor_build_info{{version="{version}"}}'] == 1


def test_promtool_finds_no_fault_whatever_has_happened(watched, port, keys):
    server, server_port = watched("server", keys[0])
    client, client_port = watched("client", keys[0])
    server.expect("link up client")
    client.expect("link up server")
    server.press(1)
    client.expect_lit(1)
    connect(port).close()
    wait_for(server_port, "ledactor_turned_away_total", 1)
    for where in (server_port, client_port):
        assert promtool("check", "metrics", given=Scrape(where).text).stderr == ""
    server.press("control")
    client.expect_at_last("kicked")
    wait_for(server_port, "ledactor_link_up", 0)
    assert promtool("check", "metrics", given=Scrape(server_port).text).stderr == ""


def test_the_buckets_tell_50_us_from_1_s(watched):
    _, port = watched("server")
    series = re.compile(r'^ledactor_press_to_led_seconds_bucket\{le="(.*)"\}', re.MULTILINE)
    bounds = [float(bound) for bound in series.findall(Scrape(port).text)]
    assert bounds[0] == 50e-6 and bounds[-2:] == [1.0, float("inf")]
    assert all(after <= 2.5001 * before for before, after in zip(bounds, bounds[1:-1]))


# What moves


def test_a_press_moves_edges_frames_and_the_histogram(watched_pair):
    server, server_port, client, client_port = watched_pair
    before = Scrape(server_port)
    server.press(2)
    client.expect_lit(2)
    server.release(2)
    client.expect_lit()
    wait_for(server_port, "ledactor_press_to_led_seconds_count", 2)
    after = Scrape(server_port)
    assert after["ledactor_edges_total"] == 2
    for way in ("sent", "received"):
        series = f'ledactor_frames_total{{direction="{way}"}}'
        assert after[series] >= before[series] + 2
    assert 0 < after["ledactor_press_to_led_seconds_sum"] < 2 * LIMIT
    assert after['ledactor_press_to_led_seconds_bucket{le="+Inf"}'] == 2
    assert Scrape(client_port)["ledactor_edges_total"] == 0


def test_the_link_is_told_as_it_comes_and_goes(watched_pair):
    server, server_port, client, client_port = watched_pair
    for port in (server_port, client_port):
        wait_for(port, "ledactor_link_up", 1)
    server.stop()
    client.expect_at_last("link down shutdown")
    wait_for(client_port, "ledactor_link_up", 0)


def test_seats_queue_and_kicks_are_told(watched, boards):
    server, port = watched("server")
    first, *_ = boards.queue(server, "first", "second", "third")
    wait_for(port, "ledactor_queue_length", 2)
    assert Scrape(port)["ledactor_seats_taken"] == 1
    server.press("control")
    first.expect("kicked")
    wait_for(port, "ledactor_queue_length", 1)
    scrape = Scrape(port)
    assert (scrape["ledactor_seats_taken"], scrape["ledactor_seats"]) == (1, 1)
    assert scrape["ledactor_kicks_total"] == 1


def test_a_client_without_a_server_counts_its_attempts(watched):
    _, port = watched("client")
    series = "ledactor_reconnects_total"
    first = until(lambda: Scrape(port)[series], lambda seen: seen > 0, "a second attempt")
    until(lambda: Scrape(port)[series], lambda seen: seen > first, "another")


def test_a_client_with_another_key_is_a_failed_handshake_on_both_boards(watched, keys):
    _, server_port = watched("server", keys[0])
    client, client_port = watched("client", keys[1])
    client.expect("link down key")
    for port in (server_port, client_port):
        until(lambda: Scrape(port)[KEY_FAILURES], lambda seen: seen >= 1, "a failed handshake")
    until(lambda: Scrape(server_port)["ledactor_turned_away_total"], bool, "turned away")
    assert Scrape(server_port)["ledactor_link_up"] == 0


def test_strangers_are_failed_handshakes_and_turned_away(watched, port, keys):
    _, web_port = watched("server", keys[0])
    with connect(port) as stranger:
        stranger.sendall(hello())
        wait_for(web_port, KEY_FAILURES, 1)
    with connect(port) as stranger:
        stranger.sendall(bytes.fromhex("160301000401000000"))
        wait_for(web_port, 'ledactor_handshake_failures_total{reason="protocol"}', 1)
    wait_for(web_port, "ledactor_turned_away_total", 2)


def test_a_link_with_the_key_is_no_failed_handshake(watched, keys):
    server, port = watched("server", keys[0])
    client, _ = watched("client", keys[0])
    server.expect("link up client")
    client.stop()
    server.expect("link down quit", "link down shutdown")
    assert sum(
        value for series, value in Scrape(port).values.items() if "handshake_failures" in series
    ) == 0


def test_however_many_come_there_are_no_more_series(watched, boards, port):
    _, web_port = watched("server")
    first = boards.client(name="first")
    first.expect("link up server")
    first.stop()
    connect(port).close()
    wait_for(web_port, "ledactor_turned_away_total", 1)
    before = set(Scrape(web_port).values)
    for number in range(5):
        client = boards.client(name=f"guest {number}")
        client.expect("link up server")
        client.stop()
        connect(port).close()
    wait_for(web_port, "ledactor_turned_away_total", 6)
    wait_for(web_port, "ledactor_seats_taken", 0)
    assert set(Scrape(web_port).values) == before


def test_mailboxes_are_told_by_component(watched_pair):
    _, port, *_ = watched_pair
    names = ("supervisor", "chip", "button", "panel", "led-bank", "endpoint", "session")
    scrape = Scrape(port)
    for name in names:
        assert scrape[f'caf_actor_mailbox_size{{name="ledactor.{name}"}}'] < 1000


def test_after_a_churn_of_guests_no_message_waits_anywhere(watched, port):
    server, web_port = watched(
        "server",
        "--ledactor.link.wire=any",
        "--ledactor.server.when-busy=refuse",
        "--ledactor.board.debounce=0ms",
    )

    def sizes():
        told = Scrape(web_port).values
        return {name: size for name, size in told.items() if name.startswith("caf_actor_mailbox_size")}

    for _ in range(3):
        with Peer.dial(port) as guest:
            guest.sit_down()
            with Peer.dial(port) as late, ece387.dial(port) as late_original:
                late.send(hello("late"))
                late.expect_bye(BUSY)
                assert late_original.exchange() == b"close"
            server.tap("control")
            guest.expect_bye(KICKED)
        wait_for(web_port, "ledactor_seats_taken", 0)
        with ece387.dial(port) as original:
            original.exchange()
            server.tap("control")
            while original.exchange() != b"close":
                pass
        wait_for(web_port, "ledactor_seats_taken", 0)
    with Peer.dial(port) as stubborn:  # ends when its time is over, and so is that of the others
        stubborn.sit_down()
        server.tap("control")
        wait_for(web_port, "ledactor_seats_taken", 0)
    assert "caf_actor_mailbox_size{name=\"ledactor.session\"}" in sizes()
    until(sizes, lambda seen: not any(seen.values()), "no message waits")


def test_the_process_figures_are_the_kernels(watched):
    board, port = watched("server")
    scrape = Scrape(port)
    # The scrape's connection and the folder that it reads are its own.
    assert abs(scrape["process_open_fds"] - board.descriptors()) <= 3
    assert scrape["process_max_fds"] >= scrape["process_open_fds"]
    if board.memory():
        assert 0.5 < scrape["process_resident_memory_bytes"] / (board.memory() * 1024) < 2
    # Some seconds for a kernel that rounds, and for a busy machine.
    assert -5 < time.time() - scrape["process_start_time_seconds"] < 2 * LIMIT
    tick = 1 / os.sysconf("SC_CLK_TCK")
    until(
        lambda: Scrape(port)["process_cpu_seconds_total"],
        lambda seen: seen >= scrape["process_cpu_seconds_total"] + tick,
        "CPU time for what scrapes cost",
    )


# Who asks


def test_both_ways_to_serve_metrics_may_be_on_at_once(watched, own_address):
    cafs = 9464  # is free there; CAF could not share it with a socket that holds it
    _, port = watched(
        "server",
        f"--caf.middleman.prometheus-http.address={own_address}",
        f"--caf.middleman.prometheus-http.port={cafs}",
    )
    for where in ((port,), (cafs, None, own_address), (port,)):
        text = Scrape(*where).text
        for name in ("ledactor_link_up", "process_cpu_seconds_total", "process_open_fds"):
            assert len(re.findall(rf"^# TYPE {name} ", text, re.MULTILINE)) == 1


def test_a_real_prometheus_sees_a_press(watched, tmp_path, web_ports):
    secret = "0123456789abcdef0123456789abcdef"
    token = tmp_path / "token"
    token.write_text(secret)
    token.chmod(stat.S_IRUSR | stat.S_IWUSR)
    server, server_port = watched("server")
    client, client_port = watched("client", f"--ledactor.web.token-file={token}", token=secret)
    server.expect("link up client")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        Scrape(client_port)
    jobs = [
        {"job_name": "ledactor", "static_configs": [{"targets": [f"127.0.0.1:{server_port}"]}]},
        {
            "job_name": "with a token",
            "authorization": {"credentials_file": str(token)},
            "static_configs": [{"targets": [f"127.0.0.1:{client_port}"]}],
        },
    ]
    both = [f"127.0.0.1:{server_port}", f"127.0.0.1:{client_port}"]
    with Prometheus(tmp_path, web_ports[-1], jobs) as prometheus:
        prometheus.wait_for("ledactor_link_up == 1", both)
        prometheus.wait_for("ledactor_press_to_led_seconds_count == 0", both)
        server.press(3)
        client.expect_lit(3)
        prometheus.wait_for("ledactor_press_to_led_seconds_count == 1", both[:1])
        assert prometheus.query("ledactor_edges_total") == {both[0]: 1, both[1]: 0}
        in_a_minute = "increase(ledactor_press_to_led_seconds_bucket[1m])"
        prometheus.wait_for(f"histogram_quantile(0.99, {in_a_minute}) <= 1", both[:1])
        server.stop()
        # It says at once that it hears nothing, instead of telling the last it heard.
        prometheus.wait_for("up == 0", both[:1])
        prometheus.wait_for("ledactor_press_to_led_seconds_count", both[1:])


# What is made of it


def expressions_of(dashboard):
    return [
        target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
    ]


@pytest.fixture
def dashboard():
    return json.loads((ROOT / "conf" / "grafana-dashboard.json").read_text())


@pytest.fixture
def told(watched_pair):
    """The names of all samples that either board tells."""
    _, server_port, _, client_port = watched_pair
    return Scrape(server_port).names | Scrape(client_port).names


def metrics_in(expression):
    return set(re.findall(r"\b(?:ledactor|process|caf)_\w+", expression))


def test_the_dashboard_asks_for_what_there_is(dashboard, told, tmp_path):
    expressions = expressions_of(dashboard)
    rules = [{"record": f"panel:{i}", "expr": e} for i, e in enumerate(expressions)]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert f"{len(rules)} rules found" in promtool("check", "rules", str(file)).stdout
    for expression in expressions:
        assert metrics_in(expression) and metrics_in(expression) <= told, expression
    for variable in dashboard["templating"]["list"]:
        assert metrics_in(variable["definition"]) <= told


def test_the_dashboard_shows_every_metric_of_ledactors_own(dashboard, told):
    asked = set().union(*map(metrics_in, expressions_of(dashboard)))
    own = {name for name in told if name.startswith("ledactor_")}
    parts_of_the_histogram = {f"ledactor_press_to_led_seconds_{part}" for part in ("sum", "count")}
    assert own - asked == parts_of_the_histogram


def test_the_dashboard_can_be_imported(dashboard):
    """Grafana asks for the data source, and puts it into each panel."""
    (asked,) = dashboard["__inputs"]
    assert (asked["type"], asked["pluginId"]) == ("datasource", "prometheus")
    source = {"type": "prometheus", "uid": f"${{{asked['name']}}}"}
    panels = dashboard["panels"]
    for panel in panels:
        if panel["type"] != "row":
            assert panel["datasource"] == source and panel["title"]
            assert all(target["datasource"] == source for target in panel["targets"])
    assert all(variable["datasource"] == source for variable in dashboard["templating"]["list"])
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells)), "panels overlap"
    needed = {"grafana", "prometheus"} | {panel["type"] for panel in panels} - {"row"}
    assert {part["id"] for part in dashboard["__requires"]} == needed
    assert dashboard["id"] is None and dashboard["uid"] and dashboard["title"]


def test_the_alerts_name_what_there_is(told):
    rules = ROOT / "conf" / "prometheus-alerts.yml"
    assert "2 rules found" in promtool("check", "rules", str(rules)).stdout
    asked = metrics_in(" ".join(re.findall(r"expr: (.*)", rules.read_text())))
    assert len(asked) == 2 and asked <= told


def test_the_alerts_are_raised_and_only_when_they_should(tmp_path):
    for name in ("conf/prometheus-alerts.yml", "tests/process/alerts_test.yml"):
        (tmp_path / pathlib.Path(name).name).write_text((ROOT / name).read_text())
    promtool("test", "rules", str(tmp_path / "alerts_test.yml"))


@pytest.fixture
def chapter():
    """What the README says of metrics."""
    text = (ROOT / "README.md").read_text()
    return text[text.index("\n## Metrics\n") :].split("\n## ", 2)[1]


def test_the_readme_names_every_metric_and_no_other(chapter, told):
    parts = ("_bucket", "_sum", "_count")
    named = set(re.findall(r"`(ledactor_\w+)", chapter))
    of_histograms = {name for name in told if name.endswith(parts)}
    own = {name for name in told - of_histograms if name.startswith("ledactor_")}
    assert named == own | {"ledactor_press_to_led_seconds"}
    others = set(re.findall(r"`((?:process|caf_actor)_\w+)", chapter))
    assert others and others <= told


def test_the_readmes_configuration_is_one_of_prometheus(chapter, tmp_path):
    begin = chapter.index("    rule_files:")
    file = tmp_path / "prometheus.yml"
    file.write_text(textwrap.dedent(chapter[begin : chapter.index("\n\n", begin)]) + "\n")
    promtool("check", "config", "--syntax-only", str(file))
    assert '"192.168.0.3:23881"' in file.read_text()
