"""Faults of the surroundings, seen from outside: a full disk, damaged files, a wrong clock, a stopped process."""
import http.client
import pathlib
import shutil
import signal
import struct
import subprocess
import threading
import time
import unittest

from harness import Server, eventually

LEASE = {"Content-Type": "application/json"}


class SmallDisk:
    """A tmpfs of 1 MiB in a mount namespace of its own, which outlives the servers that run on it."""

    def __init__(self, place):
        self.place = place
        place.mkdir()
        script = f"mount -t tmpfs -o size=1m muster-test {place} && echo ready && exec sleep 600"
        self.holder = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        said = self.holder.stdout.readline().strip()
        if said != "ready":
            self.end()
            raise unittest.SkipTest(f"this machine gives no mount namespace: {said}")
        self.prefix = ("nsenter", "-t", str(self.holder.pid), "-U", "-m", "--preserve-credentials")
        self.inside = pathlib.Path(f"/proc/{self.holder.pid}/root{place}")

    def fill(self):
        with open(self.inside / "ballast", "ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"x" * 4096)
            except OSError:
                pass  # full, which is the point

    def free(self):
        (self.inside / "ballast").unlink()

    def end(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()


class FullDiskTest(unittest.TestCase):
    def test_a_full_disk_degrades_durability_and_nothing_else(self):
        server = Server(dev=False, name="full")
        self.addCleanup(server.end)
        disk = SmallDisk(server.folder / "data")
        self.addCleanup(disk.end)
        server.prefix = disk.prefix
        server.start()
        for number in range(20):
            server.register(f"early-{number}", Port=number + 1)
        self.assertEqual("healthy", self.durability(server))

        disk.fill()
        written = 0
        while self.durability(server) == "healthy":
            server.register(f"late-{written}", Port=1, Meta={"filler": "f" * 500})
            written += 1
            self.assertLess(written, 4000, "the disk never filled")
        answer = server.put("/v1/agent/service/register", {"Name": "while-full", "Port": 7})
        self.assertEqual((200, "degraded"), (answer.status, answer.headers["Muster-Durability"]))
        answer = server.call("POST", "/api/v1/instances", {"service": "rest-while-full", "port": 8}, headers=LEASE)
        self.assertEqual((201, "degraded"), (answer.status, answer.headers["Muster-Durability"]))
        ready = server.get("/health/ready")
        self.assertEqual(200, ready.status, "a full disk does not make the server unready")
        self.assertIn("No space left", ready.json()["reason"])
        self.assertRegex(server.get("/metrics").text, r"(?m)^muster_journal_degraded(\{.*\})? 1$")
        eventually(lambda: "no longer durable" in server.output(), 5, "the log says so")
        self.assertEqual(["early-3"], server.passing("early-3"))
        self.assertEqual(["while-full"], server.passing("while-full"))
        self.assertEqual(200, server.deregister("early-0").status)

        disk.free()
        eventually(lambda: self.durability(server) == "healthy", 40, "it recovers by itself")
        answer = server.put("/v1/agent/service/register", {"Name": "after", "Port": 9})
        self.assertIsNone(answer.headers["Muster-Durability"])
        eventually(lambda: "durable again" in server.output(), 5, "the log says so")
        expected = set(server.get("/v1/catalog/services").json())
        server.kill()
        server.start()
        self.assertEqual(expected, set(server.get("/v1/catalog/services").json()))
        self.assertNotIn("early-0", expected)
        self.assertEqual(written + 19 + 3, len([name for name in expected if name != "consul"]))

    @staticmethod
    def durability(server):
        return server.get("/health/ready").json()["durability"]


class DamagedFilesTest(unittest.TestCase):
    """Every kind of damage: it starts with all it acknowledged and a word, or it refuses and names the file."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server(dev=False, name="damaged")
        cls.addClassCleanup(cls.server.end)
        cls.data = cls.server.folder / "data"
        cls.server.start()
        for number in range(20):
            cls.server.register("kept", ID=f"kept-{number}", Port=1)
        cls.server.kill()
        cls.original = cls.server.folder / "original"
        shutil.copytree(cls.data, cls.original)
        log, = cls.original.glob("*.log")
        cls.log_name = log.name
        cls.records = cls.frames(log.read_bytes())

    @staticmethod
    def frames(log):
        """Where each record of a log begins and ends: a header of 32 bytes, then frames of 20 bytes and the record."""
        found, at = [], 32
        while at + 20 <= len(log):
            length, = struct.unpack_from("<I", log, at + 4)
            if length == 0:
                break
            found.append((at, at + 20 + length))
            at += 20 + length
        return found

    def setUp(self):
        self.server.kill()
        shutil.rmtree(self.data)
        shutil.copytree(self.original, self.data)
        self.server.log.write_bytes(b"")
        self.log = self.data / self.log_name

    def change(self, offset, flip):
        with open(self.log, "r+b") as log:
            log.seek(offset)
            byte = log.read(1)[0]
            log.seek(offset)
            log.write(bytes([byte ^ flip]))

    def kept(self):
        self.server.start()
        return len(self.server.get("/v1/catalog/service/kept").json())

    def refuses(self, *words):
        self.server.spawn()
        self.assertNotEqual(0, self.server.process.wait(20))
        said = self.server.output()
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("Unhandled exception", said)

    def cut_bytes(self):
        line, = [line for line in self.server.get("/metrics").text.splitlines() if line.startswith("muster_journal_recovery_cut")]
        return float(line.split()[-1])

    def test_torn_tail_is_cut_with_a_log_line_and_a_metric(self):
        begin, end = self.records[-1]
        with open(self.log, "r+b") as log:
            log.truncate((begin + end) // 2)
        self.assertEqual(19, self.kept())
        self.assertIn("bytes after the last valid record", self.server.output())
        self.assertEqual((begin + end) // 2 - begin, self.cut_bytes())

    def test_bit_flipped_in_the_last_record(self):
        self.change(self.records[-1][1] - 3, 0x10)
        self.assertEqual(19, self.kept())
        self.assertGreater(self.cut_bytes(), 0)

    def test_clean_files_cut_nothing(self):
        self.assertEqual(20, self.kept())
        self.assertEqual(0, self.cut_bytes())
        self.assertNotIn("Recovery:", self.server.output())

    def test_bit_flipped_in_the_middle(self):
        begin, _ = self.records[len(self.records) // 2]
        self.change(begin + 25, 0x01)
        self.refuses(self.log_name, f"offset {begin}", "had been made durable")

    def test_another_version(self):
        self.change(8, 0x01 ^ 0x07)
        self.refuses(self.log_name, "version")

    def test_nonsense_instead_of_a_log(self):
        self.log.write_bytes(b"This is not a log, and longer than a header, too.")
        self.refuses(self.log_name, "wrong magic")

    def test_empty_log(self):
        self.log.write_bytes(b"")
        self.assertEqual(0, self.kept())
        self.assertIn("has no header yet", self.server.output())

    def test_missing_log(self):
        self.server.start()
        self.server.register("kept", ID="one-more", Port=1)
        self.server.kill()
        self.log.unlink()
        self.refuses("missing")

    def test_damaged_snapshot_of_which_nothing_older_exists(self):
        self.log.unlink()
        (self.data / "00000000000000000020.snapshot").write_bytes(b"MUSTRSNP" + bytes(100))
        self.refuses("00000000000000000020.snapshot")

    def test_damaged_snapshot_with_all_logs(self):
        (self.data / "00000000000000000010.snapshot").write_bytes(b"")
        self.assertEqual(20, self.kept())
        self.assertIn("trying an older one and the logs", self.server.output())


class WrongClockTest(unittest.TestCase):
    """The wall clock of the process is off, and is off by something else after each restart: nobody notices."""

    def test_offsets_of_hours_and_years(self):
        library = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
        if library is None:
            self.skipTest("faketime is not installed")
        server = Server(dev=False, name="clock")
        self.addCleanup(server.end)
        highest = 0
        for number, offset in enumerate(("+0s", "+3600s", "-3600s", "+3650d", "-3650d")):
            server.prefix = ("env", f"LD_PRELOAD={library}", f"FAKETIME={offset}")
            server.start()
            self.assertEqual(number, len(server.get("/v1/catalog/services").json()) - 1, offset)
            index = server.get("/v1/catalog/services").index
            self.assertGreater(index, highest, offset)
            server.register(f"clocked-{number}", Check={"TTL": "2s", "Status": "passing"})
            index = server.get(f"/v1/health/service/clocked-{number}").index
            began = time.monotonic()
            answer = server.get(f"/v1/health/service/clocked-{number}?index={index}&wait=10s")
            self.assertEqual("critical", answer.json()[0]["Checks"][-1]["Status"])
            self.assertTrue(1.9 < time.monotonic() - began < 4, f"{offset}: the TTL of 2 s took {time.monotonic() - began} s")
            self.assertGreater(answer.index, index)
            highest = answer.index
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(10)


class EndUnderLoadTest(unittest.TestCase):
    def test_sigterm_under_load_answers_who_waits_and_keeps_what_it_acknowledged(self):
        server = Server(dev=False, name="end")
        self.addCleanup(server.end)
        server.start()
        server.register("watched", Port=1)
        index = server.get("/v1/health/service/watched").index
        answers, acknowledged = [], []

        def block():
            answers.append(server.get(f"/v1/health/service/watched?index={index}&wait=60s", timeout=30).status)

        def write(writer):
            connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=10)
            try:
                for number in range(100_000):
                    name = f"load-{writer}-{number}"
                    connection.request("PUT", "/v1/agent/service/register", body=f'{{"Name": "{name}"}}')
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status == 200:
                        acknowledged.append(name)
            except (OSError, http.client.HTTPException):
                pass  # it has ended
            finally:
                connection.close()

        waiters = [threading.Thread(target=block, daemon=True) for _ in range(50)]
        writers = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(4)]
        for thread in waiters + writers:
            thread.start()
        time.sleep(1)
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        self.assertEqual(0, server.process.wait(10), server.output())
        self.assertLess(time.monotonic() - began, 10)
        for thread in waiters + writers:
            thread.join(10)
            self.assertFalse(thread.is_alive())
        self.assertEqual([200] * 50, answers, "who waited was answered, not cut off")
        self.assertGreater(len(acknowledged), 50)
        server.start()
        present = set(server.get("/v1/catalog/services").json())
        self.assertEqual([], [name for name in acknowledged if name not in present])


class NodeRenamedTest(unittest.TestCase):
    def test_another_node_name_on_an_old_data_directory(self):
        server = Server(dev=False, name="renamed", node="old-name")
        self.addCleanup(server.end)
        server.start()
        server.register("moved", Port=7, Check={"TTL": "600s", "Status": "passing"})
        server.put("/v1/catalog/register", {"Node": "elsewhere", "Address": "10.0.0.9", "Service": {"Service": "far"}})
        server.process.terminate()
        server.process.wait(10)
        server.flags[server.flags.index("old-name")] = "new-name"
        server.start()
        self.assertEqual({"new-name", "elsewhere"}, {node["Node"] for node in server.get("/v1/catalog/nodes").json()})
        row, = server.get("/v1/catalog/service/moved").json()
        self.assertEqual(("new-name", 7), (row["Node"], row["ServicePort"]))
        self.assertEqual(1, len(server.get("/v1/catalog/service/consul").json()))
        self.assertEqual(["moved"], list(server.get("/v1/agent/services").json()))
        self.assertEqual(200, server.put("/v1/agent/check/pass/service:moved").status)
        self.assertIn("old-name", server.output())


if __name__ == "__main__":
    unittest.main()
