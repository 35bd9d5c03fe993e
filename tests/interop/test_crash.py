"""SIGKILL at random moments of a registration storm: what was acknowledged is there afterwards."""
import http.client
import json
import os
import random
import threading
import time
import unittest

from harness import Server, eventually

ROUNDS = int(os.environ.get("MUSTER_TEST_CRASHES", "10"))  # the nightly run crashes it a hundred times
WRITERS = 6


class Writer(threading.Thread):
    """Registers and deregisters without pause over one connection, and notes what was acknowledged.

    The request in flight when the server dies is in doubt: it may have happened or not.
    """

    def __init__(self, server, name, seed, padding=0):
        super().__init__(daemon=True)
        self.server = server
        self.prefix = name  # no key is used again by a writer of another round
        self.random = random.Random(seed)
        self.meta = {f"m{number}": "v" * 500 for number in range(padding)}
        self.present = {}
        self.absent = set()
        self.in_doubt = None
        self.unexpected = []
        self.made = 0

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)
        try:
            while True:
                self._one(connection)
        except (OSError, http.client.HTTPException):
            pass  # the server is gone; what happened to the last request nobody knows
        finally:
            connection.close()

    def _one(self, connection):
        mine = [key for key in self.present if key.startswith("agent")]
        if mine and self.random.random() < 0.2:
            key = self.random.choice(mine)
            self._send(connection, f"/v1/agent/service/deregister/{key}", None, key)
            del self.present[key]
            self.absent.add(key)
        elif self.random.random() < 0.1:
            key = f"catalog-{self._next()}"
            port = self.random.randint(1, 65535)
            self._send(connection, "/v1/catalog/register", {
                "Node": f"node-{self.random.randint(1, 5)}", "Address": "10.0.0.1", "SkipNodeUpdate": False,
                "Service": {"Service": "external", "ID": key, "Port": port}}, key)
            self.present[key] = port
        else:
            again = bool(mine) and self.random.random() < 0.2
            key = self.random.choice(mine) if again else f"agent-{self._next()}"
            port = self.random.randint(1, 65535)
            self._send(connection, "/v1/agent/service/register", {
                "Name": f"storm-{self.random.randint(1, 20) if not again else key}", "ID": key, "Port": port,
                "Tags": ["t" * self.random.randint(1, 40)], "Meta": self.meta}, key)
            self.present[key] = port

    def _next(self):
        self.made += 1
        return f"{self.prefix}-{self.made}"

    def _send(self, connection, path, body, key):
        self.in_doubt = key
        connection.request("PUT", path, body=None if body is None else json.dumps(body))
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            self.unexpected.append((path, answer.status, text))
        self.in_doubt = None


class CrashTest(unittest.TestCase):
    def found(self, server):
        """ID to port of everything the server knows, asked through the catalog."""
        found = {}
        for name in server.get("/v1/catalog/services").json():
            for row in server.get(f"/v1/catalog/service/{name}").json():
                found[row["ServiceID"]] = row["ServicePort"]
        return found

    def test_nothing_acknowledged_is_lost_and_nothing_removed_returns(self):
        seed = int(os.environ.get("MUSTER_TEST_SEED", random.randrange(1 << 30)))
        print(f"seed {seed} (MUSTER_TEST_SEED repeats it)")
        moments = random.Random(seed)
        server = Server(dev=False, name="crash")
        self.addCleanup(server.end)
        server.start()
        expected, gone, in_doubt = {}, set(), set()
        total = 0
        for number in range(ROUNDS):
            writers = [Writer(server, f"{number}-{n}", seed + 100 * number + n) for n in range(WRITERS)]
            for writer in writers:
                writer.start()
            time.sleep(moments.uniform(0.02, 0.6))
            server.kill()
            for writer in writers:
                writer.join(15)
                self.assertFalse(writer.is_alive(), "a writer hangs although its server is dead")
                self.assertEqual([], writer.unexpected)
                expected.update(writer.present)
                gone.update(writer.absent)
                total += len(writer.present) + len(writer.absent)
                if writer.in_doubt is not None:
                    in_doubt.add(writer.in_doubt)
            server.start()
            found = self.found(server)
            lost = [key for key in expected if key not in in_doubt and found.get(key) != expected[key]]
            returned = [key for key in gone if key not in in_doubt and key in found]
            self.assertEqual([], lost, f"round {number + 1}: acknowledged, then lost or changed; log:\n{server.output()[-3000:]}")
            self.assertEqual([], returned, f"round {number + 1}: removed, then back")
            # What was in doubt is decided now, and must stay as it is.
            for key in in_doubt:
                expected.pop(key, None)
                gone.discard(key)
                if key in found:
                    expected[key] = found[key]
                else:
                    gone.add(key)
            in_doubt.clear()
        print(f"{total} acknowledged writes over {ROUNDS} crashes, {len(expected)} instances at the end")
        self.assertGreater(total, 100, "the storm was no storm")

    def test_a_crash_around_a_snapshot_loses_nothing(self):
        server = Server(dev=False, name="crash-snapshot")
        self.addCleanup(server.end)
        server.start()
        expected, in_doubt = {}, set()
        writers = [Writer(server, f"wide-{n}", n, padding=60) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            eventually(lambda: "Took a snapshot" in server.output(), 60, "the log grew until a snapshot was taken")
        finally:
            server.kill()
        for writer in writers:
            writer.join(15)
            self.assertEqual([], writer.unexpected)
            expected.update(writer.present)
            in_doubt.add(writer.in_doubt)
        server.start()
        found = self.found(server)
        self.assertEqual([], [key for key in expected if key not in in_doubt and found.get(key) != expected[key]])
        self.assertEqual([], [key for writer in writers for key in writer.absent if key not in in_doubt and key in found])

    def test_the_index_is_above_every_index_ever_issued(self):
        server = Server(dev=False, name="crash-index")
        self.addCleanup(server.end)
        server.start()
        highest = 0
        for number in range(3):
            server.register("counted", ID=f"counted-{number}", Port=1)
            highest = max(highest, server.get("/v1/catalog/services").index, server.get("/v1/health/service/counted").index)
            server.kill()
            server.start()
            for path in ("/v1/catalog/services", "/v1/health/service/counted", "/v1/catalog/service/counted"):
                self.assertGreater(server.get(path).index, highest, path)

    def test_a_torn_last_record_is_cut_with_a_word(self):
        server = Server(dev=False, name="torn")
        self.addCleanup(server.end)
        server.start()
        for number in range(20):
            server.register("kept", ID=f"kept-{number}", Port=1)
        server.kill()
        files = [file for file in (server.folder / "data").rglob("*") if file.is_file() and file.stat().st_size > 0]
        newest = max(files, key=lambda file: file.stat().st_mtime_ns)
        with open(newest, "ab") as journal:
            journal.write(b"\x07half a record")
        server.start()
        self.assertEqual(20, len(server.get("/v1/catalog/service/kept").json()))

    def test_heartbeats_start_over_after_a_crash(self):
        server = Server(dev=False, name="crash-ttl")
        self.addCleanup(server.end)
        server.start()
        server.register("beating", Check={"TTL": "4s", "Status": "critical"})
        server.put("/v1/agent/check/pass/service:beating")
        answer = server.call("POST", "/api/v1/instances", {"service": "leased", "port": 1, "leaseSeconds": 4},
                             headers={"Content-Type": "application/json"})
        self.assertEqual(201, answer.status, answer)
        server.kill()
        time.sleep(5)  # longer than the TTL: the server's absence is nobody's fault
        server.start()
        self.assertEqual(["beating"], server.passing("beating"))
        self.assertEqual(["leased"], server.passing("leased"))
        eventually(lambda: not server.passing("beating"), 7, "silence still expires")
        eventually(lambda: not server.passing("leased"), 7, "silence still expires")

    def test_removals_and_node_deregistrations_survive(self):
        server = Server(dev=False, name="crash-nodes")
        self.addCleanup(server.end)
        server.start()
        for node in ("stays", "leaves"):
            answer = server.put("/v1/catalog/register", {
                "Node": node, "Address": "10.0.0.1", "Service": {"Service": "hosted", "ID": f"on-{node}"},
                "Checks": [{"CheckID": "alive", "Name": "alive", "Status": "passing"}]})
            self.assertEqual(200, answer.status, answer)
        server.put("/v1/catalog/deregister", {"Node": "leaves"})
        server.put("/v1/agent/service/register", {"Name": "repaired"})
        server.put("/v1/agent/service/maintenance/repaired?enable=true&reason=disk")
        server.kill()
        server.start()
        self.assertEqual(["on-stays"], [row["ServiceID"] for row in server.get("/v1/catalog/service/hosted").json()])
        self.assertEqual({"stays", "vm"}, {node["Node"] for node in server.get("/v1/catalog/nodes").json()})
        self.assertEqual(["alive"], [check["CheckID"] for check in server.get("/v1/health/node/stays").json()])
        self.assertEqual([], server.passing("repaired"))
        self.assertEqual("disk", server.get("/v1/agent/checks").json()["_service_maintenance:repaired"]["Notes"])

    def test_a_graceful_end_in_a_storm_loses_nothing(self):
        server = Server(dev=False, name="graceful-storm")
        self.addCleanup(server.end)
        server.start()
        writers = [Writer(server, f"leaving-{n}", n) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(1)
        server.process.terminate()
        self.assertEqual(0, server.process.wait(10), server.output())
        for writer in writers:
            writer.join(15)
            self.assertFalse(writer.is_alive())
            self.assertEqual([], writer.unexpected)
        server.start()
        found = self.found(server)
        for writer in writers:
            self.assertEqual([], [key for key, port in writer.present.items() if key != writer.in_doubt and found.get(key) != port])
            self.assertEqual([], [key for key in writer.absent if key != writer.in_doubt and key in found])

    def test_a_graceful_end_keeps_everything_too(self):
        server = Server(dev=False, name="graceful")
        self.addCleanup(server.end)
        server.start()
        server.register("kept", Port=7, Check={"TTL": "600s"})
        server.put("/v1/agent/check/pass/service:kept?note=fine")
        server.process.terminate()
        self.assertEqual(0, server.process.wait(10))
        server.start()
        entry, = server.get("/v1/health/service/kept").json()
        self.assertEqual(7, entry["Service"]["Port"])
        self.assertEqual("passing", entry["Checks"][-1]["Status"])


if __name__ == "__main__":
    unittest.main()
