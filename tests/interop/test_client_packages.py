"""The client packages, as an application meets them: packed into a folder, restored from there, built, run.

The three lines of the README stand in packages/web. packages/worker has no ASP.NET Core; with MUSTER_PACKAGES_TRIMMED=1 it is
published trimmed and self-contained, and every warning of the trimmer about our assemblies fails the test.
"""
import http.client
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import harness

SOURCES = pathlib.Path(__file__).resolve().parent / "packages"
PACKAGES = ("Muster.Client", "Muster.Client.Yarp", "Muster.Client.Hosting")
CACHE = pathlib.Path(os.environ.get("NUGET_PACKAGES", pathlib.Path.home() / ".nuget" / "packages"))
BUILD_SECONDS = 180
TRIMMED = "MUSTER_PACKAGES_TRIMMED" in os.environ


def dotnet(*arguments, **options):
    done = harness.run("dotnet", *arguments, timeout=BUILD_SECONDS, **options)
    if done.returncode != 0:
        raise AssertionError(f"dotnet {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Application:
    """A program built from the packages, as a process."""

    def __init__(self, server, *command):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*map(str, command), f"--Muster:Addresses:0=http://127.0.0.1:{server.http_port}", "--Muster:Registration:DrainPeriod=00:00:00.3"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def output(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        """SIGTERM, as an orchestrator sends it; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


class ClientPackagesTest(harness.ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="muster-packages-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for package in PACKAGES:
            dotnet("pack", harness.ROOT / "src" / package, "-c", "Release", "-o", cls.folder / "feed", "--no-build", "-v", "quiet", "--nologo")
        cls.environment = {
            **os.environ,
            # our packages go to a cache of this run's own; all others are taken from the user's
            "NUGET_PACKAGES": str(cls.folder / "cache"),
            "RestoreFallbackFolders": str(CACHE),
            "RestoreAdditionalProjectSources": str(cls.folder / "feed"),
            "DOTNET_NOLOGO": "1",
        }

    def build(self, name, verb, *properties):
        project = self.folder / name
        shutil.copytree(SOURCES / name, project)
        output = dotnet(verb, project, "-c", "Release", "-o", project / "out", "-v", "minimal", *properties, env=self.environment)
        return output, project / "out" / name

    def build_worker(self):
        if TRIMMED:
            return self.build("worker", "publish")
        return self.build("worker", "build", "-p:PublishTrimmed=false", "-p:SelfContained=false")

    def start(self, *command):
        application = Application(self.server, *command)
        self.addCleanup(application.end)
        return application

    def port_of(self, service):
        def registered():
            instances = self.server.get(f"/api/v1/services/{service}")
            found = instances.json()["instances"] if instances.status == 200 else []
            return found and found[0]["port"]
        return harness.eventually(registered, 20, f"{service} is registered")

    def fetch(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def test_packages_have_what_a_package_needs(self):
        for package in PACKAGES:
            listing = harness.run("unzip", "-l", self.folder / "feed" / f"{package}.0.1.0.nupkg").stdout
            for part in ("README.md", "LICENSE", f"lib/net10.0/{package}.dll", f"lib/net10.0/{package}.xml"):
                self.assertIn(part, listing)
            self.assertIn(f"lib/net10.0/{package}.pdb", harness.run("unzip", "-l", self.folder / "feed" / f"{package}.0.1.0.snupkg").stdout)
            manifest = harness.run("unzip", "-p", self.folder / "feed" / f"{package}.0.1.0.nupkg", f"{package}.nuspec").stdout
            dependencies = set(re.findall(r'<dependency id="([^"]+)"', manifest))
            self.assertLessEqual({name for name in dependencies if name.startswith("Muster.")}, set(PACKAGES))
            if package == "Muster.Client":
                self.assertEqual({"Microsoft.Extensions.Logging.Abstractions"}, dependencies)
        self.assertIn("ConfigurationSchema.json", listing)
        self.assertIn("buildTransitive/Muster.Client.Hosting.targets", listing)

    def test_three_lines_run_and_so_does_a_worker_without_aspnet(self):
        _, web = self.build("web", "build")
        asked = self.start(web, "--urls=http://127.0.0.1:0", "--name=web")
        asking = self.start(web, "--urls=http://127.0.0.1:0", "--name=front")
        front = self.port_of("front")
        back = self.port_of("web")
        self.assertEqual((200, "hello from web"), self.fetch(front, "/ask/web"))
        self.assertEqual((200, "Healthy"), self.fetch(front, "/health/ready"))

        output, program = self.build_worker()
        self.assertFalse((program.parent / "Microsoft.AspNetCore.Hosting.Server.Abstractions.dll").exists())
        self.assertEqual([], [line for line in output.splitlines() if "Muster" in line and "warning IL" in line])
        worker = self.start(program, "--Muster:Registration:Port=9000")
        self.assertEqual(9000, self.port_of("worker"))
        harness.eventually(lambda: "hello from web" in worker.output(), 20, "the worker was answered")

        self.assertEqual(0, worker.stop(), worker.output())
        self.assertEqual(0, asking.stop(), asking.output())
        self.stop_under_a_request(asked, back)
        for service in ("web", "front", "worker"):
            self.assertEqual([], self.server.passing(service))
            self.assertIn("deregistered", self.server.get(f"/api/v1/services/{service}/timeline").text)

    def stop_under_a_request(self, application, port):
        """A request that is being answered when SIGTERM comes is answered to its end."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/slow")
        time.sleep(0.3)
        application.process.send_signal(signal.SIGTERM)
        answer = connection.getresponse()
        self.assertEqual((200, "done"), (answer.status, answer.read().decode()))
        self.assertEqual(0, application.process.wait(20), application.output())
        connection.close()


if __name__ == "__main__":
    unittest.main()
