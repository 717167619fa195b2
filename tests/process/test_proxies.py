"""A board behind Debian's nginx, configured as the README says and otherwise with its defaults: the page,
the events and the presses pass, at the root and below a path."""

import os
import pathlib
import re
import subprocess
import textwrap

import pytest

from board import LIMIT
from viewer import Viewer

# Where scripts/setup --proxy has put it.
NGINX = pathlib.Path(os.environ["LEDACTOR_NGINX"])
README = (pathlib.Path(__file__).parents[2] / "README.md").read_text()

TEMPORARY = "".join(f"{kind}_temp_path {kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


class Nginx:
    """Serves until it is closed; it listens when it has been entered."""

    def __init__(self, folder, port, location):
        self._command = [NGINX / "nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"]
        (folder / "nginx.conf").write_text(textwrap.dedent(f"""\
            pid nginx.pid;
            worker_processes 1;
            events {{ }}
            http {{
            {TEMPORARY}
            access_log off;
            server {{ listen 127.0.0.1:{port};
            {location}
            }} }}
            """))

    def __enter__(self):
        self._run()
        return self

    def __exit__(self, *_):
        self._run("-s", "stop")

    def _run(self, *more):
        """It goes on in the background once it listens."""
        subprocess.run([*self._command, *more], check=True, timeout=LIMIT,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


@pytest.fixture
def behind(boards, web_ports, tmp_path):
    """A board and what looks at it through nginx; `location` is what nginx is told."""
    own, port = web_ports[:2]
    proxies = []

    def behind(location, *options):
        board = boards.server(f"--ledactor.web.port={own}", *options)
        board.list_leds()  # it listens since before it could answer
        proxies.append(Nginx(tmp_path, port, location.replace("127.0.0.1:23880", f"127.0.0.1:{own}")))
        proxies[-1].__enter__()
        return board, Viewer(port)

    yield behind
    for proxy in proxies:
        proxy.__exit__()


def snippet():
    """What the README tells nginx."""
    [found] = re.findall(r"^    location /desk/ \{\n(?:    .*\n)+?    \}\n", README, re.M)
    return found


def assert_works(board, viewer):
    with viewer.events() as events:
        viewer.do("/api/buttons/1/press")
        events.until_kind("buttons", pressed=[1])  # at once: nobody waits for more to send with it
        viewer.do("/api/buttons/1/release")
        events.until_kind("buttons", pressed=[])
    assert viewer.status()["board"]["name"] == "server"


def test_a_public_page_works_behind_nginx_with_its_defaults(behind):
    board, viewer = behind(snippet().replace("/desk/", "/"), '--ledactor.web.names=["desk.example"]')
    viewer.host = "desk.example"  # and so the page's origin; nginx asks for the board by its address
    assert_works(board, viewer)
    viewer.host = "evil.example"
    assert viewer.post("/api/buttons/1/press").status == 403


def test_a_page_of_an_https_origin_works(behind):
    _, viewer = behind(snippet().replace("/desk/", "/"), '--ledactor.web.names=["https://desk.example"]')
    assert viewer.post("/api/buttons/1/press", Origin="https://desk.example").status == 204
    assert viewer.post("/api/buttons/1/press", Origin="http://desk.example").status == 403


def test_a_name_that_is_passed_on_must_be_one_of_the_boards(behind):
    passing_on = snippet().replace("/desk/", "/").replace("}", "    proxy_set_header Host $host;\n}")
    board, viewer = behind(passing_on, '--ledactor.web.names=["desk.example"]')
    viewer.host = "desk.example"
    assert_works(board, viewer)
    assert viewer.get("/", Host="evil.example").status == 421


def test_a_path_below_the_proxys_root_is_as_good(behind):
    _, viewer = behind(snippet(), '--ledactor.web.names=["desk.example"]')
    page = viewer.get("/desk/index.html", Host="desk.example")
    assert page.status == 200
    for loaded in re.findall(r'(?:href|src)="(?!data:|#)([^"]+)"', page.body.decode()):
        assert viewer.ask("HEAD", f"/desk/{loaded}").status == 200, "it is asked for where the page is"
    head = "Host: desk.example\r\nOrigin: http://desk.example\r\nContent-Length: 0\r\nConnection: close\r\n"
    press = viewer.raw(f"POST /desk/api/buttons/1/press HTTP/1.1\r\n{head}\r\n".encode())
    assert press.startswith(b"HTTP/1.1 204 ")
