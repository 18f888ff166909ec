// Evaluates many expressions with feelin: reads a JSON list of {text, context, unary} from standard input, writes a JSON
// list of {value}, {temporal: its text} or {error}. `node feelin.mjs PATH_OF_FEELIN`

import { pathToFileURL } from 'node:url';
import { text } from 'node:stream/consumers';

const { evaluate, unaryTest } = await import(pathToFileURL(process.argv[2]));

function plain(value) {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'function' || (typeof value === 'object' && 'fn' in value)) {
    return 'a function';
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value === 'object' && typeof value.toISO === 'function') {
    return { temporal: String(value) }; // luxon's dates, times and durations: told apart, compared by string()
  }
  if (typeof value === 'object' && 'start' in value && 'end' in value && 'start included' in value) {
    return { range: [value['start included'], plain(value.start), plain(value.end), value['end included']] };
  }
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  }
  return value;
}

function valueOf(answer) {
  return answer && typeof answer === 'object' && 'warnings' in answer ? answer.value : answer;
}

const asked = JSON.parse(await text(process.stdin));
const answers = asked.map(({ text: expression, context, unary }) => {
  try {
    const answer = valueOf((unary ? unaryTest : evaluate)(expression, context));
    if (answer && typeof answer.toISO === 'function') {
      return { temporal: valueOf(evaluate(`string(${expression})`, context)) };
    }
    return { value: plain(answer) };
  } catch (error) {
    return { error: String(error.message || error) };
  }
});
process.stdout.write(JSON.stringify(answers));
