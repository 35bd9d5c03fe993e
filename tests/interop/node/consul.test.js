// npm's `consul`, an unmodified client, against a real server.
"use strict";

const assert = require("node:assert/strict");
const dns = require("node:dns");
const http = require("node:http");
const { after, before, test } = require("node:test");

const Consul = require("consul");

const { eventually, sleep, startServer } = require("./muster");

let server;
let consul;

before(async () => {
  server = await startServer();
  consul = new Consul({ host: "127.0.0.1", port: server.httpPort });
});

after(async () => {
  consul?.destroy();
  await server?.stop();
});

/** The IDs that a discovering client would use. */
async function passing(service) {
  const entries = await consul.health.service({ service, passing: true });
  return entries.map((entry) => entry.Service.ID);
}

/** A small service with a health endpoint. */
async function startService() {
  let status = 200;
  const service = http.createServer((_, response) => {
    response.statusCode = status;
    response.end("at your service\n");
  });
  await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));
  return {
    port: service.address().port,
    answerWith: (code) => (status = code),
    stop: () => {
      service.closeAllConnections();
      return new Promise((resolve) => service.close(resolve));
    },
  };
}

test("an agent service is registered, listed, discovered and deregistered", async () => {
  await consul.agent.service.register({
    name: "cart",
    id: "cart-1",
    address: "10.4.0.1",
    port: 8080,
    tags: ["blue", "v1"],
    meta: { owner: "shop" },
  });
  const listed = (await consul.agent.service.list())["cart-1"];
  assert.deepEqual([listed.Service, listed.Port, listed.Tags, listed.Meta], ["cart", 8080, ["blue", "v1"], { owner: "shop" }]);
  assert.deepEqual(await passing("cart"), ["cart-1"]);
  const nodes = await consul.catalog.service.nodes("cart");
  assert.deepEqual(nodes.map((row) => [row.Node, row.ServiceAddress, row.ServicePort]), [["vm", "10.4.0.1", 8080]]);
  assert.deepEqual((await consul.catalog.service.list()).cart.sort(), ["blue", "v1"]);
  await consul.agent.service.deregister("cart-1");
  assert.deepEqual(await passing("cart"), []);
  assert.equal((await consul.agent.service.list())["cart-1"], undefined);
});

test("a TTL check passes, warns and fails", async () => {
  await consul.agent.service.register({ name: "beats", check: { ttl: "60s" } });
  const id = "service:beats";
  assert.deepEqual(await passing("beats"), []);
  for (const [verb, status] of [["pass", "passing"], ["warn", "warning"], ["fail", "critical"], ["pass", "passing"]]) {
    await consul.agent.check[verb]({ id, note: `by ${verb}` });
    const check = (await consul.agent.check.list())[id];
    assert.deepEqual([check.Status, check.Output], [status, `by ${verb}`]);
    const state = await consul.health.state(status);
    assert.ok(state.some((entry) => entry.CheckID === id));
  }
  assert.deepEqual(await passing("beats"), ["beats"]);
});

test("a check is registered beside a service and deregistered", async () => {
  await consul.agent.service.register({ name: "lonely", port: 1 });
  await consul.agent.check.register({ id: "lonely-extra", name: "extra", serviceid: "lonely", ttl: "60s", notes: "a note" });
  assert.deepEqual((await consul.health.checks("lonely")).map((check) => [check.CheckID, check.Status]), [["lonely-extra", "critical"]]);
  await consul.agent.check.deregister("lonely-extra");
  assert.deepEqual(await consul.health.checks("lonely"), []);
});

test("an HTTP check follows a real service", async () => {
  const service = await startService();
  try {
    await consul.agent.service.register({
      name: "probed",
      address: "127.0.0.1",
      port: service.port,
      check: { http: `http://127.0.0.1:${service.port}/health`, interval: "1s", timeout: "1s" },
    });
    await eventually(async () => (await passing("probed")).length === 1, 5, "the check passed");
    service.answerWith(500);
    await eventually(async () => (await passing("probed")).length === 0, 5, "the check saw the 500");
    service.answerWith(204);
    await eventually(async () => (await passing("probed")).length === 1, 5, "the check passed again");
  } finally {
    await service.stop();
  }
  await eventually(async () => (await passing("probed")).length === 0, 5, "the check saw the end");
});

test("watch() tells every change of its service and nothing else", async () => {
  const seen = [];
  const errors = [];
  const watch = consul.watch({
    method: consul.health.service,
    options: { service: "watched", passing: true, wait: "30s" },
  });
  watch.on("change", (entries) => seen.push(entries.map((entry) => entry.Service.ID)));
  watch.on("error", (error) => errors.push(error));
  const sees = (ids) => eventually(() => JSON.stringify(seen.at(-1)) === JSON.stringify(ids), 5, `the watch sees [${ids}]`);
  try {
    await sees([]);
    await consul.agent.service.register({ name: "watched", id: "w1", port: 1 });
    await sees(["w1"]);
    await consul.agent.service.register({ name: "watched", id: "w2", port: 2 });
    await sees(["w1", "w2"]);
    await consul.agent.service.maintenance({ id: "w1", enable: true });
    await sees(["w2"]);
    await consul.agent.service.maintenance({ id: "w1", enable: false });
    await sees(["w1", "w2"]);
    const before = seen.length;
    await consul.agent.service.register({ name: "not-watched", port: 1 });
    await sleep(300);
    assert.equal(seen.length, before, "a change of another service woke the watch");
    await consul.agent.service.deregister("w1");
    await consul.agent.service.deregister("w2");
    await sees([]);
  } finally {
    watch.end();
  }
  assert.deepEqual(errors, []);
});

test("the catalog takes external nodes and gives them back", async () => {
  await consul.catalog.register({
    node: "printer-2",
    address: "10.9.8.6",
    service: { service: "print-2", id: "print-2-1", tags: ["color"], port: 631 },
    check: { node: "printer-2", checkid: "paper", name: "paper", status: "passing", serviceid: "print-2-1" },
  });
  assert.ok((await consul.catalog.node.list()).some((node) => node.Node === "printer-2" && node.Address === "10.9.8.6"));
  assert.deepEqual(Object.keys((await consul.catalog.node.services("printer-2")).Services), ["print-2-1"]);
  assert.deepEqual((await consul.health.node("printer-2")).map((check) => check.CheckID), ["paper"]);
  assert.deepEqual(await passing("print-2"), ["print-2-1"]);
  await consul.catalog.deregister({ node: "printer-2" });
  assert.ok(!(await consul.catalog.node.list()).some((node) => node.Node === "printer-2"));
});

test("node's own resolver finds SRV and A", async () => {
  await consul.agent.service.register({ name: "resolved", address: "10.4.0.9", port: 4242 });
  const resolver = new dns.promises.Resolver({ timeout: 3000, tries: 2 });
  resolver.setServers([`127.0.0.1:${server.dnsPort}`]);
  assert.deepEqual(await resolver.resolve4("resolved.service.consul"), ["10.4.0.9"]);
  const [record] = await resolver.resolveSrv("resolved.service.consul");
  assert.equal(record.port, 4242);
  assert.deepEqual(await resolver.resolve4(record.name), ["10.4.0.9"]);
  await assert.rejects(resolver.resolve4("nobody.service.consul"), { code: "ENOTFOUND" });
  await assert.rejects(resolver.resolve6("resolved.service.consul"), { code: "ENODATA" });
});

test("agent, status and datacenters describe the server", async () => {
  const self = await consul.agent.self();
  assert.deepEqual([self.Config.NodeName, self.Config.Datacenter], ["vm", "dc1"]);
  assert.deepEqual((await consul.agent.members()).map((member) => member.Name), ["vm"]);
  const leader = await consul.status.leader();
  assert.match(leader, /^127\.0\.0\.1:\d+$/);
  assert.deepEqual(await consul.status.peers(), [leader]);
});

test("a refused call is an error with Consul's status and words", async () => {
  await assert.rejects(consul.agent.service.deregister("nobody"), (error) => {
    assert.equal(error.response.statusCode, 404);
    assert.match(error.message, /Unknown service ID "nobody"|not found/i);
    return true;
  });
});
