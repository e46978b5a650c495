import { readFileSync } from 'node:fs';
import { ConsulNamespaces, EgressDestination, EgressPort, HttpMatch, MeshImplementation, MeshTarget } from '../src';
import { EGRESS_FEATURES } from '../src/model/features/egress';

/** docs/not-here.md says of nothing that exists that it does not. */

const page = readFileSync('docs/not-here.md', 'utf8');
const rowsOf = (part: string) => part.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| What'));
const rows = rowsOf(page);
const rowOf = (start: string) => rows.find(row => row.startsWith(`| ${start}`));

test.each([
  ['Hosts with `*` within a name, or at its end', () => EgressDestination.host('special*service.example.com', EgressPort.tls())],
  ['Hosts with `*` within a name, or at its end', () => EgressDestination.host('example.*', EgressPort.tls())],
  ['Topics', () => HttpMatch.of({ topic: 'orders' } as any)],
])('nobody can say: %s', (row, say) => {
  expect(rowOf(row)).toBeDefined();
  expect(say).toThrow();
});

test.each([
  ['Services by their labels, as what may be called', ['services', 'serviceLabels']],
])('no destination says: %s', (row, names) => {
  expect(rowOf(row)).toBeDefined();
  expect(names.filter(name => name in EgressDestination)).toEqual([]);
});

test('nothing of egress is said to Consul', () => {
  const { supports } = MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED })._dialects.egress;

  expect(rowOf('Terminating gateways')).toBeDefined();
  expect(Object.keys(EGRESS_FEATURES).filter(feature => supports[feature as keyof typeof EGRESS_FEATURES].level !== 'none')).toEqual([]);
});

const [policies, gateways] = page.split('\n## Gateways and routes\n');
const countedIn = (part: string) => rowsOf(part).reduce((sum, row) => sum + Number(/^\| [^|]*\((\d+)\) \|/.exec(row)![1]), 0);

test('the page counts each file of Gateway API once', () => {
  const [noWord, wrong] = gateways.split('\n### Wrong on purpose\n');
  const [, ofFirst, ofSecond] = /(\d+) of them say something of the first table below, in brackets how many, and (\d+) more something/.exec(gateways)!;

  expect([countedIn(noWord), countedIn(wrong)]).toEqual([ofFirst, ofSecond].map(Number));
});

test('no construct has a word for what at most one in twenty files of Gateway API says, and these are named', () => {
  const [noWord] = gateways.split('\n### Wrong on purpose\n');
  const files = rowsOf(noWord).flatMap(row => [...row.split(' | ')[1].matchAll(/`([^`]+\.yaml)`/g)].map(([, file]) => file));
  const [, all] = /the (\d+) of `conformance\/tests`/.exec(gateways)!;

  expect(new Set(files).size).toBe(countedIn(noWord));
  expect(files.length / Number(all)).toBeLessThanOrEqual(1 / 20);
});

test('the page counts each policy once', () => {
  const [, stated] = /(\d+) of\s+them say something of these tables/.exec(page)!;

  // These stand in two rows.
  const twice = ['l7/dns/dns.yaml', 'authz/ingress-gateway.yaml.tmpl'];
  for (const file of twice) expect(rows.filter(row => row.includes(`${file}\``))).toHaveLength(2);
  expect(countedIn(policies)).toBe(Number(stated) + twice.length);
});
