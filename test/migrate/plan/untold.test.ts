import { deployment, group, planOf, service, target, trafficTarget, verdictsOf } from './setup';
import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';

const books = group('books', { name: 'bought', pathRegex: '/books', methods: ['GET'] });
const there = [service('cart'), deployment('cart'), books];

/** Of a target with rules of these kinds and names. */
function verdict(from: SmiMesh, ...names: readonly (readonly [kind: string, name: string])[]): string {
  const rules = names.map(([kind, name]) => ({ kind, name, ...kind === 'HTTPRouteGroup' && { matches: ['bought'] } }));
  const made = planOf(from, [...there, trafficTarget('cart', 'cart', ['web'], ...rules)], { targets: [target('LINKERD')], isEnforced: true });
  return verdictsOf(made)['TrafficTarget cart'];
}

test('what a target names and the manifests do not have is a loss, since it may be in the cluster', () => {
  const absent = ['HTTPRouteGroup', 'absent'] as const;

  expect(verdict('osm', ['HTTPRouteGroup', 'books'])).toBe('same');
  for (const from of ['osm', 'nginx', 'traefik', 'spec', 'istio-adapter'] as const) {
    expect([from, verdict(from, absent)]).toEqual([from, expect.stringMatching(/^narrower: .*there is no HTTPRouteGroup 'absent' in the manifests/)]);
    expect([from, verdict(from, ['HTTPRouteGroup', 'books'], absent)]).toEqual([from, expect.stringMatching(/^narrower: /)]);
  }
  expect(verdict('osm', ['HTTPRouteGroup', 'books'], ['TCPRoute', 'absent'])).toMatch(/^narrower: .*there is no TCPRoute 'absent'/);
  // To Consul, requests are all the same, and to Linkerd, so are targets.
  expect([verdict('consul', absent), verdict('linkerd', absent)]).toEqual(['same', expect.stringMatching(/^inert: /)]);
});
