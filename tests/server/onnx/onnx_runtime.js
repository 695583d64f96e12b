// usage: node onnx_runtime.js FOLDER MODELS
// Runs each NAME.onnx of a folder in ONNX Runtime on the rows of NAME.json, and compares with what that expects. There
// must be so many models.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const kTolerance = 1e-5; // of a number, or of 1 where it is smaller

function tensorOf({type, dims, values}) {
  const data = type === 'float32' ? Float32Array.from(values, (value) => (value === null ? NaN : value)) : values;
  return new ort.Tensor(type, data, dims);
}

async function check(folder, name) {
  const {inputs, expected} = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`)));
  const session = await ort.InferenceSession.create(path.join(folder, `${name}.onnx`));
  const feeds = Object.fromEntries(Object.entries(inputs).map(([input, tensor]) => [input, tensorOf(tensor)]));
  const {data} = Object.values(await session.run(feeds))[0];
  if (data.length !== expected.length) return `has ${data.length} numbers, not ${expected.length}`;
  let worst = 0;
  data.forEach((number, i) => {
    const error = Math.abs(number - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(error <= worst)) worst = error;
  });
  return worst <= kTolerance ? '' : `differs by ${worst}`;
}

async function main() {
  const [folder, models] = process.argv.slice(2);
  const names = fs.readdirSync(folder).filter((file) => file.endsWith('.onnx')).map((file) => file.slice(0, -5));
  let failed = names.length !== Number(models);
  if (failed) console.log(`${names.length} models, not ${models}`);
  for (const name of names) {
    const fault = await check(folder, name).catch((error) => error.message);
    if (fault) {
      failed = true;
      console.log(`${name}: ${fault}`);
    }
  }
  if (!failed) console.log(`${names.length} models agree`);
  process.exit(failed ? 1 : 0);
}

main();
