import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runs } from './run';
import { MIGRATE } from '../../src/cli/migrate-command';
import { SMI_MESHES } from '../../src/dialects/smi/read/meshes';
import { TARGET_NAMES } from '../../src/migrate/targets';
import { CART, mayCall, requests, trafficSplit, workload } from '../migrate/migrated';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-')));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

/** Runs the command in the folder. */
const run = runs(MIGRATE);

const textOf = (...manifests: readonly object[]) => manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n');
const write = (file: string, ...manifests: readonly object[]) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, textOf(...manifests));
};
const read = (file: string) => fs.readFileSync(file, 'utf8');
const exists = (file: string) => fs.existsSync(file);

const WHOLE = [CART, workload('cart'), mayCall('cart', 'web'), requests()];
const LOST = [CART, trafficSplit({ cart: 0 })];
const LINKERD = ['--from', 'osm', '--to', 'linkerd'];
const ENFORCED = [...LINKERD, '--enforced', 'yes', '--mesh-namespaces', 'shop'];

beforeAll(() => {
  write('whole.yaml', ...WHOLE);
  write('lost.yaml', ...LOST);
});

describe('what is written', () => {
  test('manifests go to the standard output, and the report to the standard error', () => {
    const { status, stdout, stderr } = run(...ENFORCED, 'whole.yaml');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^apiVersion: [^]*\nkind: AuthorizationPolicy\n/m);
    expect(stdout).not.toContain('whole.yaml');
    expect(stderr).toMatch(/^whole.yaml:5: same: TrafficTarget shop\/cart → ServiceAccessPolicy shop\/cart\nwhole.yaml:7: same: HTTPRouteGroup shop\/cart\n\nThen by hand, in this order:\n1\. /);
    expect(stderr).toMatch(/\n\n2 documents: 2 same; 2 others read\n$/);
  });

  test('a program alone is all that is asked for', () => {
    const { status, stdout } = run(...ENFORCED, '--program', '-', 'whole.yaml');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^\/\/ Made from manifests of SMI, as Open Service Mesh read them:\n\/\/ cdk8s-mesh migrate --from osm --to linkerd --enforced yes --mesh-namespaces shop whole.yaml\nimport /);
    expect(stdout).not.toContain('apiVersion');
  });

  test('manifests are the files that the program writes', () => {
    expect(run(...ENFORCED, '--manifests', 'out/dist', '--program', 'out/src/main.ts', '--report', 'out/report.txt', 'whole.yaml'))
      .toEqual({ status: 0, stdout: '', stderr: '' });
    expect(fs.readdirSync('out/dist')).toEqual(['shop.k8s.yaml']);
    expect(read('out/dist/shop.k8s.yaml')).toBe(run(...ENFORCED, '--manifests', '-', 'whole.yaml').stdout);
    expect(read('out/src/main.ts')).toBe(run(...ENFORCED, '--program', '-', 'whole.yaml').stdout);
    expect(read('out/report.txt')).toBe(run(...ENFORCED, 'whole.yaml').stderr);
  });

  test('those of several targets have files of their own, and stand behind their names in one stream', () => {
    const both = [...ENFORCED, '--to', 'istio', '--partial'];
    run(...both, '--manifests', 'both', 'whole.yaml');
    const { stdout } = run(...both, 'whole.yaml');

    expect(fs.readdirSync('both')).toEqual(['shop-default-istio.k8s.yaml', 'shop-istio.k8s.yaml', 'shop-linkerd.k8s.yaml', 'shop.k8s.yaml']);
    const [closed, istio, linkerd] = ['default-istio', 'istio', 'linkerd'].map(name => read(`both/shop-${name}.k8s.yaml`));
    expect(stdout).toBe(`# linkerd\n${linkerd}---\n# istio\n${closed}---\n${istio}`);
  });

  test('with a loss, manifests are not written without --partial, and the program is', () => {
    const args = [...LINKERD, '--manifests', 'lost', '--program', 'lost.ts', 'lost.yaml'];
    const { status, stdout, stderr } = run(...args);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('lost.yaml:3: not said: TrafficSplit shop/cart\n    error MESH7303: ');
    expect(stderr).toMatch(/\nNo manifests are written: --partial writes them although something is lost\.\n$/);
    expect(exists('lost')).toBe(false);
    expect(read('lost.ts')).toContain('app.synth();');

    write('part.yaml', ...WHOLE, trafficSplit({ cart: 0 }));
    expect(run(...LINKERD, '--manifests', 'part', '--partial', 'part.yaml')).toMatchObject({ status: 1, stdout: '' });
    expect(read('part/shop.k8s.yaml')).toContain('kind: AuthorizationPolicy');
  });

  test('what one of several targets leaves open is closed in the others', () => {
    const { status, stdout, stderr } = run(...ENFORCED, '--to', 'istio', '--prove', '--requests', '200', 'whole.yaml');

    expect({ status, wider: stderr.includes('WIDER') }).toEqual({ status: 0, wider: false });
    expect(stdout.split('# istio\n')[1]).toMatch(/^kind: AuthorizationPolicy\nmetadata:\n {2}name: shop-istio-/m);
    expect(stderr).toContain('. Linkerd: Have Linkerd deny what no policy allows');
  });

  test('each target that leaves pods open is named, and not the first of them alone', () => {
    const { stderr } = run(...ENFORCED, '--to', 'consul', '--consul-namespaces', 'single', 'whole.yaml');

    expect(stderr).toContain('. Linkerd: Have Linkerd deny what no policy allows');
    expect(stderr).toMatch(/In namespace 'shop', pods without a policy let everyone in: .*target 'consul'/);
  });

  test('an assumption is a loss only with --strict', () => {
    expect(run(...LINKERD, 'whole.yaml')).toMatchObject({ status: 0, stderr: expect.stringContaining('assumed: TrafficTarget shop/cart') });
    expect(run(...LINKERD, '--strict', 'whole.yaml')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('\nNo manifests are written') });
    expect(run(...LINKERD, '--enforced', 'yes', '--strict', 'whole.yaml'))
      .toMatchObject({ status: 1, stderr: expect.stringContaining("warning MESH7101: namespace 'shop' is taken") });
    expect(run(...ENFORCED, '--strict', 'whole.yaml').status).toBe(0);
  });

  test('a report in a file leaves a line that says so', () => {
    const { status, stdout, stderr } = run(...LINKERD, '--report', 'lost.json', '--output', 'json', '--program', 'lost.ts', 'lost.yaml');

    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: 'Not everything means the same afterwards: see lost.json.\n' });
    expect(JSON.parse(read('lost.json'))).toMatchObject({ from: 'osm', to: ['linkerd'], totals: { 'documents': 1, 'not said': 1, 'others': 1 } });
  });

  test('what cannot be written is said, and the rest is written', () => {
    const { status, stdout, stderr } = run(...ENFORCED, '--program', 'whole.yaml/main.ts', '--manifests', '-', 'whole.yaml');

    expect(status).toBe(1);
    expect(stdout).toContain('kind: AuthorizationPolicy');
    expect(stderr).toContain('\nerror MESH6006: whole.yaml/main.ts: ');
    expect(fs.readdirSync('.').filter(file => file.includes('.tmp'))).toEqual([]);
  });

  test('what is there is written over whole, and a device is no file', () => {
    fs.writeFileSync('old.ts', 'x'.repeat(100_000));
    fs.symlinkSync('old.ts', 'link.ts');
    run(...ENFORCED, '--program', 'link.ts', '--report', '/dev/null', 'whole.yaml');

    expect(read('old.ts')).toBe(run(...ENFORCED, '--program', '-', 'whole.yaml').stdout);
    expect(fs.lstatSync('link.ts').isSymbolicLink()).toBe(true);
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('what is read', () => {
  test('files and folders are one world, each file once, in whatever order', () => {
    write('world/a.yaml', CART, workload('cart'));
    write('world/b/c.json', mayCall('cart', 'web'));
    write('world/b/d.yml', requests());
    const { stdout, stderr, status } = run(...ENFORCED, 'world');

    expect({ stdout, status }).toEqual({ stdout: run(...ENFORCED, 'whole.yaml').stdout, status: 0 });
    expect(stderr).toContain('2 documents: 2 same; 2 others read');
    const again = run(...ENFORCED, 'world/b/d.yml', 'world', 'world/a.yaml', './world/b/c.json');
    expect({ stdout: again.stdout, totals: again.stderr.split('\n').at(-2) }).toEqual({ stdout, totals: stderr.split('\n').at(-2) });
  });

  test('all that cannot be read is told together', () => {
    fs.mkdirSync('bad/empty', { recursive: true });
    write('bad/a.yaml', ...WHOLE);
    fs.writeFileSync('bad/b.yaml', `a: [1\nb: }\n---\nkind: TrafficSplit\n---\n${textOf(requests())}\n---\na: ${'['.repeat(100_000)}`);
    const { status, stdout, stderr } = run(...ENFORCED, 'bad/a.yaml', 'bad/b.yaml', 'bad/empty', 'absent.yaml');

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect([...stderr.matchAll(/^(\S+): unreadable\n {4}error (MESH\d+)/gm)].map(([, place, code]) => `${place} ${code}`))
      .toEqual(['absent.yaml:1 MESH6002', 'bad/b.yaml:2 MESH6003', 'bad/b.yaml:4 MESH6005', 'bad/b.yaml:8 MESH6004', 'bad/empty:1 MESH6002']);
    expect(stderr).toContain('8 documents: 3 same, 5 unreadable; 2 others read');
  });

  test('what other tools read in the same folder is no loss, and what was to be a manifest is', () => {
    write('chart/a.yaml', ...WHOLE);
    const files = {
      'Chart.yaml': 'apiVersion: v2\nname: shop\n', 'values.yaml': 'kind: Deployment\nreplicas: 2\n', 'kustomization.yml': 'resources: [a.yaml]\n', 'package.json': '{"name": "shop"}', 'jobs.yaml': '- job_name: a\n- job_name: b\n',
    };
    Object.entries(files).forEach(([name, text]) => fs.writeFileSync(path.join('chart', name), text));

    expect(run(...ENFORCED, 'chart')).toMatchObject({ status: 0, stderr: expect.stringContaining(', 5 no part of it; ') });
    fs.writeFileSync('chart/split.yaml', 'kind: TrafficSplit\nmetadata: {name: cart}\n');
    expect(run(...ENFORCED, 'chart')).toMatchObject({ status: 1, stderr: expect.stringContaining('chart/split.yaml:1: unreadable\n    error MESH6005: ') });
  });

  test('where there is no SMI, nothing is lost', () => {
    write('none.yaml', CART);

    expect(run(...LINKERD, 'none.yaml')).toEqual({ status: 0, stdout: '', stderr: 'There is no SMI in it; 1 other read\n' });
  });
});

describe('what is not in the files', () => {
  test('--namespace is that of documents without one', () => {
    write('bare.yaml', ...WHOLE.map(manifest => ({ ...manifest, metadata: { name: 'cart' } })));

    expect(run(...ENFORCED, 'bare.yaml')).toMatchObject({ status: 1, stderr: expect.stringContaining('error MESH7701: the namespace of TrafficTarget \'cart\' is not known') });
    expect(run(...ENFORCED, '--namespace', 'shop', 'bare.yaml')).toMatchObject({ status: 0, stdout: expect.stringContaining('namespace: shop') });
  });

  test('--port is that of Services that are not there', () => {
    write('split.yaml', trafficSplit({ 'cart-v1': 90, 'cart-v2': 10 }));

    expect(run(...LINKERD, 'split.yaml')).toMatchObject({ status: 1, stderr: expect.stringContaining('`--port cart=80` would state it.') });
    expect(run(...LINKERD, '--port', '*=8080', 'split.yaml')).toMatchObject({ status: 0, stdout: expect.stringContaining('port: 8080') });
    const each = ['cart=80', 'shop/cart-v1=80/http', 'cart-v2=80/HTTP'].flatMap(port => ['--port', port]);
    expect(run(...LINKERD, ...each, 'split.yaml').status).toBe(0);
    expect(run(...LINKERD, '--port', '*=9000/GRPC', 'split.yaml').stdout).toContain('kind: GRPCRoute');
    expect(run(...LINKERD, '--port', '*=80', '--port', '*=81', 'split.yaml').stdout.match(/^kind: HTTPRoute$/gm)).toHaveLength(2);
  });

  test('--pods are labels of pods that are not there', () => {
    write('pods.yaml', CART, mayCall('cart', 'web'), requests());

    expect(run(...ENFORCED, 'pods.yaml')).toMatchObject({ status: 1, stderr: expect.stringContaining('`--pods cart=LABEL=VALUE` and') });
    expect(run(...ENFORCED, '--pods', 'cart=app=cart,tier=web', 'pods.yaml')).toMatchObject({ status: 0, stdout: expect.stringContaining('tier: web') });
    expect(run(...ENFORCED, '--pods', 'shop/cart=app=cart', 'pods.yaml').status).toBe(0);
  });

  test('--enforced no says that TrafficTargets meant nothing', () => {
    expect(run(...LINKERD, '--enforced', 'no', 'whole.yaml')).toMatchObject({ status: 0, stderr: expect.stringContaining('inert: TrafficTarget shop/cart') });
  });

  test('--mesh-namespaces are closed, too', () => {
    const { stdout } = run('--from', 'osm', '--to', 'istio', '--enforced', 'yes', '--mesh-namespaces', 'shop,bank', '--mesh-namespaces', 'ops', 'whole.yaml');

    expect([...new Set([...stdout.matchAll(/^ {2}namespace: (\w+)$/gm)].map(([, namespace]) => namespace))]).toEqual(['bank', 'ops', 'shop']);
  });
});

describe('options of targets', () => {
  const istio = (to: string, ...args: readonly string[]) => run('--from', 'osm', '--enforced', 'yes', '--to', to, ...args, 'whole.yaml');

  test('each is given to the targets that take it', () => {
    expect(istio('istio', '--trust-domain', 'example.org').stdout).toContain('example.org/ns/shop/sa/web');
    expect(istio('istio-ambient', '--waypoint', 'gate').stderr).toContain('istioctl waypoint apply --namespace shop --name gate --enroll-namespace');
    expect(istio('kuma', '--trust-domain', 'example.org', '--partial').stdout).toContain('value: spiffe://example.org\n');
    expect(istio('consul', '--consul-namespaces', 'mirrored').stdout).toContain('kind: ServiceIntentions');
    expect(istio('consul', '--consul-namespaces', 'single').status).toBe(0);
    expect(istio('linkerd', '--channel', 'experimental', '--program', '-').stdout).toContain('channel: GatewayApiChannel.EXPERIMENTAL');
    expect(istio('cilium', '--to', 'istio', '--trust-domain', 'example.org').status).toBe(0);
  });

  test.each(TARGET_NAMES)('%s is a target', to => {
    const needed: { readonly [name: string]: readonly string[] } = { consul: ['--consul-namespaces', 'mirrored'], kuma: ['--trust-domain', 'example.org'] };

    expect([0, 1]).toContain(istio(to, ...needed[to] ?? []).status);
  });
});

test.each(SMI_MESHES)('%s is who read it', from => {
  expect(run('--from', from, '--to', 'linkerd', '--enforced', 'yes', '--program', '-', 'whole.yaml').stdout).toContain(`--from ${from}`);
});

describe('called in another way', () => {
  test.each([
    [[], "'--to' is missing"],
    [['--to', 'linkerd', 'whole.yaml'], "'--from' is missing: what SMI means depends on the mesh that read it"],
    [['--from', 'osm'], "'--to' is missing. It is one of istio, istio-ambient"],
    [['--from', 'omm', '--to', 'linkerd', 'a'], "'--from' is 'omm'. Did you mean 'osm'? It is one of osm, linkerd"],
    [['--from', 'osm', '--to', 'link', 'a'], "'--to' is 'link'. Did you mean 'linkerd'?"],
    [LINKERD, 'there is no file to migrate'],
    [[...LINKERD, '--manifest', 'x', 'a'], "there is no option '--manifest'. Did you mean '--manifests'?"],
    [[...LINKERD, '-x', 'a'], "there is no option '-x'."],
    [[...LINKERD, '--from', 'osm', 'a'], "'--from' is given twice"],
    [['--from', '--to', 'linkerd', 'a'], "'--from' needs a value"],
    [[...LINKERD, 'a', '--namespace'], "'--namespace' needs a value"],
    [[...LINKERD, '--namespace=', 'a'], "'--namespace' needs a value"],
    [[...LINKERD, '--namespace', 'My Shop', 'a'], "'My Shop' is not the name of a namespace"],
    [[...LINKERD, '--strict=yes', 'a'], "'--strict' takes no value"],
    [[...LINKERD, '--enforced', 'maybe', 'a'], "'--enforced' is 'maybe'."],
    [[...LINKERD, '--output', 'yaml', 'a'], "'--output' is 'yaml'. It is one of text, json, markdown"],
    [[...LINKERD, '--port', '80', 'a'], "'--port 80' is not like cart=8080, shop/cart=8080/GRPC, or *=80"],
    [[...LINKERD, '--port', 'cart=70000', 'a'], "'--port cart=70000': there is no port 70000"],
    [[...LINKERD, '--port', 'cart=80/HTTTP', 'a'], "'--port cart=80/HTTTP' is 'HTTTP'. Did you mean 'HTTP'?"],
    [[...LINKERD, '--pods', 'cart', 'a'], "'--pods cart' is not like cart=app=cart,tier=web"],
    [[...LINKERD, '--pods', 'cart=app', 'a'], "'--pods cart=app' is not like"],
    [[...LINKERD, '--pods', 'cart=a b=c', 'a'], "'--pods cart=a b=c': "],
    [[...LINKERD, '--pods', 'cart=a=b', '--pods', 'cart=a=c', 'a'], "the pods of 'cart' are given twice"],
    [[...LINKERD, '--trust-domain', 'example.org', 'a'], "'--trust-domain' is for istio, istio-ambient, kuma, and none of these is among the targets"],
    [[...LINKERD, '--waypoint', 'gate', 'a'], "'--waypoint' is for istio-ambient, and"],
    [[...LINKERD, '--consul-namespaces', 'single', 'a'], "'--consul-namespaces' is for consul, and"],
    [[...LINKERD, '--consul-default', 'deny', 'a'], "'--consul-default' is for consul, and"],
    [['--from', 'osm', '--to', 'kuma', '--channel', 'standard', 'a'], "'--channel' is for istio, istio-ambient, linkerd, cilium, gateway-api, and"],
    [['--from', 'osm', '--to', 'kuma', 'a'], "'--to kuma' needs '--trust-domain'"],
    [['--from', 'osm', '--to', 'consul', 'a'], "'--to consul' needs '--consul-namespaces'"],
    [['--from', 'osm', '--to', 'istio', '--trust-domain', 'spiffe://x', 'a'], "'--to istio': 'spiffe://x' is not a trust domain"],
    [['--from', 'osm', '--to', 'istio-ambient', '--waypoint', 'My Gate', 'a'], "'--to istio-ambient': 'My Gate' is not the name of a waypoint"],
    [[...LINKERD, '--program', '-', '--manifests', '-', 'a'], "'--manifests', '--program' and '--report' are written to different places"],
    [[...LINKERD, '--program', 'x', '--report', 'x', 'a'], "'--manifests', '--program' and '--report' are written to different places"],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = run(...args);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`error MESH6001: ${message}`);
    expect(stderr).toMatch(/\n\nUsage: cdk8s-mesh migrate .*\n\n--help says more\.\n$/);
  });

  test('--help says all of it, wherever it stands', () => {
    const { status, stdout, stderr } = run('--to', 'nowhere', '-h');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    [...SMI_MESHES, ...TARGET_NAMES].forEach(name => expect(stdout).toContain(name));
    expect(stdout.split('\n').filter(line => line.length > 132)).toEqual([]);
  });
});

describe('as a process', () => {
  const MAIN = path.join(home, 'src', 'cli', 'main.ts');
  const spawned = (args: readonly string[], input = '') => spawnSync(process.execPath, ['-r', require.resolve('ts-node/register/transpile-only'), MAIN, ...args],
    { input, encoding: 'utf8', env: { ...process.env, TS_NODE_PROJECT: path.join(home, 'test', 'tsconfig.json') } });

  test('the standard input is read, and the code is that of the command', () => {
    const { status, stdout, stderr } = spawned(['migrate', ...ENFORCED, '-'], textOf(...WHOLE));

    expect(stderr).toMatch(/^-:5: same: /);
    expect({ status, stdout }).toEqual({ status: 0, stdout: run(...ENFORCED, 'whole.yaml').stdout });
  });

  test('other commands are told apart', () => {
    expect(spawned(['migrat'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining("there is no command 'migrat'. Did you mean 'migrate'?") });
    expect(spawned(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('cdk8s-mesh migrate --from MESH --to TARGET') });
  });
});

describe('--prove', () => {
  const proved = [...ENFORCED, '--prove', '--requests', '200'];

  test('says how many requests were compared, and what differs', () => {
    write('split.yaml', CART, workload('cart'), trafficSplit({ cart: 0 }), mayCall('cart', 'web'), requests());
    const { status, stderr } = run(...proved, 'split.yaml');

    expect(stderr).toMatch(/\nRequests compared:\nlinkerd: who may do what: 100 requests compared, .*\nlinkerd: where requests go: 100 requests compared, /);
    expect(stderr).toMatch(/\n {2}different, as reported, linkerd: .* to Service shop\/cart:80: nobody gets it before, 100 % to cart afterwards \(Traffic/);
    expect(status).toBe(1);
  });

  test('says the same in JSON', () => {
    write('whole.yaml', ...WHOLE);
    const { stderr } = run(...proved, '--output', 'json', 'whole.yaml');

    expect(JSON.parse(stderr).proofs).toMatchObject([{ target: 'linkerd', seed: 1, access: { wider: 0, unsaid: 0 }, witnesses: [] }]);
  });

  test.each([
    [['--requests', '5'], "'--requests' is how many '--prove' compares, which is not given"],
    [['--prove', '--requests', 'many'], "'--requests many' is no number of requests"],
  ])('is not called with %j', (more, message) => {
    const { status, stderr } = run(...LINKERD, ...more, 'whole.yaml');

    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
