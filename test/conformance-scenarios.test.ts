import { readFileSync } from 'node:fs';
import { MESH_SCENARIOS } from './oracle/routes/conformance';
import { GATEWAY_SCENARIOS } from './oracle/routes/conformance/gateways';
import { BACKEND_TLS_SCENARIOS } from './oracle/routes/conformance/gateways/backend-tls';

/** docs/conformance-scenarios.md names the scenarios that the tests have, and each of upstream's once. */

const page = readFileSync('docs/conformance-scenarios.md', 'utf8');
const [head, ...sections] = page.split('\n## ');

/** The names that stand in a list, or in the first column of a table. */
function namesIn(title: string): string[] {
  const section = sections.find(one => one.startsWith(`${title}\n`)) ?? '';
  const lines = section.split('\n').filter(line => /^(?:\| )?`/.test(line)).map(line => line.startsWith('|') ? line.split(' | ')[0] : line);
  return lines.flatMap(line => [...line.matchAll(/`([A-Z][A-Za-z0-9]+)`/g)].map(([, name]) => name));
}

/** What upstream asks in one scenario, some of ours ask apart. */
const upstreamOf = (name: string) => name.replace(/^(TLSRouteHostnameIntersection).+/, '$1');

const [atGateways, toPods, inTheMesh, notSaid] = ['At gateways', 'At gateways that speak TLS to pods', 'In the mesh', 'Not said'].map(namesIn);

test('the scenarios that are asked are those that the tests have', () => {
  expect(atGateways).toEqual([...new Set(Object.keys(GATEWAY_SCENARIOS).map(upstreamOf))].sort());
  expect(toPods).toEqual(Object.keys(BACKEND_TLS_SCENARIOS).sort());
  expect(inTheMesh).toEqual(Object.keys(MESH_SCENARIOS).sort());
});

test('each scenario stands in one place', () => {
  const asked = [...atGateways, ...toPods, ...inTheMesh];
  const [, all, said] = /of the (\d+) scenarios[^]*?(\d+) of them are said/.exec(head)!;

  expect([new Set([...asked, ...notSaid]).size, new Set(asked).size]).toEqual([all, said].map(Number));
  expect(notSaid.length).toBe(Number(all) - Number(said));
});

test('no construct has a word for at most one in twenty', () => {
  const row = sections.find(one => one.startsWith('Not said\n'))!.split('\n').find(line => line.includes('(not-here.md#no-construct-has-a-word-for-it)'))!;
  const unsaid = [...row.split(' | ')[0].matchAll(/`([A-Z][A-Za-z0-9]+)`/g)];

  expect(unsaid.length).toBeGreaterThan(0);
  expect(unsaid.length / (atGateways.length + toPods.length + inTheMesh.length + notSaid.length)).toBeLessThanOrEqual(1 / 20);
});
