import * as fc from 'fast-check';
import { Traffic } from '../../src/targets/traffic';

const names = ['a', 'b', 'c', 'd', 'e'];
const edge = fc.tuple(fc.constantFrom(...names), fc.array(fc.constantFrom(...names), { maxLength: 3 }));
const service = (name: string) => `shop/${name}`;

/** All that can be reached, but for the start. */
function reachable(edges: readonly (readonly [string, readonly string[]])[], start: string): string[] {
  const found = new Set([start]);
  for (const at of found) {
    edges.filter(([from]) => from === at).flatMap(([, to]) => to).forEach(to => found.add(to));
  }
  return [...found].filter(name => name !== start).sort();
}

test('whoever follows a Service is told once of each that its requests come to, in whichever order it is said', () => {
  fc.assert(fc.property(fc.array(edge, { maxLength: 8 }), fc.nat(8), (edges, at) => {
    const traffic = new Traffic();
    const told = new Map(names.map(name => [name, [] as string[]]));
    const lead = ([from, to]: typeof edges[number]) => traffic.lead(service(from), to.map(name => ({ name, namespace: 'shop' })));

    edges.slice(0, at).forEach(lead);
    names.forEach(name => traffic.follow(service(name), backend => told.get(name)!.push(backend.name)));
    edges.slice(at).forEach(lead);

    names.forEach(name => expect(told.get(name)!.sort()).toEqual(reachable(edges, name)));
  }));
});

test('the sources of a Service are those from which it is reached, at any time', () => {
  fc.assert(fc.property(fc.array(edge, { maxLength: 8 }), edges => {
    const traffic = new Traffic();
    const said: (typeof edges)[number][] = [];
    for (const [from, to] of edges) {
      traffic.lead(service(from), to.map(name => ({ name, namespace: 'shop' })));
      said.push([from, to]);
      names.forEach(name => expect([...traffic.sourcesOf(service(name))].sort())
        .toEqual(names.filter(source => reachable(said, source).includes(name)).map(service)));
    }
  }));
});

test('what two constructs know of one Service is told of both', () => {
  const traffic = new Traffic();
  const told: (string | undefined)[] = [];

  traffic.lead('shop/cart', [{ name: 'v1', namespace: 'shop' }]);
  traffic.lead('shop/cart', [{ name: 'v1', namespace: 'shop', serviceAccount: 'cart' }, { name: 'v1', namespace: 'shop' }]);
  traffic.follow('shop/cart', ({ serviceAccount }) => told.push(serviceAccount));

  expect(told).toEqual([undefined, 'cart']);
});
