// npm's `consul`, an unmodified client, over its whole discovery surface: the last test names every method not called.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");

const Consul = require("consul");

const { eventually, startServer } = require("./muster");

const called = new Set();
let server;
let consul;
let parts;

/** The public methods of a part of the client. */
function methodsOf(part) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(part)).filter((name) => name !== "constructor" && !name.startsWith("_"));
}

/** Notes each call of each method of a part. */
function record(name, part) {
  for (const method of methodsOf(part)) {
    const original = part[method];
    part[method] = function (...args) {
      called.add(`${name}.${method}`);
      return original.apply(this, args);
    };
  }
}

before(async () => {
  server = await startServer();
  consul = new Consul({ host: "127.0.0.1", port: server.httpPort });
  const { agent, catalog, health, status } = consul;
  parts = {
    agent, "agent.check": agent.check, "agent.service": agent.service,
    catalog, "catalog.connect": catalog.connect, "catalog.node": catalog.node, "catalog.service": catalog.service,
    health, status,
  };
  for (const [name, part] of Object.entries(parts)) record(name, part);
});

after(async () => {
  consul?.destroy();
  await server?.stop();
});

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return { status: error.response.statusCode, text: String(error.response.body) };
  }
  throw new assert.AssertionError({ message: "it was not refused" });
}

test("agent: services with everything the client can say", async () => {
  await consul.agent.service.register({
    name: "shop", id: "shop-1", tags: ["v1", "eu"], meta: { owner: "team" }, address: "10.0.0.1", port: 8080,
    taggedaddresses: { lan: { address: "10.0.0.1", port: 8080 }, wan: { address: "198.51.100.1", port: 80 } },
    checks: [{ name: "beat", ttl: "60s", status: "passing", notes: "n" }, { name: "port", tcp: "127.0.0.1:1", interval: "60s", timeout: "1s" }],
    connect: { sidecarservice: { proxy: { destinationservicename: "shop", config: { protocol: "http" }, upstreams: [{ destinationname: "db", localbindport: 9191 }] },
      check: { aliasservice: "shop-1" } } },
  });
  const services = await consul.agent.services();
  assert.deepEqual(await consul.agent.service.list(), services);
  const shop = services["shop-1"];
  assert.deepEqual([shop.Service, shop.Tags, shop.Meta, shop.Port, shop.Address], ["shop", ["v1", "eu"], { owner: "team" }, 8080, "10.0.0.1"]);
  assert.deepEqual(Object.keys(shop.TaggedAddresses), ["lan", "lan_ipv4", "wan", "wan_ipv4"]);
  const { Kind, Port, Proxy } = services["shop-1-sidecar-proxy"];
  assert.deepEqual([Kind, Port, Proxy.DestinationServiceID, Proxy.LocalServicePort, Proxy.Config], ["connect-proxy", 21000, "shop-1", 8080, { protocol: "http" }]);
  assert.deepEqual(Proxy.Upstreams.map((upstream) => [upstream.DestinationType, upstream.DestinationName]), [["service", "db"]]);
});

test("agent: checks of a service and of the node", async () => {
  // the checks that the server runs may change their output between two reads
  await consul.agent.check.register({ id: "disk", name: "Disk", ttl: "60s", status: "passing", notes: "of the node" });
  await consul.agent.check.register({ name: "extra", serviceid: "shop-1", http: "http://127.0.0.1:1/", interval: "60s" });
  const checks = await consul.agent.checks();
  assert.deepEqual(Object.keys(await consul.agent.check.list()), Object.keys(checks));
  assert.deepEqual(Object.keys(checks).sort(), ["disk", "extra", "service:shop-1-sidecar-proxy", "service:shop-1:1", "service:shop-1:2"]);
  assert.deepEqual([checks.disk.ServiceID, checks.disk.Type, checks.extra.ServiceName], ["", "ttl", "shop"]);
  await consul.agent.check.pass("disk");
  await consul.agent.check.warn({ id: "disk", note: "80 %" });
  assert.deepEqual((await consul.health.node("vm")).filter((check) => check.CheckID === "disk").map((check) => [check.Status, check.Output]), [["warning", "80 %"]]);
  await consul.agent.check.fail({ id: "disk", note: "full" });
  assert.deepEqual((await consul.health.service({ service: "shop", passing: true })), []);
  await consul.agent.check.deregister("disk");
  await consul.agent.check.deregister({ id: "extra" });
  assert.equal((await refusal(consul.agent.check.pass("disk"))).status, 404);
});

test("agent: maintenance of a service and of the node", async () => {
  const down = async () => (await consul.health.state("critical")).map((check) => check.CheckID).filter((id) => id.includes("maintenance"));
  await consul.agent.service.maintenance({ id: "shop-1", enable: true, reason: "work" });
  assert.deepEqual(await down(), ["_service_maintenance:shop-1"]);
  await consul.agent.service.maintenance({ id: "shop-1", enable: false });
  await consul.agent.maintenance({ enable: true, reason: "more work" });
  assert.deepEqual(await down(), ["_node_maintenance"]);
  await consul.agent.maintenance(false);
  assert.deepEqual(await down(), []);
});

test("agent: the server itself", async () => {
  assert.deepEqual((await consul.agent.members()).map((member) => [member.Name, member.Status]), [["vm", 1]]);
  assert.match((await consul.agent.self()).Config.Version, /^\d+\.\d+\.\d+$/);
  await consul.agent.reload();
  assert.equal((await refusal(consul.agent.join("10.255.0.1"))).status, 500);
  assert.equal((await refusal(consul.agent.forceLeave("nobody"))).status, 500);
});

test("catalog: nodes and services that have no agent", async () => {
  await consul.catalog.register("bare");
  await consul.catalog.register({
    node: "router", address: "10.0.0.254", nodemeta: { rack: "r1" },
    service: { service: "route", id: "route-1", tags: ["edge"], address: "10.0.0.254", port: 179 },
    checks: [{ node: "router", checkid: "up", name: "up", status: "passing", serviceid: "route-1" }, { node: "router", checkid: "fan", name: "fan", status: "passing" }],
  });
  assert.deepEqual(await consul.catalog.datacenters(), ["dc1"]);
  assert.deepEqual((await consul.catalog.nodes()).map((node) => node.Node), ["bare", "router", "vm"]);
  assert.deepEqual((await consul.catalog.node.list({ "node-meta": "rack:r1" })).map((node) => node.Node), ["router"]);
  assert.deepEqual((await consul.catalog.node.services("router")).Services["route-1"].Tags, ["edge"]);
  assert.deepEqual(Object.keys(await consul.catalog.services()).sort(), ["consul", "route", "shop", "shop-sidecar-proxy"]);
  assert.deepEqual((await consul.catalog.service.list("dc1")).route, ["edge"]);
  assert.deepEqual((await consul.catalog.service.nodes({ service: "route", tag: "edge" })).map((row) => [row.Node, row.ServiceID, row.ServicePort]), [["router", "route-1", 179]]);
  assert.deepEqual((await consul.catalog.connect.nodes("shop")).map((row) => [row.ServiceKind, row.ServiceID]), [["connect-proxy", "shop-1-sidecar-proxy"]]);
  assert.deepEqual((await consul.health.checks("route")).map((check) => check.CheckID), ["up"]);
  assert.deepEqual((await consul.health.node("router")).map((check) => check.CheckID), ["fan", "up"]);
  assert.ok((await consul.health.state("any")).length >= 4);
  await consul.catalog.deregister({ node: "router", serviceid: "route-1" });
  assert.deepEqual(await consul.catalog.service.nodes("route"), []);
  await consul.catalog.deregister("router");
  await consul.catalog.deregister({ node: "bare" });
  assert.deepEqual((await consul.catalog.nodes()).map((node) => node.Node), ["vm"]);
});

test("health: tags, filters and consistency", async () => {
  const ids = async (options) => (await consul.health.service({ service: "shop", ...options })).map((entry) => entry.Service.ID);
  assert.deepEqual(await ids({}), ["shop-1"]);
  assert.deepEqual(await ids({ tag: "EU" }), ["shop-1"]);
  assert.deepEqual(await ids({ tag: "us" }), []);
  assert.deepEqual(await ids({ near: "_agent", stale: true }), ["shop-1"]);
  assert.deepEqual(await ids({ filter: "Service.Meta.owner == team", consistent: true }), ["shop-1"]);
  assert.deepEqual(await ids({ passing: true }), []);
});

test("status: who leads", async () => {
  assert.deepEqual(await consul.status.peers(), [await consul.status.leader()]);
});

test("watch: runs, tells the time of its last change, and ends", async () => {
  const seen = [];
  const watch = consul.watch({ method: consul.catalog.service.nodes, options: { service: "seen", wait: "10s" } });
  watch.on("change", (rows) => seen.push(rows.length));
  await eventually(() => seen.length === 1, 5, "the first answer");
  const first = watch.updateTime();
  await consul.agent.service.register("seen");
  await eventually(() => seen.at(-1) === 1, 5, "the change");
  assert.ok(watch.isRunning() && watch.updateTime() >= first);
  watch.end();
  assert.equal(watch.isRunning(), false);
  await consul.agent.service.deregister({ id: "seen" });
});

test("no method of the discovery surface was left out", () => {
  const all = Object.entries(parts).flatMap(([name, part]) => methodsOf(part).map((method) => `${name}.${method}`));
  assert.deepEqual(all.filter((method) => !called.has(method)), []);
  assert.ok(all.length >= 33, `the client has ${all.length} methods`);
});
