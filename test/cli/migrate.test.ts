import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CART, mayCall, requests, trafficSplit, workload } from '../migrate/migrated';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const MAIN = path.join(__dirname, '..', '..', 'src', 'cli', 'main.ts');

/** Runs the command in the folder. */
function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', require.resolve('ts-node/register/transpile-only'), MAIN, 'migrate', ...args],
    { input, encoding: 'utf8', cwd: folder, env: { ...process.env, TS_NODE_PROJECT: path.join(__dirname, '..', 'tsconfig.json') } });
  return { status, stdout, stderr };
}

const texts = (...manifests: readonly object[]) => manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n');
const put = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
const said = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');

const WHOLE = texts(CART, workload('cart'), mayCall('cart', 'web'), requests());

test('manifests go to the standard output, and the report to the standard error', () => {
  const { status, stdout, stderr } = run(['--from', 'osm', '--to', 'linkerd', '--enforced', 'yes', '-'], WHOLE);

  expect(stderr).toBe('-:5: same: TrafficTarget shop/cart\n-:7: same: HTTPRouteGroup shop/cart\n\n2 documents: 2 same; 2 others read\n');
  expect(status).toBe(0);
  expect(stdout).toContain('kind: AuthorizationPolicy\n');
});

test('with a loss, manifests are not written, and the program is', () => {
  put('cart.yaml', texts(CART, trafficSplit({ cart: 0 })));
  const { status, stdout, stderr } = run(['--from', 'osm', '--to', 'linkerd', '--manifests', 'dist', '--program', 'main.ts', 'cart.yaml']);

  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('cart.yaml:3: not said: TrafficSplit shop/cart\n    error MESH7303: ');
  expect(fs.existsSync(path.join(folder, 'dist'))).toBe(false);
  expect(said('main.ts')).toMatch(/^\/\/ cdk8s-mesh migrate --from osm --to linkerd cart.yaml\n/);
});
