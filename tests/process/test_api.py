"""The API of a running board: each route, the events, and its own description."""

import contextlib
import json
import os
import pathlib
import re
import socket
import time

import jsonschema
import pytest

from board import LIMIT
from openapi import DESCRIPTION, FILE, in_json_schema
from program import UNAVAILABLE, Program
from viewer import Viewer, read_to_end
from wire import Peer, levels

MAX_HISTORY = 512  # of web/board_view.hpp
MAX_VIEWERS = 32  # of web/http_server.hpp


@pytest.fixture
def web_port(web_ports):
    return web_ports[0]


@pytest.fixture
def desk(boards, web_ports):
    """A linked pair, and a viewer of each."""
    server = boards.server(f"--ledactor.web.port={web_ports[0]}")
    client = boards.client(f"--ledactor.web.port={web_ports[1]}")
    server.expect("link up client")
    client.expect("link up server")
    viewers = Viewer(web_ports[0]), Viewer(web_ports[1])
    for viewer in viewers:  # which hear of it a moment later
        viewer.wait_for_status(lambda s: s["seats"]["seated"], "the link")
    return server, client, *viewers


def alone(boards, viewer, *options):
    board = boards.server(f"--ledactor.web.port={viewer.port}", *options)
    board.list_leds()  # it listens since before it could answer
    with viewer.events(0) as events:
        events.until_kind("buttons")  # from now on each press counts
    return board, viewer


@pytest.fixture
def lone(boards, web_port):
    """A server that nobody is linked with, and its viewer."""
    return alone(boards, Viewer(web_port))


# The status


def test_the_status_tells_board_link_seats_figures_and_actors(desk):
    server, client, of_server, of_client = desk
    server.press(2)
    client.press("1", "3")
    server.expect_lit(1, 3)
    client.expect_lit(2)
    of_server.wait_for_status(lambda s: s["press_to_led"]["count"] > 0, "a round trip")
    status = of_server.status()
    board, link = status["board"], status["link"]
    assert (board["name"], board["role"], board["simulated"]) == ("server", "server", True)
    assert (board["state"], board["pressed"], board["lit"]) == ("open", [2], [1, 3])
    assert not board["control_pressed"]
    assert len(board["buttons"]) == len(board["leds"]) == 4
    assert (link["state"], link["peer"], link["wire"]) == ("linked", "client", "native")
    assert (link["encrypted"], link["fingerprint"]) == (False, "")
    assert [guest["name"] for guest in status["seats"]["seated"]] == ["client"]
    assert status["seats"]["queue"] == []
    assert status["started"] <= status["seats"]["seated"][0]["since"] <= status["now"]
    assert 0 < status["uptime"] < LIMIT
    times = status["press_to_led"]
    assert 0 < times["p50"] <= times["p99"] and len(times["last"]) == times["count"]
    running = {actor["component"]: actor["running"] for actor in status["actors"]}
    assert running["ledactor.button"] == 5 and running["ledactor.session"] == 1
    assert {"ledactor.chip", "ledactor.panel", "ledactor.led-bank", "ledactor.supervisor"} <= running.keys()
    assert [g["name"] for g in of_client.status()["seats"]["seated"]] == ["server"]


def test_a_client_in_the_queue_tells_its_place_and_who_holds_the_seat(boards, web_port):
    server = boards.server()
    boards.queue(server, "first")
    waiting = boards.client(f"--ledactor.web.port={web_port}", name="second")
    waiting.expect("waiting 1 first")
    viewer = Viewer(web_port)
    link = viewer.wait_for_status(lambda s: s["link"]["state"] == "waiting", "its place")["link"]
    assert (link["place"], link["holder"]) == (1, "first")


def test_an_encrypted_link_is_told_by_its_keys_fingerprint(boards, web_port, tmp_path):
    printed = Program(tmp_path).output("keygen", "key")
    _, viewer = alone(boards, Viewer(web_port), f"--key-file={tmp_path / 'key'}")
    link = viewer.status()["link"]
    assert link["encrypted"] and link["fingerprint"] in printed


# What it can be asked to do


def test_a_press_lights_the_peers_led_for_as_long_as_it_is_held(desk):
    server, client, of_server, of_client = desk
    of_server.do("/api/buttons/1/press")
    client.expect_lit(1)
    of_server.do("/api/buttons/4/press")
    client.expect_lit(1, 4)
    of_client.do("/api/buttons/2/press")
    server.expect_lit(2)
    of_server.do("/api/buttons/1/release")
    client.expect_lit(4)


def test_a_press_ends_with_its_viewers_stream_or_at_its_time(desk):
    _, client, of_server, _ = desk
    with of_server.events(viewer="me"):
        of_server.do("/api/buttons/1/press?viewer=me")
        of_server.do("/api/buttons/2/press?viewer=me&for=60000")
        of_server.do("/api/buttons/3/press?for=100")
        client.wait_for(lambda: "led 3 off" in client.led_lines, "the end of a timed press")
        client.expect_lit(1, 2)
    client.expect_lit(2)


def test_a_button_that_two_viewers_hold_is_down_until_both_let_go(desk):
    _, client, of_server, _ = desk
    with of_server.events(viewer="one"), of_server.events(viewer="two"):
        of_server.do("/api/buttons/1/press?viewer=one")
        of_server.do("/api/buttons/1/press?viewer=two")
        of_server.do("/api/buttons/1/release?viewer=one")
        of_server.do("/api/buttons/2/press?for=50")  # ends after that, and after any debouncing
        client.wait_for(lambda: "led 2 off" in client.led_lines, "the end of a timed press")
        client.expect_lit(1)
        of_server.do("/api/buttons/1/release?viewer=two")
        client.expect_lit()


def keepalive_timer(port, peer_port):
    """When the kernel asks the other end whether it is there [s]; None if it never does."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, _, timer = line.split()[:6]
        if (local.endswith(f":{port:04X}"), remote.endswith(f":{peer_port:04X}")) == (True, True):
            active, when = timer.split(":")
            return int(when, 16) / os.sysconf("SC_CLK_TCK") if active == "02" else None
    return None


def test_the_kernel_finds_out_when_a_viewer_is_out_of_reach(lone):
    """Such as a phone that has left the Wi-Fi: its presses must not outlive it for long."""
    _, viewer = lone
    with viewer.events(0) as events:
        assert events.next()
        deadline = time.monotonic() + LIMIT
        while (after := keepalive_timer(viewer.port, events.port)) is None:  # until all is acknowledged
            assert time.monotonic() < deadline, "the kernel never asks"
        assert after <= 10


def test_a_clients_control_button_quits_it(desk):
    _, client, _, of_client = desk
    of_client.do("/api/buttons/control/press")
    assert client.wait_for_end() == 0


def test_a_kick_by_its_id_hands_the_seat_to_the_next(boards, web_port):
    server = boards.server(f"--ledactor.web.port={web_port}")
    first, second = boards.queue(server, "first", "second")
    viewer = Viewer(web_port)
    seats = viewer.wait_for_status(lambda s: s["seats"]["queue"], "the queue")["seats"]
    assert [g["name"] for g in seats["queue"]] == ["second"]
    assert viewer.post(f"/api/sessions/{seats['queue'][0]['id']}/kick").status == 404
    viewer.do(f"/api/sessions/{seats['seated'][0]['id']}/kick")
    assert first.wait_for_end() == 0
    second.expect("link up server")
    seats = viewer.wait_for_status(lambda s: not s["seats"]["queue"], "the next one's seat")["seats"]
    assert [g["name"] for g in seats["seated"]] == ["second"]
    server.expect_at_last("link up second")


def test_a_client_kicks_nobody(desk):
    *_, of_client = desk
    session = of_client.status()["seats"]["seated"][0]["id"]
    assert of_client.post(f"/api/sessions/{session}/kick").status == 409


def test_quit_is_answered_and_ends_the_program_in_good_order(desk):
    server, client, of_server, _ = desk
    server.press(1)
    client.expect_lit(1)
    of_server.do("/api/quit")
    assert server.wait_for_end() == 0
    client.expect("link down shutdown")
    client.expect_lit()


# Events


def test_events_tell_a_press_its_led_its_time_and_the_seats(desk):
    server, client, of_server, of_client = desk
    with of_server.events() as here, of_client.events() as there:
        server.press(3)
        seen = here.until(lambda e: e.kind == "buttons" and e.data["pressed"] == [3], "the press")
        press = seen[-1]
        lit = there.until_kind("leds", lit=[3])
        # On a busy machine the peer may be quicker than who tells of the press.
        early = [e for e in seen if e.kind == "press_to_led" and e.data["seq"] == press.data["seq"]]
        time = early[0] if early else here.until_kind("press_to_led", seq=press.data["seq"])
        assert lit.data["seq"] == press.data["seq"], "a press is followed by its number"
        assert 0 < time.data["seconds"] < LIMIT
        client.stop()
        gone = here.until_kind("link", change="down")
        assert (gone.data["state"], gone.data["reason"]) == ("unlinked", "shutdown")


def test_events_tell_the_control_button_and_a_kick(desk):
    server, client, of_server, of_client = desk
    with of_server.events() as here, of_client.events() as there:
        server.press("control")
        here.until_kind("control", pressed=True)
        here.until_kind("seats", seated=[], queue=[])
        there.until_kind("link", change="kicked", reason="kicked")
    assert client.wait_for_end() == 0


def test_a_viewer_that_comes_back_goes_on_where_it_was(lone):
    board, viewer = lone
    with viewer.events(0) as events:
        board.press(1)
        seen = events.until(lambda e: e.data.get("pressed") == [1], "the press")
    board.press(2)
    with viewer.events(seen[-1].id) as events:
        more = events.until(lambda e: e.data.get("pressed") == [1, 2], "the other")
    assert [e.id for e in seen + more] == list(range(1, len(seen + more) + 1))
    with viewer.events(0) as events:
        assert [events.next() for _ in seen + more] == seen + more
    answer = viewer.get("/api/status").json
    assert answer["last_event"] == more[-1].id


def test_the_query_says_the_same_as_the_header_and_the_header_wins(lone):
    board, viewer = lone
    board.press(1)
    viewer.wait_for_status(lambda s: s["board"]["pressed"] == [1], "the press")

    def first_of(path, **headers):
        with contextlib.closing(viewer.connect()) as connection:
            connection.request("GET", path, headers=viewer.headers(headers))
            return connection.getresponse().readline()

    assert first_of("/api/events?since=0") == b"id: 1\n"
    assert first_of("/api/events?since=1") == b"id: 2\n"
    assert first_of("/api/events?since=0", **{"Last-Event-ID": "1"}) == b"id: 2\n"


@pytest.mark.parametrize("unknown", [10**6, 2**64 - 1])
def test_an_event_that_never_was_is_answered_with_a_reset(lone, unknown):
    board, viewer = lone
    with viewer.events(unknown) as events:
        reset = events.next()
        assert (reset.kind, reset.data) == ("reset", {})
        assert reset.id <= viewer.status()["last_event"]
        board.press(1)
        events.until_kind("buttons", pressed=[1])


def test_an_event_that_is_no_longer_kept_is_answered_with_a_reset(boards, web_port):
    board, viewer = alone(boards, Viewer(web_port), "--ledactor.board.debounce=0ms")
    first = viewer.status()["last_event"]
    board.type("press 1\nrelease 1\n" * MAX_HISTORY)
    status = viewer.wait_for_status(lambda s: s["last_event"] == first + 2 * MAX_HISTORY, "all presses")
    with viewer.events(status["last_event"] - MAX_HISTORY - 1) as events:
        assert events.next().kind == "reset"
    with viewer.events(status["last_event"] - MAX_HISTORY + 1) as events:
        assert events.next().id == status["last_event"] - MAX_HISTORY + 2


@pytest.mark.parametrize("wrong", ["x", "-1", "1.5", str(2**64)])
def test_an_events_id_is_a_whole_number(lone, wrong):
    _, viewer = lone
    assert viewer.get("/api/events", **{"Last-Event-ID": wrong}).status == 400
    assert viewer.get(f"/api/events?since={wrong}").status == 400


def test_a_long_silence_is_broken_by_a_comment(lone):
    """So that a viewer can tell a board that has nothing to say from one that is gone."""
    board, viewer = lone
    with viewer.events() as events:
        assert events.until_comment() == ": still here"
        board.press(1)
        events.until_kind("buttons", pressed=[1])


# The log, and what monitors ask


def test_the_log_can_be_read_on_by_component_and_level(desk):
    server, client, of_server, _ = desk

    def log(**parameters):
        query = "&".join(f"{k}={v}" for k, v in parameters.items())
        return of_server.get(f"/api/log?{query}").json

    lines = log()["lines"]
    assert any(line["text"].startswith("linked ") for line in lines)
    assert {line["level"] for line in lines} <= {"info", "warning"}
    assert {line["component"] for line in log(component="ledactor.supervisor")["lines"]} == {
        "ledactor.supervisor"}
    last = log(level="debug")["last"]  # which asks for them
    client.press(1)
    server.expect_lit(1)
    news = log(since=last, level="debug")["lines"]
    assert all(line["id"] > last for line in news)
    assert any(line["component"] == "ledactor.led-bank" and line["text"].startswith("show ") for line in news)
    assert log(since=log()["last"])["lines"] == []
    assert of_server.get("/api/log?level=trace").status == 400
    assert of_server.get("/api/log?since=x").status == 400


def test_monitors_are_answered(lone):
    _, viewer = lone
    health = viewer.get("/healthz")
    assert (health.status, health.body) == (200, b"ok\n")
    metrics = viewer.get("/metrics")
    assert metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert b"\nledactor_link_up 0" in metrics.body


# Where it is


def test_each_role_has_a_default_port_so_that_a_pair_on_one_machine_has_both_pages(boards, own_address):
    boards.pair(f"--ledactor.web.listen={own_address}")
    assert Viewer(23880, own_address).status()["board"]["role"] == "server"
    assert Viewer(23881, own_address).status()["board"]["role"] == "client"


def test_a_default_port_that_is_taken_is_a_warning_and_the_board_runs_without_its_page(boards, own_address):
    with socket.create_server((own_address, 23880)):
        server, client = boards.pair(f"--ledactor.web.listen={own_address}")
        client.press(1)
        server.expect_lit(1)
        Viewer(23881, own_address).wait_for_status(lambda s: s["link"]["state"] == "linked", "the link")
    server.stop()
    (warning,) = [line for line in server.log().splitlines() if "warning: ledactor.web.port" in line]
    assert f"{own_address} port 23880" in warning and "choose another port" in warning


def test_a_configured_port_that_is_taken_is_an_error(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        line = Program(tmp_path).complaint(
            UNAVAILABLE, "--role=server", "--board=sim", f"--ledactor.web.port={number}")
    assert line.startswith(f"ledactor.web.port: cannot listen on 127.0.0.1 port {number}: ")


def test_an_address_that_is_yet_to_come_keeps_no_board_from_running(boards, tmp_path):
    token = tmp_path / "token"
    token.write_text("0123456789abcdef")
    token.chmod(0o600)
    server, client = boards.pair(
        "--ledactor.web.listen=192.0.2.1", f"--ledactor.web.token-file={token}")  # RFC 5737
    client.press(1)
    server.expect_lit(1)
    client.stop()
    server.stop()
    assert "warning" not in server.log()


def test_a_board_can_do_without(boards, own_address):
    board = boards.server(f"--ledactor.web.listen={own_address}", "--ledactor.web.enabled=false")
    board.list_leds()  # it runs
    with pytest.raises(ConnectionRefusedError):
        Viewer(23880, own_address).get("/healthz")


def test_ipv6_is_served_as_well(boards, web_port):
    _, viewer = alone(boards, Viewer(web_port, "::1"), "--ledactor.web.listen=::1")
    assert viewer.status()["link"]["state"] == "unlinked"
    viewer.do("/api/buttons/1/press")
    viewer.wait_for_status(lambda s: s["board"]["pressed"] == [1], "the press")


def test_a_connection_serves_one_request_after_another(lone):
    _, viewer = lone
    with contextlib.closing(viewer.connect()) as connection:
        for _ in range(100):
            assert viewer.ask_on(connection, "GET", "/healthz").status == 200
            assert viewer.ask_on(connection, "GET", "/nothing").status == 404
            assert viewer.ask_on(connection, "POST", "/api/buttons/1/press").status == 204


def test_requests_that_come_at_once_are_answered_in_their_order(lone):
    _, viewer = lone
    one = f"GET {{}} HTTP/1.1\r\nHost: {viewer.host}\r\n{{}}\r\n"
    many = [("/healthz", 200), ("/nothing", 404)] * 50
    data = "".join(one.format(path, "") for path, _ in many) + one.format("/api/quit", "Connection: close\r\n")
    got = viewer.raw(data.encode()).decode()
    statuses = re.findall(r"HTTP/1\.1 (\d+) ", got)
    assert list(map(int, statuses)) == [status for _, status in many] + [405]


def test_head_tells_what_get_would_and_sends_no_body(lone):
    _, viewer = lone
    for path in ("/", "/healthz", "/metrics", "/api/status", "/api/log", "/api/openapi.json", "/nothing"):
        head, whole = viewer.ask("HEAD", path), viewer.get(path)
        assert (head.status, head.body) == (whole.status, b"")
        assert head.headers.keys() == whole.headers.keys()
        assert head.headers["content-type"] == whole.headers["content-type"]
    assert viewer.ask("HEAD", "/healthz").headers["content-length"] == "3"
    refused = viewer.raw(f"HEAD / HTTP/1.1\r\nHost: {viewer.host}\r\nContent-Length: 9\r\n\r\n".encode())
    assert refused.startswith(b"HTTP/1.1 413 ") and refused.endswith(b"\r\n\r\n")


def test_head_of_the_events_begins_none(lone):
    _, viewer = lone
    with contextlib.closing(viewer.connect()) as connection:
        for _ in range(MAX_VIEWERS + 1):
            head = viewer.ask_on(connection, "HEAD", "/api/events?since=0")
            assert (head.status, head.headers["content-type"]) == (200, "text/event-stream")
            assert "content-length" not in head.headers, "nobody can tell it"
        assert viewer.ask_on(connection, "GET", "/healthz").body == b"ok\n"


def test_an_absolute_target_and_one_empty_line_before_a_request_are_taken(lone):
    _, viewer = lone
    one = f"GET http://{viewer.host}/healthz HTTP/1.1\r\nHost: proxy.example\r\n\r\n".encode()
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert viewer.raw(b"\r\n" + one + b"\r\n" + one + last).count(b"HTTP/1.1 200 ") == 3
    assert viewer.raw(b"\r\n\r\n" + one).startswith(b"HTTP/1.1 400 ")
    with contextlib.closing(viewer.connect()) as connection:
        for piece in (b"\r", b"\n", last[:1], last[1:]):
            connection.sock.sendall(piece)
        assert read_to_end(connection.sock).startswith(b"HTTP/1.1 200 ")


# Its description

STRING, OBJECT = {"type": "string"}, {"type": "object"}


def map_of(schema):
    return {"type": "object", "additionalProperties": schema}


def closed(required, /, **optional):
    """An object of these members; those given first must be there."""
    return {"type": "object", "required": list(required), "additionalProperties": False,
            "properties": {**required, **optional}}


REFERENCE = closed({"$ref": {"type": "string", "pattern": "^#/components/"}})
SCHEMA = {"anyOf": [REFERENCE, {"type": "object", "not": {"required": ["$ref"]}}]}
PARAMETER = {"anyOf": [REFERENCE, closed(
    {"name": STRING, "in": {"enum": ["query", "header", "path"]}, "schema": SCHEMA},
    required={"type": "boolean"}, description=STRING)]}
RESPONSE = {"anyOf": [REFERENCE, closed({"description": STRING}, content=map_of(closed({"schema": SCHEMA})))]}
SECURITY = {"type": "array", "items": map_of({"type": "array", "items": STRING})}
OPERATION = closed(
    {"responses": {**map_of(RESPONSE), "minProperties": 1}},
    summary=STRING, description=STRING, security=SECURITY,
    parameters={"type": "array", "items": PARAMETER})
# As much of the specification's own schema, https://spec.openapis.org/oas/3.0/schema, as the file
# makes use of; what it does not is not allowed.
OPENAPI = closed(
    {
        "openapi": {"type": "string", "pattern": r"^3\.0\.\d$"},
        "info": closed({"title": STRING, "version": STRING}, description=STRING),
        "paths": {"type": "object", "additionalProperties": False,
                  "patternProperties": {"^/": closed({}, get=OPERATION, post=OPERATION)}},
    },
    security=SECURITY,
    components=closed(
        {}, schemas=map_of(SCHEMA), responses=map_of(RESPONSE), parameters=map_of(PARAMETER),
        securitySchemes=map_of(closed({"type": {"enum": ["http"]}, "scheme": STRING}, description=STRING))))


def test_the_description_is_served_as_it_is_in_the_sources(lone):
    _, viewer = lone
    assert viewer.get("/api/openapi.json").body == FILE.read_bytes()


def test_the_description_is_valid_openapi():
    document = DESCRIPTION.document
    jsonschema.Draft4Validator(OPENAPI).validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft4Validator.check_schema(in_json_schema(schema))
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', FILE.read_text()):
        node = document
        for step in reference.split("/"):
            node = node[step]
    schemes = document["components"]["securitySchemes"].keys()
    assert all(need.keys() <= schemes for need in document["security"])


def test_each_paths_parameters_are_described():
    for path, operations in DESCRIPTION.document["paths"].items():
        for operation in operations.values():
            described = [DESCRIPTION._follow(p) for p in operation.get("parameters", [])]
            in_path = {p["name"] for p in described if p["in"] == "path" and p["required"] is True}
            assert in_path == set(re.findall(r"\{(\w+)\}", path)), path


def test_each_operation_answers_as_described_and_so_do_its_errors(desk):
    *_, of_server, of_client = desk
    session = of_server.status()["seats"]["seated"][0]["id"]
    samples = {"button": "1", "session": str(session)}
    done = []
    for method, pattern in sorted(DESCRIPTION.operations(), key=lambda o: o[1] == "/api/quit"):
        path = re.sub(r"\{(\w+)\}", lambda name: samples[name[1]], pattern)
        other = "POST" if method == "GET" else "GET"
        assert of_server.ask(other, path).status == 405
        assert of_server.ask(method, path, {"Host": "evil.example"}).status == 421
        if method == "POST":
            assert of_server.ask(method, path, {"Origin": None}).status == 403
            if "{" in pattern:
                assert of_server.ask(method, re.sub(r"\{\w+\}", "99999", pattern)).status == 404
        if pattern == "/api/events":
            with of_server.events(0) as events:
                events.until_kind("link", change="up")
        else:
            assert of_server.ask(method, path).status in (200, 204)
        done.append(pattern)
    assert set(done) == DESCRIPTION.document["paths"].keys()


def test_the_checks_of_this_file_find_what_is_wrong(lone):
    _, viewer = lone
    status = viewer.status()
    for spoil in (lambda s: s.update(more=1), lambda s: s.pop("link"), lambda s: s.update(version=1),
                  lambda s: s["press_to_led"].update(p50=[1.0]), lambda s: s["board"].update(lit=[0])):
        wrong = json.loads(json.dumps(status))
        spoil(wrong)
        with pytest.raises(jsonschema.ValidationError):
            DESCRIPTION.check("GET", "/api/status", 200, "application/json", json.dumps(wrong).encode())
    with pytest.raises(jsonschema.ValidationError):
        DESCRIPTION.check_event("buttons", {"at": 1, "pressed": [0], "seq": 1})
    with pytest.raises(AssertionError):
        DESCRIPTION.check("GET", "/api/status", 200, "text/plain", b"{}")


def test_a_peer_of_any_allowed_name_fits_the_description(lone, port):
    server, viewer = lone
    name = "\"<b>&'\\/%{}[]~"
    with viewer.events(0) as events, Peer.dial(port) as peer:
        peer.sit_down(name)
        peer.send(levels(1))
        server.expect(f"link up {name}")
        assert events.until_kind("link", change="up").data["peer"] == name
        assert viewer.status()["seats"]["seated"][0]["name"] == name
    server.expect("link down closed")
