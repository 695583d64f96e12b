// Holds manifests against the Kubernetes API, as the API server would: the models of the API check types, formats and
// what is required; TypeScript, given the same manifests as literals of the API's types, finds fields that do not exist,
// which a schema lets pass.
import ts from "typescript";
import {parseAllDocuments} from "yaml";

// Where the models of a group are; all others are Kubernetes's own.
const packages = {"monitoring.coreos.com": "@kubernetes-models/prometheus-operator"};

function moduleOf({apiVersion}) {
  return `${packages[apiVersion.split("/")[0]] ?? "kubernetes-models"}/${apiVersion}`;
}

// The objects in a YAML text of one or more documents. Throws on what is no YAML, a key that is there twice included.
export function parse(text) {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

function nameOf(object) {
  return `${object.kind}/${object.metadata?.name}`;
}

async function schemaFaults(object) {
  let models;
  try {
    models = await import(moduleOf(object));
  } catch {
    return [`${nameOf(object)}: there is no API ${object.apiVersion}`];
  }
  const Model = models[object.kind];
  if (!Model) return [`${nameOf(object)}: ${object.apiVersion} has no ${object.kind}`];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${nameOf(object)}: ${error.message}`];
  }
}

function typeFaults(objects) {
  const source = objects.map((object, i) =>
    `import type {I${object.kind} as T${i}} from ${JSON.stringify(moduleOf(object))};\n` +
    `export const o${i}: T${i} = ${JSON.stringify(object)};\n`).join("");
  const file = `${process.cwd()}/manifests.mts`;
  const options = {
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022,
    strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true, types: [],
  };
  const host = ts.createCompilerHost(options);
  const {fileExists, getSourceFile} = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, rest[0]) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map((fault) => {
    const line = ts.getLineAndCharacterOfPosition(program.getSourceFile(file), fault.start ?? 0).line;
    const object = objects[Math.floor(line / 2)];
    return `${nameOf(object)}: ${ts.flattenDiagnosticMessageText(fault.messageText, " ")}`;
  });
}

// Everything that the API would refuse in these objects, a line each; empty if nothing.
export async function faultsOf(objects) {
  const faults = (await Promise.all(objects.map(schemaFaults))).flat();
  return faults.length > 0 ? faults : typeFaults(objects);
}
