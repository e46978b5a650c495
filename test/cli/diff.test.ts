import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runs } from './run';
import { DIFF } from '../../src/cli/diff-command';

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'diff-')));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  fs.rmSync(folder, { recursive: true });
});

const run = runs(DIFF);
const write = (file: string, ...manifests: readonly object[]) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n'));
};

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const CART = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 8080 }] } };
const workload = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: name, containers: [{ ports: [{ containerPort: 8080 }] }] } } },
});
const APPS = [NAMESPACE, CART, workload('cart'), workload('web'), workload('reports')];
const policy = (spec: object, name = 'cart') => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop' }, spec });
const to = (app: string, ...from: readonly object[]) => policy({ podSelector: { matchLabels: { app } }, ingress: [{ from }] });
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });

const between = (old: readonly object[], now: readonly object[], ...more: readonly string[]) => {
  write('old.yaml', ...APPS, ...old);
  write('new.yaml', ...APPS, ...now);
  return run('old.yaml', 'new.yaml', ...more);
};

test('a changed number of connections of one port is other handling there, and at no other port', () => {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'admin', port: 81, targetPort: 8081 }];
  const cart = { ...CART, spec: { ...CART.spec, ports } };
  const limited = (maxConnections: number) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { host: 'cart', trafficPolicy: { portLevelSettings: [{ port: { number: 81 }, connectionPool: { tcp: { maxConnections } } }] } },
  });
  write('old.yaml', ...APPS.filter(one => one !== CART), cart, limited(7));
  write('new.yaml', ...APPS.filter(one => one !== CART), cart, limited(9));
  const { stdout } = run('old.yaml', 'new.yaml', '--mesh', 'istio');

  expect(stdout).toBe([
    'HANDLED IN ANOTHER WAY',
    '  everyone → shop/cart:81',
    '    GET /',
    '      before: circuit breaking: at most 7 connections (DestinationRule shop/cart, old.yaml:11)',
    '      after: circuit breaking: at most 9 connections (DestinationRule shop/cart, new.yaml:11)',
    '',
    '1 handled in another way.',
    'Compared: 4 ports of pods, 2 ports of Services, 0 entrances of gateways.',
    '',
  ].join('\n'));
});

test('a client that is taken out of the mesh is no longer let in, where only the mesh is', () => {
  const strict = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'cart' } }, mtls: { mode: 'STRICT' } } };
  const web = (labels: object) => {
    const { spec: { template: { spec } }, ...rest } = workload('web');
    return { ...rest, spec: { template: { metadata: { labels: { app: 'web', ...labels } }, spec } } };
  };
  write('old.yaml', NAMESPACE, CART, workload('cart'), web({}), strict);
  write('new.yaml', NAMESPACE, CART, workload('cart'), web({ 'sidecar.istio.io/inject': 'false' }), strict);

  expect(run('old.yaml', 'new.yaml').stdout).toMatch(/NO LONGER LET IN\n {2}shop\/web[^\n]* → pods of shop\/cart:80\n/);
});

test('who is newly let in stands on top, with a request, and the rules that say so', () => {
  const { status, stdout, stderr } = between([to('cart', pods('web'))], [to('cart', pods('reports'))]);

  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toBe([
    'NEWLY LET IN',
    '  shop/reports, pods with app=reports of shop → pods of shop/cart:80',
    '    GET /',
    '      before: denied (NetworkPolicy shop/cart, old.yaml:11)',
    '      after: allowed (NetworkPolicy shop/cart, new.yaml:11, spec.ingress[0])',
    '',
    'NO LONGER LET IN',
    '  shop/web, pods with app=web of shop → pods of shop/cart:80',
    '    GET /',
    '      before: allowed (NetworkPolicy shop/cart, old.yaml:11, spec.ingress[0])',
    '      after: denied (NetworkPolicy shop/cart, new.yaml:11)',
    '',
    '1 newly let in, 1 no longer let in.',
    'Compared: 3 ports of pods, 1 ports of Services, 0 entrances of gateways.',
    '',
  ].join('\n'));
});

test('the same in other words, in other files and in another order is the same', () => {
  write('old/a.yaml', ...APPS, to('cart', pods('web'), pods('reports')));
  write('new/b.yaml', policy({ podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [pods('reports')] }] }, 'other'));
  write('new/c.yaml', policy({ podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [pods('web')] }] }), ...[...APPS].reverse());

  expect(run('old', 'new')).toEqual({ status: 0, stdout: expect.stringMatching(/^Nothing changes\.\n/), stderr: '' });
});

test('an address from which somebody outside gets in is a witness', () => {
  const block = (cidr: string, ...except: readonly string[]) => to('cart', { ipBlock: { cidr, except } });
  const { status, stdout } = between([block('10.0.0.0/8')], [block('10.0.0.0/8', '10.1.0.0/16')]);

  expect(status).toBe(1);
  expect(stdout).toMatch(/a client outside the cluster, the API server, another node.* → pods of shop\/cart:80\n    GET \/ from 10\.1\.0\.0\n      before: allowed/);
});

test('what leaves a client has to be let in, too', () => {
  const egress = (...apps: readonly string[]) => policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to: apps.map(pods) }] }, 'web');
  const ingress = to('cart', pods('web'));

  expect(between([ingress, egress('reports')], [ingress, egress('reports', 'cart')])).toMatchObject({
    status: 1, stdout: expect.stringMatching(/^NEWLY LET IN\n {2}shop\/web → pods of shop\/cart:80\n/),
  });
  expect(between([to('cart', pods('reports')), egress('reports')], [to('cart', pods('reports')), egress('reports', 'cart')]).stdout).not.toContain('cart:80');
});

test('what a client may call is compared, too', () => {
  const egress = (app: string) => policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to: [pods(app)] }] });
  const { status, stdout } = between([egress('cart')], [egress('reports')]);

  expect(status).toBe(1);
  expect(stdout).toContain('  shop/web → pods of shop with app=reports, port 8080\n    a connection\n      before: denied');
  expect(stdout).toMatch(/NO LONGER LET IN\n {2}shop\/web → pods of shop\/cart:80\n/);
});

describe('ports that the files do not name', () => {
  const at = (...ports: readonly object[]) => policy({ podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [pods('web')], ports }] });

  test('a policy opens one, or closes it', () => {
    expect(between([at({ port: 8080 })], [at({ port: 8080 }, { port: 9090 })])).toMatchObject({
      status: 1, stdout: expect.stringMatching(/^NEWLY LET IN\n {2}shop\/web, pods with app=web of shop → pods of shop with app=cart, port 9090\n {4}a connection\n {6}before: denied[^]*\n1 newly let in\./),
    });
    expect(between([at({ port: 9000, endPort: 9090 })], [at({ port: 9001, endPort: 9090 })]).stdout).toContain('NO LONGER LET IN\n  shop/web, pods with app=web of shop → pods of shop with app=cart, port 9000\n');
    expect(between([at({ port: 53, protocol: 'UDP' })], [at({ port: 54, protocol: 'UDP' })]).stdout).toContain('pods of shop with app=cart, port 54\n');
  });

  test('all others, if the one that is named stays as it is', () => {
    expect(between([at({ port: 8080 })], [at({ port: 8080 }, { port: 1, endPort: 65535 })]).stdout).toContain('with app=cart, ports 1 to 8079, 8081 to 65535\n');
  });

  test('what is told of a named port is not told again', () => {
    expect(between([at({ port: 8080 })], [to('cart', pods('web'), pods('reports'))]).stdout.match(/→/g)).toHaveLength(2);
    expect(between([to('cart', pods('web'))], [to('cart', pods('reports'))]).stdout.match(/→/g)).toHaveLength(2);
  });

  test('where it is not known whether they speak HTTP, it is not known what of requests changes', () => {
    const istio = (prefix: string) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'cart' } }, rules: [{ to: [{ operation: { ports: ['9090'], paths: [prefix] } }] }] },
    });

    expect(between([istio('/a')], [istio('/b')], '--mesh', 'istio')).toMatchObject({ status: 3, stdout: expect.stringContaining('it is not known whether port 9090 speaks HTTP') });
  });

  test('a proxy reads requests there, of which the policy lets in others', () => {
    const cilium = (port: string, start: string) => ({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { endpointSelector: { matchLabels: { app: 'cart' } }, ingress: [{ toPorts: [{ ports: [{ port, protocol: 'TCP' }], rules: { http: [{ path: start }] } }] }] },
    });

    expect(between([cilium('9090', '/a')], [cilium('9090', '/b')])).toMatchObject({ status: 3, stdout: expect.stringContaining('it is not known whether port 9090 speaks HTTP') });
    expect(between([cilium('9090', '/a')], [cilium('9091', '/a')]).stdout).toContain('it is not known whether port 9091 speaks HTTP');
    expect(between([cilium('9090', '/a')], [cilium('9090', '/a')]).status).toBe(0);
  });
});

describe('what a client may call at ports that the files do not name', () => {
  const out = (...egress: readonly object[]) => policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress }, 'web');
  const ports = (port: number, endPort: number, protocol = 'TCP') => [{ port, endPort, protocol }];
  const cart = (port: number, endPort: number, protocol?: string) => out({ to: [pods('cart')], ports: ports(port, endPort, protocol) });
  const cilium = (spec: object) => ({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'web', namespace: 'shop' }, spec: { endpointSelector: { matchLabels: { app: 'web' } }, ...spec },
  });
  const toPorts = (port: string, endPort?: number, rules?: object) => [{ ports: [{ port, protocol: 'TCP', ...endPort !== undefined && { endPort } }], ...rules && { rules } }];
  const dns = { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s-app': 'kube-dns' } };
  const system = { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['kube-system'] }] } };

  test.each([
    ['a range', cart(8080, 8080), cart(8080, 9000), 'pods of shop with app=cart, ports 8081 to 9000'],
    ['the end of a range', cart(8080, 8999), cart(8080, 9000), 'pods of shop with app=cart, port 9000'],
    ['datagrams', cart(53, 53, 'UDP'), cart(53, 54, 'UDP'), 'pods of shop with app=cart, port 54'],
    ['pods of another namespace', out({ to: [system], ports: ports(53, 53) }), out({ to: [system], ports: ports(53, 54) }), 'pods of kube-system, port 54'],
    ['pods of some namespaces', out(), out({ to: [{ namespaceSelector: { matchLabels: { team: 'data' } }, ...pods('db') }] }), 'pods of another namespace with app=db, ports 1 to 65535'],
    ['pods that are not in the files', out(), out({ to: [pods('db')], ports: ports(5432, 5432) }), 'pods of shop with app=db, port 5432'],
    ['pods that Cilium names', cilium({ egress: [{ toEndpoints: [dns], toPorts: toPorts('53') }] }), cilium({ egress: [{ toEndpoints: [dns], toPorts: toPorts('53', 54) }] }),
      'pods of kube-system with k8s-app=kube-dns, port 54'],
    ['what Cilium no longer denies', cilium({ egress: [{ toEndpoints: [{}] }], egressDeny: [{ toEndpoints: [{ matchLabels: { app: 'cart' } }], toPorts: toPorts('9000') }] }),
      cilium({ egress: [{ toEndpoints: [{}] }], egressDeny: [{ toEndpoints: [{ matchLabels: { app: 'cart' } }], toPorts: toPorts('9001') }] }), 'pods of shop with app=cart, port 9000'],
  ])('%s', (_, old, now, what) => {
    expect(between([old], [now])).toMatchObject({ status: 1, stdout: expect.stringContaining(`NEWLY LET IN\n  shop/web → ${what}\n`) });
    expect(between([now], [old])).toMatchObject({ status: 1, stdout: expect.stringContaining(`NO LONGER LET IN\n  shop/web → ${what}\n`) });
    expect(between([now], [now]).status).toBe(0);
  });

  test('what the pods themselves let nobody in for does not change', () => {
    const closed = policy({ podSelector: { matchLabels: { app: 'cart' } } });

    expect(between([closed, cart(8080, 8080)], [closed, cart(8080, 9000)]).status).toBe(0);
    expect(between([to('cart', pods('web')), cart(8080, 8080)], [to('cart', pods('web')), cart(8080, 9000)]).stdout).toContain('ports 8081 to 9000');
  });

  test('whether a block holds for pods is not known, and stays as it is where the block does', () => {
    const open = { to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] };

    expect(between([out(open)], [out({ to: [pods('cart')], ports: ports(53, 53) }, open)]).stdout).toMatch(/not known/);
    expect(between([out(open, open)], [out(open)])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Nothing changes\./) });
    expect(between([out(open)], [out({ to: [{ ipBlock: { cidr: '192.0.2.0/25' } }] })]).stdout).toContain('networks differ in whether a block holds for pods');
  });

  test('pods that become those that may be called', () => {
    const as = (labels: object) => ({ ...workload('job'), spec: { template: { metadata: { labels }, spec: { serviceAccountName: 'job', containers: [{}] } } } });

    expect(between([cart(9000, 9000), as({ app: 'job' })], [cart(9000, 9000), as({ app: 'cart' })]).stdout).toContain('NEWLY LET IN\n  shop/web → pods of shop with app=cart, port 9000\n');
  });

  test('what is told of a named port is not told again', () => {
    expect(between([out({ to: [pods('cart')] })], [out({ to: [pods('reports')] })]).stdout.match(/→/g)).toHaveLength(2);
  });

  test('where only requests are told apart, it is not known', () => {
    const http = (start: string) => cilium({
      egress: [{ toEndpoints: [{ matchLabels: { app: 'cart' } }], toPorts: toPorts('9000', undefined, { http: [{ path: start }] }) }],
    });

    expect(between([http('/a')], [http('/b')])).toMatchObject({ status: 3, stdout: expect.stringContaining('it is not known whether port 9000 speaks HTTP') });
  });
});

describe('what a Sidecar lets out', () => {
  const dns = { ...workload('a-dns'), spec: { template: { metadata: { labels: { app: 'dns' } }, spec: { containers: [{ ports: [{ containerPort: 53, protocol: 'UDP' }] }] } } } };
  const sidecar = (host: string, spec: object = { workloadSelector: { labels: { app: 'web' } } }) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { egress: [{ hosts: [host] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, ...spec },
  });

  test.each([['first', [dns]], ['by itself', []]])('where a port that it says nothing of comes %s', (_, others) => {
    const [few, all] = ['./none.shop.svc.cluster.local', './*'].map(host => [...others, sidecar(host)]);

    expect(between(few, all, '--mesh', 'istio').stdout).toMatch(/^NEWLY LET IN\n {2}shop\/web → pods of shop\/cart:80\n/);
    expect(between(all, few, '--mesh', 'istio').stdout).toMatch(/^NO LONGER LET IN\n {2}shop\/web → pods of shop\/cart:80\n/);
    expect(between(all, all, '--mesh', 'istio').status).toBe(0);
  });

  test('that is for other pods than before', () => {
    const { stdout } = between([sidecar('./none.shop.svc.cluster.local')], [sidecar('./none.shop.svc.cluster.local', { workloadSelector: { labels: { app: 'reports' } } })], '--mesh', 'istio');

    expect(stdout).toContain('NEWLY LET IN\n  shop/web → pods of shop/cart:80\n');
    expect(stdout).toContain('NO LONGER LET IN\n  shop/reports → pods of shop/cart:80\n');
  });
});

describe('what no call asks about', () => {
  const entry = (spec: object) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'pay', namespace: 'shop' },
    spec: { hosts: ['pay.example'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], ...spec },
  });
  const icmp = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'pings', namespace: 'shop' },
    spec: { endpointSelector: { matchLabels: { app: 'gone' } }, ingress: [{ icmps: [{ fields: [{ type: 8 }] }] }] },
  };
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { selector: { istio: 'ingress' }, servers: [{ port: { number: 443, name: 'tls', protocol: 'HTTPS' }, hosts: ['a.example'], tls: { mode: 'SIMPLE', credentialName: 'a' } }] },
  };
  const address = { resolution: 'STATIC', endpoints: [{ address: '192.0.2.7' }] };
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'outboundTrafficPolicy:\n  mode: ALLOW_ANY\n' } };
  const sides = (old: readonly object[], now: readonly object[]) => between([config, ...old], [config, ...now], '--mesh', 'istio');

  test.each([
    ['addresses of a ServiceEntry', entry(address), "where calls end of ServiceEntry 'pay'"],
    ['other ports of a ServiceEntry', entry({ resolution: 'DNS', ports: [{ number: 443, targetPort: 8443, name: 'tls', protocol: 'TLS' }] }), "where calls end of ServiceEntry 'pay'"],
    ['ICMP', icmp, "what is said of ICMP of CiliumNetworkPolicy 'pings'"],
    ['certificates of a Gateway', gateway, "what is said of pods and TLS of Gateway 'public'"],
  ])('%s: not known where it is on one side only', (_, object, what) => {
    expect(sides([], [object]).stdout).toContain(`new.yaml:13: ${what} is new, and what that changes is not known here`);
    expect(sides([object], []).stdout).toContain(`old.yaml:13: ${what} is gone, and what that changes is not known here`);
    expect(sides([object], [object])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Nothing changes\./) });
  });

  test('it is told where only that changes', () => {
    expect(sides([], [entry(address)]).status).toBe(3);
    expect(sides([entry(address)], []).status).toBe(3);
  });

  test('a ServiceEntry for what its name leads to anyway changes nothing there', () => {
    expect(sides([], [entry({ resolution: 'DNS' })])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Nothing changes\./) });
    expect(sides([entry({ resolution: 'DNS' })], [entry({ resolution: 'NONE' })]).stdout).toContain('changed (old.yaml:13), which is not compared');
  });
});

describe('what leaves the cluster', () => {
  const out = (...egress: readonly object[]) => policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress });
  const block = (cidr: string, ...ports: readonly object[]) => ({ to: [{ ipBlock: { cidr } }], ...(ports.length > 0 && { ports }) });
  const cilium = (...egress: readonly object[]) => ({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'web', namespace: 'shop' }, spec: { endpointSelector: { matchLabels: { app: 'web' } }, egress },
  });
  const hosts = (...names: readonly string[]) => ({ toFQDNs: names.map(matchName => ({ matchName })), toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] });

  test('an address, and a port', () => {
    expect(between([out(block('192.0.2.0/25', { port: 443 }))], [out(block('192.0.2.0/24', { port: 443 }))]).stdout)
      .toMatch(/^NEWLY LET IN\n {2}shop\/web → outside the cluster\n {4}a connection to 192\.0\.2\.128, port 443\n[^]*\n1 newly let in, 1 not known\./);
    expect(between([out(block('192.0.2.0/24', { port: 443 }))], [out(block('192.0.2.0/24', { port: 8443 }))]).stdout)
      .toMatch(/^NEWLY LET IN\n {2}shop\/web → outside the cluster\n {4}a connection to 192\.0\.2\.0, port 8443\n/);
    expect(between([out()], [out()]).status).toBe(0);
    expect(between([out()], []).stdout).toContain('shop/web → outside the cluster\n    a connection, port 443\n');
  });

  test('the same addresses in other words', () => {
    const blocks = (...toCIDR: readonly string[]) => cilium({ toCIDR });

    expect(between([blocks('192.0.2.0/25', '192.0.2.128/25')], [blocks('192.0.2.0/24')]).status).toBe(0);
  });

  test('a host', () => {
    expect(between([cilium(hosts('a.example'))], [cilium(hosts('a.example', 'b.example'))]).stdout)
      .toMatch(/^NEWLY LET IN\n {2}shop\/web → outside the cluster\n {4}a connection to b\.example, port 443\n[^]*\n1 newly let in\./);
    expect(between([cilium(hosts('a.example', 'b.example'))], [cilium(hosts('b.example'), hosts('a.example'))]).status).toBe(0);
  });

  test('of what is not understood, it is not known unless it stands on both sides', () => {
    const groups = (name: string) => cilium({ toGroups: [{ aws: { securityGroupsIds: [name] } }] });

    expect(between([groups('a')], [groups('b')])).toMatchObject({ status: 3, stdout: expect.stringContaining('shop/web → outside the cluster') });
    expect(between([groups('a')], [groups('a')]).status).toBe(0);
  });
});

describe('clients that become others', () => {
  const changed = (old: object, now: object, ...policies: readonly object[]) => {
    write('old.yaml', NAMESPACE, CART, workload('cart'), old, ...policies);
    write('new.yaml', NAMESPACE, CART, workload('cart'), now, ...policies);
    return run('old.yaml', 'new.yaml', '--mesh', 'istio');
  };
  const as = (name: string, serviceAccountName: string, labels: object) => ({
    ...workload(name), spec: { template: { metadata: { labels }, spec: { serviceAccountName, containers: [{ ports: [{ containerPort: 8080 }] }] } } },
  });

  test('by other labels', () => {
    expect(changed(as('job', 'job', { app: 'job' }), as('job', 'job', { app: 'web' }), to('cart', pods('web'))).stdout)
      .toMatch(/^NEWLY LET IN\n {2}shop\/job → pods of shop\/cart:80\n {4}GET \/\n {6}before: denied[^]*\n1 newly let in\./);
    expect(changed(as('job', 'job', { app: 'job' }), as('job', 'job', { app: 'job', version: '2' }), to('cart', pods('web'))).status).toBe(0);
  });

  test('by another ServiceAccount', () => {
    const istio = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'cart' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] },
    };

    expect(changed(as('job', 'web', {}), as('job', 'job', {}), istio)).toMatchObject({ status: 1, stdout: expect.stringMatching(/^NO LONGER LET IN\n {2}shop\/job → pods of shop\/cart:80\n/) });
  });

  test('by other labels of their namespace', () => {
    const team = (name: string) => ({ ...NAMESPACE, metadata: { name: 'ops', labels: { team: name } } });
    const job = { ...workload('job'), metadata: { name: 'job', namespace: 'ops' } };
    const policies = [job, to('cart', { namespaceSelector: { matchLabels: { team: 'a' } } })];

    expect(changed(team('b'), team('a'), ...policies).stdout).toContain('NEWLY LET IN\n  ops/job → pods of shop/cart:80\n');
    expect(changed(team('b'), team('a'), policies[1]).stdout).toContain('NEWLY LET IN\n  other pods of ops → pods of shop/cart:80\n');
    expect(changed(team('b'), team('c'), ...policies).status).toBe(0);
  });
});

test('pods that the files do not show, where policies for their labels change', () => {
  const { status, stdout } = between([to('bank', pods('web'))], [to('bank', pods('reports'))]);

  expect(status).toBe(1);
  expect(stdout).toContain('shop/reports, pods with app=reports of shop → pods of shop with app=bank, ports 1 to 65535\n');
});

test('a port of which a Service says that it speaks something else', () => {
  const istio = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'cart' } }, action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin'] } }] }] },
  };
  const speaking = (name: string) => ({ ...CART, spec: { ...CART.spec, ports: [{ name, port: 80, targetPort: 8080 }] } });
  write('old.yaml', NAMESPACE, speaking('http'), workload('cart'), istio);
  write('new.yaml', NAMESPACE, speaking('tcp'), workload('cart'), istio);

  // Without requests, a rule that denies some of them denies all, but the health checks of the node.
  expect(run('old.yaml', 'new.yaml', '--mesh', 'istio').stdout).toMatch(/^NO LONGER LET IN\n {2}other pods of .* → pods of shop\/cart:80\n {4}GET \/\n {6}before: allowed\n {6}after: denied/);
});

test('of a host at a gateway, the listener decides that names it most closely', () => {
  const gateway = (...hostnames: readonly string[]) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { gatewayClassName: 'istio', listeners: hostnames.map((hostname, i) => ({ name: `l${i}`, port: 80, protocol: 'HTTP', hostname })) },
  });
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
  };

  expect(between([gateway('*.example'), route], [gateway('*.example', 'a.example'), route], '--mesh', 'istio').stdout).toMatch(/^Nothing changes\.\n/);
  expect(between([gateway('*.example'), route], [gateway('a.example'), route], '--mesh', 'istio').stdout)
    .toMatch(/^NO LONGER LET IN\n {2}a client outside the cluster → gateway shop\/public:80, host \*\.example\n {4}GET \/ to host /);
});

test('--fail-on wider passes what only takes away', () => {
  const [open, shut] = [[to('cart', pods('web'))], [to('cart', pods('none'))]];

  expect(between(open, shut).status).toBe(1);
  expect(between(open, [to('cart')], '--fail-on', 'wider').status).toBe(1);
  expect(between([to('cart', pods('web'), pods('reports'))], open, '--fail-on', 'wider').status).toBe(0);
});

describe('what is not known', () => {
  const misspelt = (app: string) => policy({ podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [pods(app)], form: [] }] });

  test('exits with 3, unless it is the same on both sides', () => {
    expect(between([misspelt('web')], [misspelt('reports')])).toMatchObject({ status: 3, stdout: expect.stringMatching(/^NOT KNOWN\n[^]*spec\.ingress\[0\]\.form: it is not known here/) });
    expect(between([misspelt('web')], [misspelt('web')]).status).toBe(0);
  });

  test('a document that cannot be read', () => {
    write('old.yaml', ...APPS);
    fs.writeFileSync('new.yaml', `${fs.readFileSync('old.yaml', 'utf8')}\n---\na: [1\n`);

    expect(run('old.yaml', 'new.yaml')).toMatchObject({ status: 3, stdout: expect.stringContaining('not known: new.yaml:12: error MESH6003') });
  });

  test('an object of a mesh that nobody reads, unless it is the same', () => {
    const filter = (name: string) => ({ apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name, namespace: 'shop' }, spec: {} });

    expect(between([filter('a')], [filter('a')]).status).toBe(0);
    expect(between([], [filter('a')])).toMatchObject({ status: 3, stdout: expect.stringContaining('EnvoyFilter shop/a is of a kind that is not read') });
  });

  test('a way in by a controller that nobody reads, unless it is the same', () => {
    const route = (name: string) => ({ apiVersion: 'route.openshift.io/v1', kind: 'Route', metadata: { name, namespace: 'shop' }, spec: {} });

    expect(between([route('a')], [route('a')]).status).toBe(0);
    expect(between([], [route('a')])).toMatchObject({ status: 3, stdout: expect.stringContaining('Route shop/a is of a kind that is not read') });
  });

  test('policies without the pods that they are for', () => {
    write('old.yaml', to('cart', pods('web')));
    write('new.yaml', to('cart', pods('reports')));

    expect(run('old.yaml', 'new.yaml')).toMatchObject({ status: 1, stdout: expect.stringContaining('it is not known for which pods the policies are') });
    write('old.yaml', CART, to('cart', pods('web')));
    expect(run('old.yaml', 'new.yaml')).toMatchObject({ status: 1, stdout: expect.stringContaining('1 newly let in, 1 no longer let in') });
    const some = policy({ podSelector: { matchLabels: { app: 'cart', tier: 'some' } }, ingress: [{ from: [pods('web')] }] });
    write('new.yaml', CART, some);
    expect(run('old.yaml', 'new.yaml')).toMatchObject({
      status: 1, stdout: expect.stringContaining('it is not known whether the policy is for these pods: give the workload that makes them'),
    });
    expect(run('old.yaml', 'old.yaml').status).toBe(0);
  });
});

describe('the first policy of a mesh, and the last one', () => {
  const shop = { name: 'cart', namespace: 'shop' };
  const permission = { apiVersion: 'kuma.io/v1alpha1', kind: 'MeshTrafficPermission', metadata: shop, spec: { rules: [{ default: { allow: [{ spiffeID: { type: 'Exact', value: 'spiffe://cluster.local/ns/shop/sa/web' } }] } }] } };
  const intentions = { apiVersion: 'consul.hashicorp.com/v1alpha1', kind: 'ServiceIntentions', metadata: shop, spec: { destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow' }] } };
  const server = { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', metadata: shop, spec: { podSelector: { matchLabels: { app: 'cart' } }, port: 8080 } };

  test.each([['Kuma', permission, 'kuma'], ['Consul', intentions, 'consul'], ['Linkerd', server, 'linkerd']])('of %s: what its proxies did without is not known', (_, one, mesh) => {
    for (const more of [[], ['--mesh', mesh]]) {
      expect(between([], [one], ...more).stdout).toMatch(/^NOT KNOWN$/m);
      expect(between([one], [], ...more).stdout).not.toMatch(/^NEWLY LET IN$/m);
      expect(between([], [], ...more).status).toBe(0);
    }
  });

  test('of another mesh on the other side, it is not asked about', () => {
    const istio = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: shop, spec: { rules: [{}] } };

    expect(between([permission], [istio]).stdout).toMatch(/^NEWLY LET IN$/m);
  });
});

describe('what is left out', () => {
  const named = { ...CART, spec: { ...CART.spec, ports: [{ port: 80, targetPort: 'http' }] } };
  const selectorless = { ...CART, spec: { ports: CART.spec.ports } };
  const portless = { ...workload('cart'), spec: { template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart' }] } } } };
  const [web, reports] = [to('cart', pods('web')), to('cart', pods('reports'))];
  const elsewhere = { ...reports, metadata: { name: 'cart', namespace: 'bank' } };
  const compared = (old: readonly object[], now: readonly object[], ...more: readonly string[]) => {
    write('old.yaml', ...old);
    write('new.yaml', ...now);
    return run('old.yaml', 'new.yaml', ...more);
  };

  test.each([
    ['a Service whose port has a name, without its workload', 1, [named], "new.yaml:1: Service shop/cart leads to port 'http' of pods, and no workload in the files has such a port. Give the workload"],
    ['a Service whose port has a name that no container has', 1, [named, workload('cart')], "leads to port 'http' of pods, and no workload in the files has such a port"],
    ['a Service without a selector', 1, [selectorless], 'Service shop/cart leads to whatever its endpoints say, as it has no selector'],
  ])('%s: unknown where policies for it change, and only there', (_, status, apps, why) => {
    expect(compared([...apps, web], [...apps, reports])).toMatchObject({ status, stdout: expect.stringContaining(why) });
    expect(compared([...apps, web], apps)).toMatchObject({ status, stdout: expect.stringContaining(why) });
    expect(compared([...apps, web], [...apps, web]).status).toBe(0);
    expect(compared([...apps, web], [...apps, web, elsewhere]).stdout).not.toContain('not known');
  });

  test('a workload without ports is compared at all of them', () => {
    expect(compared([portless, web], [portless, reports]).stdout).toContain('pods with app=reports of shop → pods of shop with app=cart, ports 1 to 65535\n    a connection\n      before: denied');
    expect(compared([portless, web], [portless, web]).status).toBe(0);
  });

  test('a policy for one number is a policy for a port whose number is not known', () => {
    const at = (...ports: readonly object[]) => policy({ podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [pods('web')], ports }] });

    const why = "Service shop/cart leads to port 'http'";
    expect(compared([named, at({ port: 9090 })], [named, at({ port: 9091 })]).stdout).toContain(why);
    expect(compared([named, at({ port: 9000, endPort: 9090 })], [named, at({ port: 9000, endPort: 9091 })]).stdout).toContain(why);
    expect(compared([named, at({ port: 'http' })], [named, at({ port: 'grpc' })]).status).toBe(3);
    expect(compared([named, at({ port: 9090 })], [named, at({ port: 9090 })]).status).toBe(0);
  });

  test('what a client may call at a port whose number is not known', () => {
    const out = (app: string) => policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'], egress: [{ to: [pods(app)] }] });

    expect(compared([named, workload('web'), out('cart')], [named, workload('web'), out('reports')]).stdout).toContain("Service shop/cart leads to port 'http'");
  });

  test('a Service that leads elsewhere, unless these are the same pods', () => {
    const selecting = (spec: object) => ({ ...CART, spec: { ...CART.spec, ...spec } });
    const external = (externalName: string) => ({ ...CART, spec: { type: 'ExternalName', externalName, ports: [{ port: 80 }] } });
    const why = 'the Service itself leads elsewhere than before (old.yaml:1)';

    expect(compared([CART], [selecting({ selector: { app: 'web' } })])).toMatchObject({ status: 3, stdout: expect.stringContaining(why) });
    expect(compared([CART], [selecting({ ports: [{ port: 80, targetPort: 9090 }] })])).toMatchObject({ stdout: expect.stringContaining(why) });
    expect(compared([external('a.example')], [external('b.example')])).toMatchObject({ status: 3, stdout: expect.stringContaining(why) });
    expect(compared([external('a.example')], [external('a.example')]).status).toBe(0);
    const cart = { ...workload('cart'), spec: { template: { metadata: { labels: { app: 'cart', tier: 'back' } }, spec: { containers: [{ ports: [{ containerPort: 8080, name: 'http' }] }] } } } };
    expect(compared([CART, cart], [selecting({ selector: { tier: 'back' }, ports: [{ port: 80, targetPort: 'http' }] }), cart]).status).toBe(0);
  });

  const ISTIO = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'cart', namespace: 'shop' }, spec: {} };
  test.each([
    ['a policy without a name', { ...ISTIO, metadata: { namespace: 'shop' } }, 'AuthorizationPolicy: the object has no name, so nobody knows what it changes'],
    ['a policy whose name is none', { ...web, metadata: { name: 'Not a name', namespace: 'shop' } }, 'NetworkPolicy: metadata: no cluster takes its name'],
    ['a policy in a namespace that is none', { ...web, metadata: { name: 'cart', namespace: 'No Namespace' } }, 'no cluster takes it as the name of a namespace'],
    ['a policy without a version', { ...ISTIO, apiVersion: 'security.istio.io' }, 'AuthorizationPolicy: apiVersion: it is not a version of an API, such as v1 or apps/v1'],
    ['a policy with more than a version', { ...web, apiVersion: 'networking.k8s.io/v1/x' }, 'NetworkPolicy: apiVersion: it is not a version of an API'],
    ['a workload without a name', { ...workload('cart'), metadata: {} }, 'Deployment: the object has no name'],
    ['a Service without a name', { ...CART, metadata: {} }, 'Service: the object has no name'],
    ['a Service that says no port', { ...CART, spec: { ...CART.spec, ports: [{ targetPort: 80 }] } }, 'Service shop/cart: spec.ports[0]: there is no `port`'],
    ['a selector that is no text', { ...CART, spec: { ...CART.spec, selector: { app: true } } }, 'Service shop/cart: spec.selector.app: it must be a text'],
    ['a label that is no text', { ...workload('cart'), spec: { template: { metadata: { labels: { app: 1.5 } }, spec: { containers: [] } } } }, 'spec.template.metadata.labels.app: it must be a text'],
    ['a workload without a template', { ...workload('cart'), spec: {} }, 'Deployment shop/cart: spec: there is no `template` of pods'],
    ['the endpoints of a Service', { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'cart-1', namespace: 'shop' } }, 'EndpointSlice shop/cart-1 says where a Service without a selector leads'],
    ['a policy of Calico', { ...web, apiVersion: 'projectcalico.org/v3' }, 'NetworkPolicy shop/cart is of a kind that is not read'],
  ])('%s: unknown, unless it is the same', (_, lost, why) => {
    expect(compared(APPS.slice(3), [...APPS.slice(3), lost])).toMatchObject({ status: 3, stdout: expect.stringMatching(/^not known: new\.yaml:[0-9]+: /m) });
    expect(compared([...APPS.slice(3), lost], APPS.slice(3))).toMatchObject({ status: 3, stdout: expect.stringContaining(why) });
    expect(compared([...APPS.slice(3), lost], [lost, ...APPS.slice(3)]).status).toBe(0);
  });

  test.each(['apiVersion', 'kind'])('an object without its %s', missing => {
    const { [missing]: _, ...unfinished } = ISTIO as Record<string, unknown>;

    expect(compared(APPS, [...APPS, unfinished])).toMatchObject({ status: 3, stdout: expect.stringContaining('not known: new.yaml:11: error MESH6005') });
  });

  test('a List whose items are none', () => {
    const list = (items: unknown) => ({ apiVersion: 'v1', kind: 'List', items });

    expect(compared(APPS, [...APPS, list({ web })])).toMatchObject({ status: 3, stdout: expect.stringContaining('new.yaml:11: List: its `items` are no list') });
    expect([list([]), list(null), list(undefined)].map(one => compared(APPS, [...APPS, one]).status)).toEqual([0, 0, 0]);
  });

  test('an object that is there twice: only if both say the same, it is known which one a cluster has', () => {
    expect(compared([...APPS, web], [...APPS, reports, web])).toMatchObject({
      stdout: expect.stringContaining('not known: new.yaml:13: NetworkPolicy shop/cart is there twice, first at new.yaml:11, and a cluster has only one of the two'),
    });
    expect(compared([...APPS, web], [...APPS, web, web]).status).toBe(0);
  });

  test.each([
    ['the values of a chart', { kind: 'DaemonSet', image: { tag: 'v1' } }],
    ['a chart', { apiVersion: 'v2', name: 'cart', version: '1.0.0' }],
  ])('%s says nothing', (_, other) => {
    expect(compared(APPS, [...APPS, other]).status).toBe(0);
  });

  test('what has nothing to do with who calls whom may lack a name', () => {
    const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [] };

    expect(compared(APPS, [...APPS, kustomization]).status).toBe(0);
  });
});

test('markdown says the same, and nothing in it is markup', () => {
  const { stdout } = between([to('cart', pods('web'))], [to('cart', pods('a|b<c>'))], '--output', 'markdown');

  expect(stdout).toMatch(/^### What changes in the mesh\n\n1 newly let in, 1 no longer let in\.\n\n<details open><summary>🔓 <b>newly let in<\/b> \(1\)<\/summary>\n\n\| who \|/);
  expect(stdout).toContain('| pods with app=a&#124;b&#60;c&#62; of shop |');
});

test('JSON has the request, and the client that sends it', () => {
  const { status, stdout } = between([to('cart', pods('web'))], [to('cart', pods('web'), pods('reports'))], '--output', 'json');

  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    differences: [{
      kind: 'wider',
      to: 'pods of shop/cart:80',
      changes: [{ request: { method: 'GET', path: '/' }, client: { kind: 'pod', serviceAccount: 'reports' }, before: { value: 'denied' }, after: { value: 'allowed' } }],
    }],
    unknown: [],
    compared: { podPorts: 3, servicePorts: 1, entries: 0 },
  });
});

test('two revisions of git are compared without a checkout', () => {
  const git = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', 'repository', ...args]);
  write('repository/mesh/a.yaml', ...APPS, to('cart', pods('web')));
  execFileSync('git', ['init', '-q', 'repository']);
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  write('repository/mesh/a.yaml', ...APPS, to('cart', pods('reports')));
  write('repository/mesh/README.txt');
  git('add', '.');
  git('commit', '-q', '-m', 'two');
  write('repository/mesh/a.yaml', { kind: 'not committed' });
  process.chdir('repository');
  try {
    expect(run('--git', 'HEAD~1..HEAD', 'mesh')).toMatchObject({
      status: 1, stdout: expect.stringContaining('after: allowed (NetworkPolicy shop/cart, HEAD:mesh/a.yaml:11, spec.ingress[0])'),
    });
    expect(run('--git', 'HEAD..HEAD', 'mesh').status).toBe(0);
    expect(run('--git', 'HEAD~1..', 'mesh').status).toBe(1);
    expect(run('--git', 'HEAD~1..HEAD', 'mesh', 'nowhere')).toMatchObject({ status: 2, stderr: expect.stringContaining("in neither revision is there a .yaml, .yml or .json file at 'nowhere'") });
    expect(run('--git', 'nothing..HEAD', 'mesh')).toMatchObject({ status: 2, stderr: expect.stringContaining('git: ') });
  } finally {
    process.chdir(folder);
  }
});

test('in revisions of git, links lead where they do in the repository', () => {
  const git = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', 'links', ...args]);
  const commit = (message: string) => [git('add', '.'), git('commit', '-q', '-m', message)];
  fs.mkdirSync('links/mesh', { recursive: true });
  execFileSync('git', ['init', '-q', 'links']);
  write('links/base/a.yaml', ...APPS, to('cart', pods('web')));
  fs.symlinkSync('../base/a.yaml', 'links/mesh/a.yaml');
  commit('one');
  write('links/base/a.yaml', ...APPS, to('cart', pods('reports')));
  commit('two');
  fs.symlinkSync('/etc/hosts.yaml', 'links/mesh/outside.yaml');
  commit('three');
  git('update-index', '--add', '--cacheinfo', `160000,${String(git('rev-parse', 'HEAD')).trim()},mesh/other`);
  git('commit', '-q', '-m', 'four');
  process.chdir('links');
  try {
    expect(run('--git', 'HEAD~3..HEAD~2', 'mesh')).toMatchObject({
      status: 1, stdout: expect.stringContaining('after: allowed (NetworkPolicy shop/cart, HEAD~2:mesh/a.yaml:11, spec.ingress[0])'),
    });
    expect(run('--git', 'HEAD~2..HEAD~1', 'mesh')).toMatchObject({ status: 3, stdout: expect.stringContaining("it is a link to '/etc/hosts.yaml', which is no file of the repository") });
    expect(run('--git', 'HEAD~2..HEAD', 'mesh')).toMatchObject({ status: 3, stdout: expect.stringContaining('not known: HEAD:mesh/other:1: error MESH6002: it is a submodule') });
  } finally {
    process.chdir(folder);
  }
});

test.each([
  [['a.yaml'], 'there is one file or folder. Give two'],
  [[], 'there are no files or folders'],
  [['a', 'b', 'c'], 'there are 3 files or folders'],
  [['--git', 'main', 'a'], "'--git' is 'main', which is no pair of revisions"],
  [['--git=--all..HEAD', 'a'], 'which is no pair of revisions'],
  [['--git', 'main..HEAD'], 'there is no path to compare'],
  [['--output', 'html', 'a', 'b'], "'--output' is 'html'"],
  [['--fail-on', 'any', 'a', 'b'], "'--fail-on' is 'any'"],
])('%j is no usage', (args, sentence) => {
  expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(sentence) });
});

const opening = (spec: object) => ({ ...CART, spec: { ...CART.spec, ...spec } });
const beside = [NAMESPACE, workload('cart'), workload('web')];

test.each<[what: string, old: object, now: object, policies: object[], told: RegExp | undefined]>([
  ['a type', {}, { type: 'LoadBalancer' }, [], /^NEWLY LET IN\n  a client outside the cluster → shop\/cart:80\n    GET \/\n      before: denied\n      after: allowed \(Service shop\/cart, new.yaml:1, spec.type\)/],
  ['a port of nodes', {}, { type: 'NodePort' }, [], /^NEWLY LET IN/],
  ['addresses', {}, { externalIPs: ['198.51.100.7'] }, [], /^NEWLY LET IN/],
  ['more addresses', { type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.0/24'] }, { type: 'LoadBalancer' }, [], /^NEWLY LET IN/],
  ['fewer addresses', { type: 'LoadBalancer' }, { type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.0/24'] }, [], /^NO LONGER LET IN/],
  ['nothing', { type: 'NodePort' }, {}, [], /^NO LONGER LET IN/],
  ['another type', { type: 'NodePort' }, { type: 'LoadBalancer' }, [], undefined],
  ['a type, where nobody outside gets into the pods', {}, { type: 'LoadBalancer' }, [to('cart', pods('web'))], undefined],
])('a Service opens to the outside, or closes, by %s', (_, old, now, policies, told) => {
  write('old.yaml', ...beside, opening(old), ...policies);
  write('new.yaml', opening(now), ...beside, ...policies);
  const { status, stdout } = run('old.yaml', 'new.yaml');

  expect(status).toBe(told === undefined ? 0 : 1);
  if (told !== undefined) expect(stdout).toMatch(told);
});
