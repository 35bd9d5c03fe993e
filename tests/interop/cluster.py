"""Several Muster servers as one cluster, a load balancer before them, and tables of what happened."""
import pathlib
import re
import subprocess

from harness import ROOT, Server, eventually, free_port

HAPROXY = "/usr/sbin/haproxy"
FIGURES = ROOT / "artifacts" / "failure-tests"
READY_SECONDS = 60  # three servers of a busy machine begin at once, and each waits for the others
GUIDE = ROOT / "docs" / "guides" / "load-balancer.md"


class Cluster:
    """Servers that know each other, each with a data directory and a node of its own."""

    def __init__(self, size=3, flags=(), name="cluster"):
        ports = [free_port() for _ in range(size)]
        self.servers = []
        for number, port in enumerate(ports):
            joins = [flag for other in ports if other != port for flag in ("-retry-join", f"127.0.0.1:{other}")]
            self.servers.append(Server(
                "-serf-lan-port", str(port), "-encrypt", "only for this test, and long enough", *joins, *flags,
                dev=False, node=f"node-{number + 1}", name=f"{name}-{number + 1}"))

    def start(self):
        # together: each waits for the others before it says that it is ready
        for server in self.servers:
            server.spawn()
        for server in self.servers:
            self.wait_ready(server)
        return self

    def wait_ready(self, server):
        try:
            eventually(server.is_ready, READY_SECONDS, f"{server.node} is ready")
        except AssertionError:
            raise AssertionError(f"{server.node} did not become ready; it said:\n{server.output()}") from None

    def again(self, server):
        """Starts a server that was killed."""
        server.spawn()
        self.wait_ready(server)

    def end(self):
        for server in self.servers:
            server.end()


class Balancer:
    """Debian's HAProxy with the configuration that the guide shows, before some servers."""

    def __init__(self, servers):
        self.port = free_port()
        guide = GUIDE.read_text("utf-8")
        text = re.search(r"^```haproxy\n(.*?)^```", guide, re.S | re.M).group(1)
        text = re.sub(r"^ *server .*\n", "", text, flags=re.M).replace("bind :8500", f"bind 127.0.0.1:{self.port}")
        lines = [f"    server {server.node} 127.0.0.1:{server.http_port}" for server in servers]
        configuration = servers[0].folder / "haproxy.cfg"
        configuration.write_text(text.rstrip() + "\n" + "\n".join(lines) + "\n", "utf-8")
        self.log = open(servers[0].folder / "haproxy.txt", "wb")
        self.process = subprocess.Popen(
            [HAPROXY, "-db", "-f", str(configuration)], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Figures:
    """A Markdown table that is printed and kept beside those of the failure tests."""

    def __init__(self, question, *columns):
        self.question = question
        self.rows = [columns, ["---"] * len(columns)]

    def add(self, *values):
        self.rows.append([str(value) for value in values])

    def write(self):
        table = f"### {self.question}\n\n" + "".join("| " + " | ".join(row) + " |\n" for row in self.rows)
        print(table, flush=True)
        FIGURES.mkdir(parents=True, exist_ok=True)
        name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in self.question.lower()).strip("-")
        (pathlib.Path(FIGURES) / f"{name}.md").write_text(table, "utf-8")
