import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runs } from './run';
import { MIGRATE } from '../../src/cli/migrate-command';

const run = runs(MIGRATE);
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-')));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

const write = (file: string, ...manifests: readonly object[]) => {
  fs.writeFileSync(file, manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n'));
  return file;
};

const object = (apiVersion: string, kind: string, name: string, spec: object) => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });
const workload = (name: string) => object('apps/v1', 'Deployment', name, {
  selector: { matchLabels: { app: name } },
  template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ name, ports: [{ containerPort: 8080 }] }] } },
});
const service = (name: string) => object('v1', 'Service', name, { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
const CART = [service('cart'), workload('cart'), workload('web')];
const allowing = (rule: object, app = 'cart') => object('security.istio.io/v1', 'AuthorizationPolicy', app, { selector: { matchLabels: { app } }, rules: [rule] });
const WEB = { from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] };
const network = (spec: object) => object('networking.k8s.io/v1', 'NetworkPolicy', 'cart', { podSelector: { matchLabels: { app: 'cart' } }, ...spec });
const FROM_WEB_LABELS = [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }];
const FROM_WEB = [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }];

test('the files tell whose policies they have; what becomes of them is said, and compared', () => {
  const { status, stdout, stderr } = run('--to', 'cilium', write('whole.yaml', ...CART, allowing(WEB)));

  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^whole.yaml:7: same: AuthorizationPolicy shop\/cart → ServiceAccessPolicy shop\/cart\n/) });
  expect(stdout).toMatch(/^kind: CiliumNetworkPolicy$/m);
  expect(stderr).toContain('\ncilium: 2 ports of pods and 1 of Services compared: nothing changes.\n\n1 document: 1 same; 3 others read\n');
  expect(run('--from', 'istio', '--to', 'cilium', '--program', '-', 'whole.yaml').stdout)
    .toMatch(/^\/\/ Made from policies of Istio:\n\/\/ cdk8s-mesh migrate --from istio --to cilium whole\.yaml\n/);
});

test('what a target has no words for is left out, and no manifests are written unless they are asked for', () => {
  write('narrower.yaml', ...CART, allowing({ ...WEB, to: [{ operation: { methods: ['GET'] } }] }));
  const { status, stdout, stderr } = run('--to', 'kuma', '--trust-domain', 'default.zone.mesh.local', 'narrower.yaml');

  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^narrower.yaml:7: narrower: AuthorizationPolicy shop\/cart → .*\n    error MESH7201: target 'kuma' cannot express HTTP method matches/);
  expect(stderr).toContain('GET / from shop/web to pods of shop/cart:80: allowed before, denied afterwards');
  expect(run('--to', 'kuma', '--trust-domain', 'default.zone.mesh.local', '--partial', 'narrower.yaml').stdout).toContain('kind: MeshTrafficPermission');
});

test('what would let in more than before is never written', () => {
  write('wider.yaml', ...CART, network({ ingress: FROM_WEB }));
  const { status, stdout, stderr } = run('--to', 'gateway-api', '--partial', 'wider.yaml');

  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error WIDER, gateway-api: GET \/ from .* to pods of shop\/cart:80: denied before, allowed afterwards\n/);
  expect(stderr).toMatch(/\nNo manifests are written, as the program is refused: it would let in more than before\n$/);
});

test('clients that were known by labels are known by the ServiceAccounts of the workloads in the files, where only these have them', () => {
  write('labels.yaml', ...CART, network({ ingress: FROM_WEB }));
  const { status, stdout, stderr } = run('--to', 'istio', '--program', '-', 'labels.yaml');

  expect(stdout).toContain("allow: [{ sources: [Identity.serviceAccount('web')] }]");
  expect(stderr).toContain('warning MESH7101: the workloads and Namespaces in the files are taken to be all');
  expect(status).toBe(0);

  const other = { ...workload('other'), spec: { ...workload('other').spec, template: { ...workload('web').spec, metadata: { labels: { app: 'other' } }, spec: { serviceAccountName: 'web' } } } };
  write('shared.yaml', ...CART, other, network({ ingress: FROM_WEB }));
  expect(run('--to', 'istio', 'shared.yaml').stderr).toContain("Deployment 'other' runs as ServiceAccount 'web' too, and does not have the labels 'app=web'");
});

test.each([
  ['what pods may call', [network({ policyTypes: ['Egress'], egress: [] })], 'what pods may call is not carried over'],
  ['policies for pods that are not there', [allowing(WEB, 'basket')], 'no pods in the files are those that it is for: give their workload'],
  ['routes of Services that are not there', [object('networking.istio.io/v1', 'VirtualService', 'basket', { hosts: ['basket'] })], 'give the Service that it is for'],
  ['what is for gateways', [object('networking.istio.io/v1', 'VirtualService', 'cart', { hosts: ['cart'], gateways: ['ingress', 'mesh'], http: [] })],
    'what it does at gateways is not carried over: keep this part of it, or write an Exposure'],
  ['other kinds of the mesh', [allowing(WEB), object('networking.istio.io/v1', 'ProxyConfig', 'cart', { concurrency: 2 })], 'it is of Istio, and no policy of who gets in'],
  ['misspelt fields', [allowing({ ...WEB, too: [] })], 'spec.rules[0].too: it is not known here'],
  ['what a token says', [allowing({ when: [{ key: 'request.auth.claims[group]', values: ['staff'] }] }), object('security.istio.io/v1', 'RequestAuthentication', 'cart', {
    jwtRules: [{ issuer: 'https://a.example' }],
  })], "target 'linkerd' cannot express end users"],
])('%s are not passed over', (_, manifests, message) => {
  const { status, stdout, stderr } = run('--to', 'linkerd', write('lost.yaml', ...CART, ...manifests));

  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(message);
});

test('routes are moved as policies are, and the files tell whose they are', () => {
  const route = object('networking.istio.io/v1', 'VirtualService', 'cart', { hosts: ['cart'], http: [{ timeout: '2s', route: [{ destination: { host: 'web' } }] }] });
  const { status, stdout, stderr } = run('--to', 'istio', write('routes.yaml', ...CART, service('web'), route));

  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^kind: HTTPRoute$/m) });
  expect(stderr).toMatch(/^routes.yaml:9: same: VirtualService shop\/cart → ServiceRoute shop\/cart\n/);
  expect(stderr).toContain('istio: 2 ports of pods and 2 of Services compared: nothing changes.');
  expect(run('--to', 'istio', '--program', '-', 'routes.yaml').stdout).toContain("import { App, Chart, Duration } from 'cdk8s';");
});

test('what the installation decides has to be said', () => {
  write('unsaid.yaml', ...CART, object('policy.linkerd.io/v1beta3', 'Server', 'web', { podSelector: { matchLabels: { app: 'web' } }, port: 8080 }));

  expect(run('--to', 'istio', 'unsaid.yaml')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('say `--unsaid deny`, or `--unsaid allow`') });
  expect(run('--to', 'istio', '--unsaid', 'deny', 'unsaid.yaml')).toMatchObject({ status: 0, stdout: expect.stringContaining('kind: AuthorizationPolicy') });
  expect(run('--to', 'istio', '--unsaid', 'allow', '--program', '-', 'unsaid.yaml').stdout).not.toContain("new ServiceAccessPolicy(this, 'cart'");
});

const STRICT = object('security.istio.io/v1', 'PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } });
const health = { livenessProbe: { httpGet: { path: '/healthz', port: 8080 } } };
const checked = (app: any) => {
  const { template } = app.spec;
  const containers = [{ ...template.spec.containers[0], ...health }];
  return { ...app, spec: { ...app.spec, template: { ...template, spec: { ...template.spec, containers } } } };
};
const cilium = (spec: object) => object('cilium.io/v2', 'CiliumNetworkPolicy', 'cart', { endpointSelector: { matchLabels: { app: 'cart' } }, ...spec });

test.each([
  ['pods without a proxy, known now', 'cilium', [...CART, STRICT], /^untold.yaml:7: warning MESH7101: all pods had a proxy: .* without the mesh/m],
  ['pods without a proxy whom a policy names', 'cilium', [...CART, allowing(WEB)], /^warning MESH7101: pods whose ServiceAccounts are let in may have a proxy or none/m],
  ['health checks', 'linkerd', [CART[0], checked(CART[1]), CART[2], STRICT], /^untold.yaml:3: warning MESH7101: anyone may make the health checks of Deployment 'cart'/m],
  ['calls past a waypoint', 'istio-ambient', [...CART, cilium({ ingress: [{ fromEntities: ['all'] }], ingressDeny: FROM_WEB_LABELS })],
    /^warning MESH7101: nobody calls pods by their own addresses/m],
])('what the new mesh cannot tell is a warning with its place: %s', (_, target, manifests, warning) => {
  expect(run('--to', target, '--partial', write('untold.yaml', ...manifests)).stderr).toMatch(warning);
});

test.each([
  [['--to', 'istio', 'two.yaml'], "'--from' is missing, and the files have policies of Istio and Linkerd. It is one of istio, linkerd"],
  [['--to', 'istio', 'none.yaml'], "'--from' is missing"],
  [['--to', 'istio', '--enforced', 'yes', 'whole.yaml'], "'--enforced' is for SMI, and there is none in the files"],
  [['--from', 'osm', '--to', 'istio', '--unsaid', 'deny', 'none.yaml'], "'--unsaid' is not for SMI"],
])('called in another way: %j', (args, message) => {
  write('two.yaml', ...CART, allowing(WEB), object('policy.linkerd.io/v1beta3', 'Server', 'web', { podSelector: {}, port: 8080 }));
  write('none.yaml', ...CART);

  expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(`error MESH6001: ${message}`) });
});

test('the report is for programs and pull requests, too', () => {
  const json = JSON.parse(run('--to', 'istio', '--to', 'cilium', '--output', 'json', '--report', '-', '--manifests', 'out', 'narrower.yaml').stdout);

  expect(json.compared).toEqual(['istio', 'cilium'].map(target => ({ target, podPorts: 2, servicePorts: 1, entries: 0, wider: [], narrower: [], otherwise: [], unknown: [] })));
  expect(run('--to', 'istio', '--output', 'markdown', '--report', '-', '--manifests', 'out', 'whole.yaml').stdout)
    .toMatch(/^## Istio: from istio to istio\n[^]*\n### Compared, for every call\n\n- istio: 2 ports of pods and 1 of Services compared: nothing changes\.\n/);
});

test('blocks of addresses that are none of pods are none of them afterwards', () => {
  const blocks = (...cidrs: readonly string[]) => network({ ingress: [{ from: cidrs.map(cidr => ({ ipBlock: { cidr } })) }] });
  const programOf = (file: string) => run('--to', 'linkerd', '--partial', '--program', '-', file);

  expect(programOf(write('everywhere.yaml', ...CART, blocks('0.0.0.0/0'))).stdout)
    .toMatch(/Identity\.ipBlock\('0\.0\.0\.0\/0', \[\s*'10\.0\.0\.0\/8',\s*'172\.16\.0\.0\/12',\s*'192\.168\.0\.0\/16',\s*'100\.64\.0\.0\/10',?\s*\]\)/);
  expect(programOf(write('public.yaml', ...CART, blocks('203.0.113.0/24'))).stdout).toContain("Identity.ipBlock('203.0.113.0/24')");
  expect(programOf(write('private.yaml', ...CART, blocks('10.1.0.0/16'))).stderr).toContain('pods may have addresses in 10.1.0.0/16, and are not meant');
});

test('pods that no workload in the files makes have the labels that their Service selects', () => {
  const of = (...selectors: readonly object[]) => write('unseen.yaml', service('cart'), service('pay'), ...selectors.map((podSelector, i) =>
    object('networking.k8s.io/v1', 'NetworkPolicy', `p${i}`, { podSelector, ingress: FROM_WEB })));
  const moved = (...selectors: readonly object[]) => run('--from', 'network-policy', '--to', 'cilium', of(...selectors));

  expect(moved({ matchLabels: { app: 'cart' } })).toMatchObject({ status: 0, stdout: expect.stringContaining('app: web') });

  const perhaps = moved({ matchLabels: { tier: 'back' } });
  expect(perhaps.stderr).toContain('it is not known whether the policy is for these pods: give the workload that makes them');
  expect(perhaps.stderr).toContain('cilium: 2 ports of pods and 2 of Services compared: 2 narrower, 2 not known.');
});

test('of pods that are some of those of another Service, what is said of these is said', () => {
  const some = { ...service('cart-v1'), spec: { ...service('cart').spec, selector: { app: 'cart', version: 'v1' } } };
  const moved = run('--to', 'istio', write('some.yaml', some, service('cart'), allowing(WEB)));

  expect(moved).toMatchObject({ status: 0, stderr: expect.stringMatching(/^some.yaml:5: same: AuthorizationPolicy shop\/cart/) });
  expect(moved.stdout.match(/^kind: AuthorizationPolicy$/mg)).toHaveLength(1);
});
