// Renders each overlay, holds it against the Kubernetes API and against what docs/operations.md says of it.
// Environment: KUBECTL, the program; SOURCE, the top folder.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {readFileSync} from "node:fs";
import test from "node:test";
import {faultsOf, parse} from "./kubernetes_api.mjs";

const {KUBECTL, SOURCE} = process.env;
const render = (overlay) =>
  execFileSync(KUBECTL, ["kustomize", `${SOURCE}/deploy/kubernetes/overlays/${overlay}`], {encoding: "utf8"});
const overlays = new Map(["dev", "prod"].map((overlay) => [overlay, render(overlay)]));

const only = (objects, kind, name) => {
  const found = objects.filter((object) => object.kind === kind && (!name || object.metadata.name === name));
  assert.equal(found.length, 1, `${kind} ${name ?? ""}`);
  return found[0];
};
const covers = (selector, labels) => Object.entries(selector).every(([key, value]) => labels[key] === value);

for (const [overlay, text] of overlays) {
  const objects = parse(text);
  const set = only(objects, "StatefulSet");
  const pod = set.spec.template.spec;
  const labels = set.spec.template.metadata.labels;
  const [container] = pod.containers;

  test(`${overlay}: the API takes it`, async () => assert.deepEqual(await faultsOf(objects), []));

  // The models still know versions that clusters have dropped since.
  test(`${overlay}: all of its APIs are stable`, () => {
    for (const {apiVersion} of objects) assert.match(apiVersion, /^([a-z.0-9]+\/)?v\d+$/);
  });

  test(`${overlay}: nothing but the namespace is outside the namespace`, () => {
    const {name} = only(objects, "Namespace").metadata;
    for (const object of objects) if (object.kind !== "Namespace") assert.equal(object.metadata.namespace, name);
  });

  test(`${overlay}: selectors find the pod`, () => {
    assert.ok(covers(set.spec.selector.matchLabels, labels));
    assert.ok(covers(only(objects, "PodDisruptionBudget").spec.selector.matchLabels, labels));
    assert.ok(covers(only(objects, "NetworkPolicy").spec.podSelector.matchLabels, labels));
    for (const object of objects) {
      if (object.kind === "Service") assert.ok(covers(object.spec.selector, labels), object.metadata.name);
      if (object.kind === "PodMonitor") assert.ok(covers(object.spec.selector.matchLabels, labels));
    }
    assert.equal(only(objects, "Service", set.spec.serviceName).spec.clusterIP, "None");
  });

  test(`${overlay}: ports by name exist, and are those of the image`, () => {
    const exposed = /^EXPOSE (.*)$/m.exec(readFileSync(`${SOURCE}/Dockerfile`, "utf8"))[1].split(" ").map(Number);
    assert.deepEqual(container.ports.map((port) => port.containerPort), exposed);
    const names = container.ports.map((port) => port.name);
    const used = objects.flatMap((object) => [
      ...(object.kind === "Service" ? object.spec.ports.map((port) => port.targetPort) : []),
      ...(object.kind === "NetworkPolicy" ? object.spec.ingress.flatMap((rule) => rule.ports.map((p) => p.port)) : []),
      ...(object.kind === "PodMonitor" ? object.spec.podMetricsEndpoints.map((endpoint) => endpoint.port) : []),
    ]);
    for (const name of used) assert.ok(names.includes(name), name);
  });

  test(`${overlay}: probes ask the health service where clients call`, () => {
    const {containerPort} = container.ports.find((port) => port.name === "grpc");
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      if (overlay === "dev") {
        assert.deepEqual(probe.grpc, {port: containerPort});
        continue;
      }
      // The kubelet's own speak no TLS; trainctl calls the port that it calls without being told another.
      assert.equal(probe.grpc, undefined);
      const [program, option, seconds, command] = probe.exec.command;
      assert.deepEqual([program, option, command], ["trainctl", "--timeout", "health"]);
      assert.ok(probe.timeoutSeconds > Number(seconds));
      assert.equal(containerPort, 50051);
    }
    assert.ok(container.livenessProbe.failureThreshold > container.readinessProbe.failureThreshold);
  });

  test(`${overlay}: other machines are let in by TLS, or by a word that says so`, () => {
    if (overlay === "dev") {
      assert.deepEqual(container.args, ["--insecure"]);
      return;
    }
    const flags = Object.fromEntries(container.args.map((flag) => flag.split("=")));
    const {mountPath, readOnly} = container.volumeMounts.find((mount) => mount.name === "tls");
    assert.equal(readOnly, true);
    assert.deepEqual([flags["--tls_certificate"], flags["--tls_private_key"]],
                     [`${mountPath}/tls.crt`, `${mountPath}/tls.key`]);
    assert.equal(flags["--insecure"], undefined);
    const {secret} = pod.volumes.find((volume) => volume.name === "tls");
    assert.deepEqual(secret, {secretName: "traind-tls", defaultMode: 0o440});
    const environment = Object.fromEntries(container.env.map(({name, value}) => [name, value]));
    assert.equal(environment.TRAIND_TLS_CA, `${mountPath}/ca.crt`);
    assert.equal(environment.TRAIND_TLS_SERVER_NAME, only(objects, "Service", "traind").metadata.name);
  });

  test(`${overlay}: callers have tokens where the work is real`, () => {
    if (overlay === "dev") {
      assert.ok(!container.args.some((flag) => flag.startsWith("--tokens_file")));
      return;
    }
    const mount = container.volumeMounts.find(({name}) => name === "tokens");
    assert.equal(mount.readOnly, true);
    assert.ok(container.args.includes(`--tokens_file=${mount.mountPath}/tokens`));
    assert.ok(container.args.includes("--audit_log=-"));
    assert.ok(container.args.includes("--reflection=false"));
    const {secret} = pod.volumes.find((volume) => volume.name === "tokens");
    assert.deepEqual(secret, {secretName: "traind-tokens", defaultMode: 0o440});
  });

  test(`${overlay}: there is time to drain`, () => {
    // kDrain and kLastCalls: what the server gives its jobs and its calls.
    const seconds = [...readFileSync(`${SOURCE}/server/server.cc`, "utf8")
      .matchAll(/kDrain = absl::Seconds\((\d+)\)|kLastCalls = absl::Seconds\((\d+)\)/g)].map((m) => Number(m[1] ?? m[2]));
    assert.equal(seconds.length, 2);
    assert.ok(pod.terminationGracePeriodSeconds >= 2 * (seconds[0] + seconds[1]));
  });

  // The Pod Security Standard that the namespace enforces.
  test(`${overlay}: restricted`, () => {
    assert.equal(only(objects, "Namespace").metadata.labels["pod-security.kubernetes.io/enforce"], "restricted");
    assert.equal(pod.securityContext.runAsNonRoot, true);
    assert.deepEqual(pod.securityContext.seccompProfile, {type: "RuntimeDefault"});
    const user = /^USER (\d+):(\d+)$/m.exec(readFileSync(`${SOURCE}/Dockerfile`, "utf8"));
    assert.deepEqual([pod.securityContext.runAsUser, pod.securityContext.fsGroup], user.slice(1).map(Number));
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ["ALL"]}});
    for (const key of ["hostNetwork", "hostPID", "hostIPC"]) assert.equal(pod[key], undefined, key);
    for (const volume of pod.volumes ?? []) assert.ok(volume.secret, volume.name);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(only(objects, "ServiceAccount", pod.serviceAccountName).automountServiceAccountToken, false);
  });

  test(`${overlay}: the data are on the volume, and budgets come from limits`, () => {
    const volume = /^VOLUME (.*)$/m.exec(readFileSync(`${SOURCE}/Dockerfile`, "utf8"))[1];
    const [claim] = set.spec.volumeClaimTemplates;
    const writable = container.volumeMounts.filter((mount) => !mount.readOnly);
    assert.deepEqual(writable, [{name: claim.metadata.name, mountPath: volume}]);
    assert.ok(container.resources.limits.cpu && container.resources.limits.memory);
    assert.equal(set.spec.replicas, 1);
  });
}

// What is checked must be able to fail: manifests that are a little wrong, and what is said of them.
const spoilings = {
  "a field that is misspelt": [/livenessProbe:/, "livenesProbe:", /livenesProbe/],
  "a field in the wrong place": [/terminationGracePeriodSeconds: \d+/, "readOnlyRootFilesystem: true", /readOnlyRoot/],
  "a text for a number": [/containerPort: 50051/, 'containerPort: "50051"', /containerPort must be integer/],
  "a number for a text": [/serviceName: .*/, "serviceName: 7", /serviceName must be string/],
  "something required that is left out": [/- containerPort: 9464\n +name: metrics/, "- name: metrics", /containerPort/],
  "a kind that does not exist": [/kind: StatefulSet/, "kind: StatefulSets", /apps\/v1 has no StatefulSets/],
  "an API that does not exist": [/policy\/v1$/m, "policy/v7", /no API policy\/v7/],
  "a value that is none of its kind": [/- appProtocol: grpc\n/, "- appProtocol: grpc\n    protocol: QUIC\n", /QUIC|protocol/],
  "a field of an operator's object": [/podMetricsEndpoints:/, "podMetricEndpoints:", /podMetric/],
  "a wrong type there": [/path: \/metrics/, "path: [/metrics]", /path must be string/],
};
for (const [what, [from, to, fault]] of Object.entries(spoilings)) {
  test(`refused: ${what}`, async () => {
    const spoilt = overlays.get("prod").replace(from, to);
    assert.notEqual(spoilt, overlays.get("prod"));
    const faults = await faultsOf(parse(spoilt));
    assert.notDeepEqual(faults, []);
    assert.match(faults.join("\n"), fault);
  });
}
test("refused: a key that is there twice", () => {
  assert.throws(() => parse(overlays.get("prod").replace(/replicas: 1/, "replicas: 1\n  replicas: 2")), /unique/);
});
