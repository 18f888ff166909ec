// What feelin (the browser's FEEL) needs for the same expression; `node bench/feelin.mjs FEELIN EXPRESSION CONTEXT`
// prints microseconds per evaluation as JSON. feelin parses on every evaluation: it has no compiled form.

import { pathToFileURL } from 'node:url';

const [feelin, expression, context] = process.argv.slice(2);
const { evaluate } = await import(pathToFileURL(feelin));
const variables = JSON.parse(context);

function microseconds(rounds) {
  const start = process.hrtime.bigint();
  for (let round = 0; round < rounds; round++) {
    evaluate(expression, variables);
  }
  return Number(process.hrtime.bigint() - start) / 1000 / rounds;
}

const first = evaluate(expression, variables);
microseconds(500); // the just-in-time compiler
const chunks = Array.from({ length: 15 }, () => microseconds(100)).sort((a, b) => a - b);
console.log(JSON.stringify({ value: first.value ?? first, us: chunks[7], best_us: chunks[0] }));
