import * as fc from 'fast-check';
import { documentsIn } from '../../../src/manifests/documents';
import type { Half } from '../../../src/meaning/compare/half';
import { compareWorlds } from '../../../src/meaning/compare/worlds';
import { halfOf } from '../../../src/reading/half';
import { textsOf } from '../../../src/reading/texts';
import { worldsOf } from '../../../src/reading/world';
import { APIS } from '../../oracle/differences/sides';

/**
 * Of pods that no workload in the files makes, the labels are known that their Service selects. What is answered of them holds for each workload that
 * has these: who gets in where it is not known which one it is gets in where it is.
 */

const PORTS = [{ port: 8080, name: 'http' }, { port: 6379, name: 'redis' }, { port: 9090, name: 'tcp' }];

const service = (selector: object) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector, ports: PORTS },
});
const workload = (labels: object, areNamed: boolean) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    template: {
      metadata: { labels },
      spec: { serviceAccountName: 'cart', containers: [{ ports: PORTS.map(({ port, name }) => ({ containerPort: port, ...areNamed && { name } })) }] },
    },
  },
});

const selector = fc.constantFrom<Readonly<Record<string, string>>>({ app: 'cart' }, { tier: 'front' }, { app: 'cart', tier: 'front' }, { team: 'cart' });
const others = fc.record({ app: fc.constantFrom('cart', 'web'), tier: fc.constantFrom('front', 'back') }, { requiredKeys: [] });

/** The ports of the pods alone. */
function portsOf({ readings, podPorts, namespaces }: Half): Half {
  const byNumber = new Map([...podPorts.values()].map(port => [String(port.port), port]));
  return { readings, podPorts: byNumber, namespaces, workloads: new Map(), openPorts: new Map(), servicePorts: new Map(), policies: () => [] };
}

test.each(Object.entries(APIS))('%s', (_, { policies, mesh }) => {
  fc.assert(fc.property(policies, selector, others, fc.boolean(), (all, selected, more, areNamed) => {
    const own = all.filter(({ kind, metadata }) => !['Deployment', 'Service'].includes(kind) || metadata.name !== 'cart');
    const cluster = [...own, service(selected)];
    const [without, whole] = [cluster, [...cluster, workload({ ...more, ...selected }, areNamed)]].map((manifests, side) =>
      [...documentsIn(`${side}.json`, manifests.map(one => JSON.stringify(one)).join('\n---\n'))]);
    const [before, after] = worldsOf([without, whole], 'default', [mesh, mesh]).map(world => portsOf(halfOf(world)));

    expect([...before.podPorts.keys()].sort()).toEqual([...after.podPorts.keys()].sort());
    expect(compareWorlds(before, after, textsOf(without, whole)).differences.map(({ kind, to, contrast }) => ({ kind, to, contrast }))).toEqual([]);
  }));
});
