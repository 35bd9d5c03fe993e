"""A service for checks to look at: prints its port, then answers GET /health.

The status that /health answers with can be set: PUT /status/503. With --delay SECONDS it takes its
time to answer; with --address ADDRESS it listens there.
"""
import http.server
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    status = 200
    delay = float(sys.argv[sys.argv.index("--delay") + 1]) if "--delay" in sys.argv else 0.0

    def do_GET(self):
        time.sleep(Handler.delay)
        self.answer(Handler.status if self.path == "/health" else 404, b"at your service\n")

    def do_PUT(self):
        Handler.status = int(self.path.rsplit("/", 1)[1])
        self.answer(200, b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    address = sys.argv[sys.argv.index("--address") + 1] if "--address" in sys.argv else "127.0.0.1"
    server = http.server.ThreadingHTTPServer((address, 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
