// A real Muster server for the tests of this folder: started as a program, killed at the end.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");

const program = path.join(__dirname, "../../../artifacts/bin/Muster.Server/release/muster");

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Below the range from which the kernel takes the ports of outgoing connections. */
async function freePort() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 12000);
    const free = await new Promise((resolve) => {
      const probe = net.createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** Polls until the condition gives something true, and returns that. */
async function eventually(condition, seconds, what) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(20);
  }
}

async function startServer(...flags) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "muster-node-"));
  const httpPort = await freePort();
  const dnsPort = await freePort();
  const log = fs.openSync(path.join(folder, "log.txt"), "a");
  const child = spawn(
    program,
    ["agent", "-dev", "-node", "vm", "-http-port", String(httpPort), "-dns-port", String(dnsPort), ...flags],
    { cwd: folder, stdio: ["ignore", log, log] },
  );
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const server = {
    httpPort,
    dnsPort,
    async stop() {
      child.kill("SIGKILL");
      await gone;
      fs.closeSync(log);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  const ready = async () => {
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
    try {
      return (await fetch(`http://127.0.0.1:${httpPort}/health/ready`)).ok;
    } catch {
      return false;
    }
  };
  try {
    await eventually(ready, 20, "the server is ready");
  } catch (error) {
    const said = fs.readFileSync(path.join(folder, "log.txt"), "utf8");
    await server.stop();
    throw new Error(`${error.message}; it said:\n${said}`);
  }
  return server;
}

module.exports = { startServer, eventually, sleep };
