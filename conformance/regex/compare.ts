import { readFileSync } from 'fs';
import { join } from 'path';
import { RE2JS } from 're2js';
import type { Case } from './cases';

const lines = (name: string) => readFileSync(join(process.argv[2], name), 'utf8').split('\n').slice(0, -1);
const cases = lines('cases.jsonl').map(line => JSON.parse(line) as Case);
const answers = { re2: lines('re2.txt').map(answer => answer === '-' ? '' : answer), go: lines('go.txt'), rust: lines('rust.txt') };

/** As the library checks expressions, and computes with them. */
function re2js({ pattern, texts }: Case): string {
  try {
    RE2JS.compile(pattern);
    const expression = RE2JS.compile(`^(?:${pattern})$`);
    return texts.map(text => Number(expression.test(text))).join('');
  } catch {
    return 'invalid';
  }
}

/** As the tests read what is written; to ECMAScript, more characters end a line, and others have more units. */
function ecmaScript({ pattern, texts }: Case): string | undefined {
  if (/\\x\{/.test(pattern)) {
    return undefined;
  }
  const expression = new RegExp(`^(?:${pattern})$`);
  return texts.map(text => /[\r\u2028\ud800-\udfff]/.test(text) ? '-' : Number(expression.test(text))).join('');
}

let disagreements = 0;

function agree(one: Case, expected: string, engine: string, answer: string | undefined): void {
  const same = answer === undefined || answer === expected
    || (answer.length === expected.length && [...answer].every((digit, k) => digit === '-' || digit === expected[k]));
  if (!same) {
    disagreements++;
    const text = answer === 'invalid' || expected === 'invalid' ? undefined
      : one.texts[[...answer!].findIndex((digit, k) => digit !== '-' && digit !== expected[k])];
    console.log(`${engine}: ${JSON.stringify(one.pattern)}${text === undefined ? ` is ${answer}, and to RE2 ${expected}` : ` for ${JSON.stringify(text)}`}`);
  }
}

cases.forEach((one, i) => {
  const checked = re2js(one);
  if (checked === 'invalid') {
    // The library refuses it.
    return;
  }
  agree(one, answers.re2[i], 're2js', checked);
  agree(one, answers.re2[i], 'go', answers.go[i]);
  if (one.of !== undefined) {
    agree(one, answers.re2[one.of], 're2, of what is written anew', answers.re2[i]);
    agree(one, answers.re2[one.of], 'rust', answers.rust[i]);
    agree(one, answers.re2[one.of], 'ecmascript', ecmaScript(one));
  }
});
const otherwise = cases.filter((one, i) => one.of === undefined && answers.rust[i] !== answers.re2[i]).length;
console.log(`${disagreements} disagreements; as they were, Rust would read ${otherwise} of ${cases.filter(one => one.of === undefined).length} otherwise`);
process.exitCode = disagreements > 0 ? 1 : 0;
