import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { sentences, validate } from '../../src/cli/validate';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function file(...documents: string[]): string {
  const name = path.join(folder, `${fs.readdirSync(folder).length}.yaml`);
  fs.writeFileSync(name, documents.join('---\n'));
  return name;
}

const split = (weight: unknown) =>
  `apiVersion: split.smi-spec.io/v1alpha4\nkind: TrafficSplit\nmetadata: {name: cart}\nspec: {service: cart, backends: [{service: cart-v1, weight: ${weight}}]}\n`;
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n';
const STICKY = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: cart}\nspec: {rules: [{sessionPersistence: {type: Header, header: {name: x-cart}}}]}\n';

const statuses = (...files: string[]) => [...validate(files)].map(({ status, line }) => `${status} ${line}`);

const codes = (...files: string[]) => [...validate(files)].map(({ code }) => code);

const see = (code: string) => `See https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/errors.md#${code.toLowerCase()}`;

test('each document has an outcome, and the line where it begins', () => {
  expect(statuses(file(split(1), split('many'), '# nothing\n', SERVICE))).toEqual(['valid 1', 'invalid 6', 'skipped 13']);
});

test('a broken document is told with its line, and the others are still checked', () => {
  expect(statuses(file(split('x'), 'a: [1\nb: }\n', 'a: 1\na: 2\n', 'just text\n', split(1))))
    .toEqual(['invalid 1', 'broken 7', 'broken 10', 'broken 12', 'valid 14']);
});

test('a file that cannot be read is broken', () => {
  expect(statuses(path.join(folder, 'absent.yaml'), file(split(1)))).toEqual(['broken 1', 'valid 1']);
});

test('a text is read by its mark of the order of bytes, and is none where it is not in UTF-8', () => {
  const written = (bytes: Buffer) => {
    const name = file('');
    fs.writeFileSync(name, bytes);
    return name;
  };
  const text = `\uFEFF${split('many').replace('cart-v1', 'cârt')}`;

  expect([...validate([written(Buffer.from(text, 'utf16le')), written(Buffer.from(text, 'utf16le').swap16()), written(Buffer.from(text))])].map(({ status }) => status))
    .toEqual(['invalid', 'invalid', 'invalid']);
  expect([...validate([written(Buffer.from('a: \xff', 'latin1')), file(split(1))])].map(({ code, reason }) => [code, reason]))
    .toEqual([['MESH6002', 'it is not text in UTF-8'], [undefined, undefined]]);
  expect(codes(written(Buffer.from([0xff, 0xfe, 0x61])), written(Buffer.from(split(1), 'utf16le')), written(Buffer.alloc(0)))).toEqual(['MESH6002', 'MESH6003']);
});

test('a folder is its YAML and JSON, and that of the folders below, in the order of names', () => {
  const dist = fs.mkdtempSync(path.join(folder, 'dist-'));
  const files = {
    'b.k8s.yaml': split(1), 'a.yml': split('many'), 'notes.txt': 'a: [', 'c/d/e.json': '{"apiVersion": "v1", "kind": "Service"}', 'c/README.md': '#',
  };
  fs.mkdirSync(path.join(dist, 'c', 'd'), { recursive: true });
  Object.entries(files).forEach(([name, text]) => fs.writeFileSync(path.join(dist, name), text));

  expect([...validate([dist])].map(({ file: name, status }) => [path.relative(dist, name), status]))
    .toEqual([['a.yml', 'invalid'], ['b.k8s.yaml', 'valid'], ['c/d/e.json', 'skipped']]);
  expect([...validate([path.join(dist, 'c', 'd'), path.join(dist, 'a.yml')])].map(({ status }) => status)).toEqual(['skipped', 'invalid']);
});

test('a folder without manifests is broken, not valid', () => {
  expect(codes(fs.mkdtempSync(path.join(folder, 'empty-')))).toEqual(['MESH6002']);
});

test('Lists are looked into, and each manifest in them has its line', () => {
  const items = [split(1), split('many')].map(text => `  - ${text.trimEnd().replaceAll('\n', '\n    ')}\n`).join('');

  expect(statuses(file(`apiVersion: v1\nkind: List\nitems:\n${items}`))).toEqual(['valid 4', 'invalid 8']);
});

test('JSON is read, and booleans and merge keys as kubectl reads them', () => {
  expect(statuses(file('{"apiVersion": "v1", "kind": "Service"}'))).toEqual(['skipped 1']);
  expect(statuses(file(split(1).replace('service: cart,', 'service: on,')))).toEqual(['invalid 1']);
  expect(statuses(file(split(1).replace('metadata: {name: cart}', 'x: &x {name: cart}\nmetadata: {<<: *x}')))).toEqual(['invalid 1']);
});

test('aliases may be used, but not to explode', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefghi'.split('').map((name, i) =>
    `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`)].join('\n');

  expect(statuses(file(split(1).replace('cart, backends: [{service: cart-v1', '&c cart, backends: [{service: *c')))).toEqual(['valid 1']);
  expect(statuses(file(`${split(1)}${bomb}\n`))).toEqual(['broken 1']);
  expect(codes(file(`${split(1)}${bomb}\n`), file('a: *b\n'), file('a: {<<: 1}\n'))).toEqual(['MESH6004', 'MESH6003', 'MESH6003']);
});

test('deep nesting is broken, not a crash', () => {
  expect(statuses(file(`a: ${'['.repeat(100_000)}`), file(split(1)))).toEqual(['broken 1', 'valid 1']);
  expect(codes(...['['.repeat(100_000), '- '.repeat(10_000), '? '.repeat(10_000), '{"a":'.repeat(600)].map(text => file(text))))
    .toEqual(Array(4).fill('MESH6004'));
});

test('the channel of Gateway API decides, or else it is a warning', () => {
  const name = file(STICKY);

  expect([...validate([name])].flatMap(sentences)).toEqual([
    `${name}:1: warning MESH4101: HTTPRoute 'cart': spec.rules[0].sessionPersistence needs the experimental channel of Gateway API. ${see('MESH4101')}`,
  ]);
  expect([...validate([name], 'standard')][0].status).toBe('invalid');
  expect([...validate([name], 'experimental')].flatMap(sentences)).toEqual([]);
});

test('so it does for a kind that only one of them serves', () => {
  const name = file('apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XBackendTrafficPolicy\nmetadata: {name: cart}\n'
    + 'spec: {targetRefs: [{group: "", kind: Service, name: cart}]}\n');

  expect([...validate([name])].flatMap(sentences))
    .toEqual([`${name}:1: warning MESH4101: XBackendTrafficPolicy 'cart': it needs the experimental channel of Gateway API. ${see('MESH4101')}`]);
  expect([...validate([name], 'standard')].flatMap(sentences)).toEqual([
    `${name}:1: error MESH4002: XBackendTrafficPolicy 'cart' is invalid: it is of a kind that no known CRD of the standard channel serves. ${see('MESH4002')}`,
  ]);
  expect([...validate([name], 'experimental')].flatMap(sentences)).toEqual([]);
});

test('sentences say where and what', () => {
  const name = file(split('many'), SERVICE);

  expect([...validate([name])].flatMap(sentences)).toEqual([
    `${name}:1: error MESH4006: TrafficSplit 'cart' is invalid: spec.backends[0].weight must be number, not string; it is "many". ${see('MESH4006')}`,
    `${name}:1: warning MESH5001: TrafficSplit 'cart': spec.backends[0] refers to Service 'cart-v1', which the app does not have. ${see('MESH5001')}`,
    `${name}:6: skipped Service 'cart': no CRD known here serves v1 Service`,
  ]);
});

describe('what does not fit with other manifests', () => {
  const service = (name: string) => SERVICE.replace('{name: cart}', `{name: ${name}}`);

  test('is a warning at the manifest, whichever file has the others, and whichever is read first', () => {
    const files = [file(split(1)), file(service('cart'))];

    for (const order of [files, files.slice().reverse()]) {
      const found = validate(order).map(({ file: name, status, warnings }) => [name, status, ...warnings.map(({ code, message }) => `${code} ${message}`)]);
      expect(found.sort()).toEqual([
        [files[0], 'valid', "MESH5001 refers to Service 'cart-v1', which the app does not have"], [files[1], 'skipped'],
      ].sort());
    }
    expect(validate([...files, file(service('cart-v1'))]).flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  test('is not looked for in a broken document', () => {
    expect(statuses(file('kind: TrafficSplit\n', service('cart')))).toEqual(['broken 1', 'skipped 3']);
  });
});

describe('the command', () => {
  const run = (args: string[], input = '') => spawnSync(process.execPath,
    ['-r', 'ts-node/register/transpile-only', path.join(__dirname, '..', '..', 'src', 'cli', 'main.ts'), ...args], { input, encoding: 'utf8' });

  test('exits with 0, 1 or 2', () => {
    expect(run(['validate', '-'], split(1))).toMatchObject({ status: 0, stdout: '1 valid, 0 invalid, 0 broken, 0 skipped\n' });
    expect(run(['validate', '-'], split('many'))).toMatchObject({ status: 1, stdout: expect.stringContaining('-:1: error MESH4006: TrafficSplit') });
    expect(run(['validate'])).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage: cdk8s-mesh validate') });
    expect(run(['validate', '--colour', '-'])).toMatchObject({ status: 2, stderr: expect.stringContaining("error MESH6001: there is no option '--colour'.") });
  });

  test('says how it is called, and which version it is', () => {
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: cdk8s-mesh validate'), stderr: '' });
    expect(run(['validate', '-h'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--channel') });
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test('prints JSON', () => {
    const { status, stdout } = run(['validate', '--output', 'json', '-'], `${split('many')}---\n${SERVICE}`);

    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      counts: { valid: 0, invalid: 1, skipped: 1, broken: 0 },
      documents: [
        {
          file: '-',
          line: 1,
          kind: 'TrafficSplit',
          name: 'cart',
          status: 'invalid',
          warnings: [{ code: 'MESH5001', check: 'backend', path: 'spec.backends[0]', message: "refers to Service 'cart-v1', which the app does not have" }],
          violations: [{ code: 'MESH4006', check: 'type', path: 'spec.backends[0].weight', message: 'must be number, not string', value: '"many"' }],
        },
        { file: '-', line: 6, kind: 'Service', name: 'cart', status: 'skipped', reason: 'no CRD known here serves v1 Service', violations: [], warnings: [] },
      ],
    });
  });
});
