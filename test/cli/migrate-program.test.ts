import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runCommand } from '../../src/cli/command';
import { MIGRATE } from '../../src/cli/migrate-command';
import { group, mayCall, service, trafficSplit, trafficTarget, workload, yaml } from '../migrate/migrated';
import { compiled, writtenBy } from '../migrate/program/compiled';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-program-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const WORLD = path.join(folder, 'world.yaml');
fs.writeFileSync(WORLD, yaml(
  service('cart'), service('cart-v1'), service('cart-v2'), service('stock', 'bank'),
  workload('cart'), workload('stock', 'stock', 'bank'),
  trafficSplit({ 'cart-v1': 90, 'cart-v2': 10 }),
  mayCall('cart', 'web'), group({ name: 'read', pathRegex: '/cart', methods: ['GET'] }, { name: 'bots', headers: { 'user-agent': '.*bot.*' } }),
  trafficTarget('stock', 'bank', 'cart'),
));

const TARGETS = [
  { targets: ['istio'], charts: 0 },
  { targets: ['linkerd'], charts: 0 },
  // That nothing else is allowed stands in charts of its own, as Linkerd does not take it.
  { targets: ['istio', 'linkerd'], charts: 2 },
  { targets: ['istio-ambient', 'cilium', 'network-policy'], charts: 0 },
];

test.each(TARGETS)('$targets: what is printed compiles under strict, and writes what was written', ({ targets, charts }) => {
  const [dist, main] = [path.join(folder, targets.join('-')), path.join(folder, `${targets.join('-')}.ts`)];
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  runCommand(MIGRATE, ['--from', 'osm', ...targets.flatMap(to => ['--to', to]), '--partial', '--manifests', dist, '--program', main, WORLD]);
  const [{ errors, js }] = compiled([fs.readFileSync(main, 'utf8')]);

  expect(errors).toEqual([]);
  const files = fs.readdirSync(dist);
  expect(files.length).toBe(targets.length === 1 ? 2 : 2 + 2 * targets.length + charts);
  expect(writtenBy(js)).toEqual(Object.fromEntries(files.map(file => [file, fs.readFileSync(path.join(dist, file), 'utf8')])));
});
