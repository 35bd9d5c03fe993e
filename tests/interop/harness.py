"""What the black-box tests share: real servers on free ports, plain HTTP, DNS tools, waiting.

Everything here treats Muster as a foreign program: it is started as a process and spoken to over
its sockets, never linked against.
"""
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "artifacts" / "bin" / "Muster.Server" / "release" / "muster"
LAUNCHER = ROOT / "muster"
START_SECONDS = 20
NODE = "vm"

# Below the range from which the kernel takes the ports of outgoing connections.
_FIRST_PORT = 20000
_PORT_BLOCKS = 240
_BLOCK_SIZE = 50
_claims = []
_ports = []


def free_port():
    """A port that nothing listens on now, over TCP or UDP, and that nobody else is told of.

    A port is free until its server listens, and again while that server is dead. So a process takes a
    whole block of ports, by binding a name that only one can hold and that the kernel gives back with
    its end, and is told each port of it once. The failure tests (Ports.cs) use the same names.
    """
    while True:
        if not _ports:
            _claim_block()
        port = _ports.pop(0)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
            return port
        except OSError:
            continue


def _claim_block():
    start = random.randrange(_PORT_BLOCKS)
    for number in range(start, start + _PORT_BLOCKS):
        block = number % _PORT_BLOCKS
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            claim.bind(f"\0muster-tests-ports-{block}")
        except OSError:
            claim.close()
            continue
        _claims.append(claim)  # held until this process ends
        _ports.extend(range(_FIRST_PORT + block * _BLOCK_SIZE, _FIRST_PORT + (block + 1) * _BLOCK_SIZE))
        return
    raise AssertionError("every block of ports is taken")


def eventually(condition, seconds, what):
    """Polls until the condition holds and returns its value; fails after the given time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Response:
    """One HTTP answer, whole."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def index(self):
        return int(self.headers["X-Consul-Index"])

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Server:
    """A Muster agent as a child process, on ports and in a folder of its own.

    dev=False runs it with a data directory, which outlives restarts of this object.
    """

    def __init__(self, *flags, dev=True, node=NODE, name="server", prefix=()):
        self.node = node
        self.http_port = free_port()
        self.dns_port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"muster-{name}-"))
        self.log = self.folder / "log.txt"
        self.flags = ["agent"]
        self.flags += ["-dev"] if dev else ["-server", "-data-dir", str(self.folder / "data")]
        self.flags += ["-node", node, "-bind", "127.0.0.1", "-client", "127.0.0.1",
                       "-http-port", str(self.http_port), "-dns-port", str(self.dns_port), *flags]
        self.prefix = prefix  # a command that runs the server, such as faketime
        self.process = None

    def start(self):
        self.spawn()
        try:
            eventually(self.is_ready, START_SECONDS, "the server is ready")
        except AssertionError:
            self.kill()
            raise AssertionError("the server did not become ready; it said:\n" + self.output()) from None
        return self

    def spawn(self):
        """Starts the process and does not wait for it."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, str(PROGRAM), *self.flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with exit code {self.process.returncode}")
        try:
            return self.get("/health/ready", timeout=2).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def output(self):
        return self.log.read_text("utf-8", "replace")

    def signal(self, number):
        os.kill(self.process.pid, number)

    def kill(self):
        """SIGKILL: what a crash or the kernel does."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def end(self):
        """Kills the process and removes its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None, headers=None, timeout=30):
        """One request on a connection of its own; a body that is not text is sent as JSON."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def put(self, path, body=None, **options):
        return self.call("PUT", path, body, **options)

    def register(self, name, **fields):
        """Registers through the agent, as its clients do; the arguments are Consul's field names."""
        answer = self.put("/v1/agent/service/register", {"Name": name, **fields})
        if answer.status != 200:
            raise AssertionError(f"register {name}: {answer}")
        return fields.get("ID", name)

    def deregister(self, service_id):
        return self.put(f"/v1/agent/service/deregister/{service_id}")

    def passing(self, name):
        """The IDs of the instances that a discovering client would use."""
        return [entry["Service"]["ID"] for entry in self.get(f"/v1/health/service/{name}?passing").json()]

    def dig(self, *arguments):
        """Debian's dig against this server; returns what it printed."""
        command = ["dig", "@127.0.0.1", "-p", str(self.dns_port), "+tries=2", "+time=3", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def dig_short(self, *arguments):
        """The answer section's data, sorted: servers shuffle it."""
        return sorted(self.dig("+short", *arguments).split("\n")[:-1])


class ServerTest(unittest.TestCase):
    """A test class around one server that all its tests share; each test uses names of its own."""

    flags = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags, name=cls.__name__)
        cls.addClassCleanup(cls.server.end)
        cls.server.start()

    def assert_answer(self, answer, status, body=None):
        self.assertEqual((status, answer.text if body is None else body), (answer.status, answer.text))


class HttpService:
    """A small real service with a health endpoint, in a process of its own, so that it can be killed."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-u", str(pathlib.Path(__file__).with_name("http_service.py")), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/health"

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


def run(*command, timeout=60, **options):
    """Runs a command to its end, output captured as text."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=timeout, check=False, **options)
