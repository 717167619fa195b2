"""A proxy that serves what a test put there, as if it were the internet, over HTTP and HTTPS."""

import http.server
import ssl
import subprocess
import threading
import urllib.parse


class Internet:
    """Within its context, answers for every host. `pages` has the content of each URL, as bytes, or as a
    string the URL to which it redirects. `asked` has the URLs that somebody wanted."""

    def __init__(self, folder, names):
        """Makes a certificate for the hosts that `names` lists, in `folder`."""
        self.pages = {}
        self.asked = []
        self.certificate = folder / "certificate.pem"
        key = folder / "certificate.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-subj", "/CN=internet", "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)]
            + ["-keyout", key, "-out", self.certificate],
            check=True,
            capture_output=True,
        )
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._tls.load_cert_chain(self.certificate, key)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.proxy = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(internet):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            origin = ""

            def do_CONNECT(self):
                self.origin = f"https://{self.path.removesuffix(':443')}"
                self.send_response(200)
                self.end_headers()
                self.connection = internet._tls.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", 0)
                self.close_connection = False

            def do_GET(self):
                url = urllib.parse.urljoin(self.origin, self.path)
                internet.asked.append(url)
                page = internet.pages.get(url)
                if page is None:
                    self.send_response(404)
                elif isinstance(page, str):
                    self.send_response(302)
                    self.send_header("Location", page)
                else:
                    self.send_response(200)
                body = page if isinstance(page, bytes) else b""
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler
