"""A relay in front of an HTTP server: notes what is asked of it, and can let each request wait as a distant server does."""

import dataclasses
import http.client
import http.server
import re
import ssl
import threading
import time
import urllib.parse

PIECE_BYTES = 1 << 18
# Of one connection to the next; the rest is passed on as it came, signatures included.
HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding"}


@dataclasses.dataclass(frozen=True)
class Request:
    method: str
    # As sent, still quoted.
    path: str
    # First byte and the one behind the last, of a GET for a range.
    range: tuple[int, int] | None


def range_of(header):
    matched = re.fullmatch(r"bytes=(\d+)-(\d+)", header or "")
    return (int(matched[1]), int(matched[2]) + 1) if matched else None


class Relay:
    """Attributes: `endpoint`, a URL; `requests`, in the order in which they came; `bytes_out`, of the bodies of all answers.

    It runs in threads of this process and ends with the `with` block. With a `certificate` (file, key file) it speaks TLS.
    """

    def __init__(self, target, latency_s=0.0, certificate=None):
        self.requests = []
        self.bytes_out = 0
        counting = threading.Lock()
        address = urllib.parse.urlsplit(target).netloc

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body go out in two writes, which would otherwise wait for each other.
            disable_nagle_algorithm = True
            upstream = None

            def log_message(self, *_):
                pass

            def pass_on(handler):
                self.requests.append(Request(handler.command, handler.path, range_of(handler.headers.get("range"))))
                body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
                time.sleep(latency_s)
                handler.upstream = handler.upstream or http.client.HTTPConnection(address)
                handler.upstream.putrequest(handler.command, handler.path, skip_host=True, skip_accept_encoding=True)
                for name, value in handler.headers.items():
                    if name.lower() not in HOP_HEADERS:
                        handler.upstream.putheader(name, value)
                handler.upstream.endheaders(body)
                handler.answer(handler.upstream.getresponse())

            def answer(handler, response):
                handler.send_response_only(response.status, response.reason)
                for name, value in response.getheaders():
                    if name.lower() not in HOP_HEADERS:
                        handler.send_header(name, value)
                whole = None
                if response.length is None and handler.command != "HEAD":
                    whole = response.read()
                    handler.send_header("Content-Length", str(len(whole)))
                handler.end_headers()
                while piece := whole or response.read(PIECE_BYTES):
                    whole = None
                    handler.wfile.write(piece)
                    with counting:
                        self.bytes_out += len(piece)
                response.close()

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                """Clients that hang up are no concern of ours."""

        self.server = Listener(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.endpoint = f"{scheme}://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
