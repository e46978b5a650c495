import { CATALOGUE } from '../src/targets/catalogue';
import { doesAsWritten } from './oracle/app/as-written';
import { TARGETS } from './oracle/app/targets';

/** What becomes of a request, from its client to the pod that answers, is what all constructs of an app say together. */

test('there is a reader for every target', () => {
  expect(Object.keys(TARGETS)).toEqual(CATALOGUE.map(({ title }) => title));
});

const OPENED = 'permissive mutual TLS of a workload opens what the namespace denies';

/** Targets where constructs on one Service are not right together yet, with what is wrong. */
const PENDING: Readonly<Record<string, string>> = {
  'SMI': 'what no match of a release takes stays with a Service that selects all versions',
  'Gateway API, Istio ambient': 'a policy closes the waypoint for every Service behind it',
  'Gateway API, Consul': OPENED,
  'Gateway API, Kuma': OPENED,
  'Consul': OPENED,
  'Kuma': OPENED,
};

test.each(Object.entries(TARGETS).filter(([title]) => !Object.hasOwn(PENDING, title)))('%s', (title, target) => doesAsWritten(title, target));

Object.entries(PENDING).forEach(([title, reason]) => test.todo(`${title}: ${reason}`));
