import { clientsKey, broadestSources } from '../../../src/dialects/linkerd/clients';
import type { Source } from '../../../src/model/access';

const web: Source = { kind: 'serviceAccount', name: 'web', namespace: 'shop' };
const block: Source = { kind: 'ipBlock', cidr: '10.0.0.0/8', except: [] };

test('sources are written once, in an order that does not depend on how they came', () => {
  expect(clientsKey(broadestSources([web, block, web]))).toBe(clientsKey(broadestSources([block, web])));
  expect(broadestSources([web, block, web])).toHaveLength(2);
});

test('any authenticated client is none that has a SPIFFE id: the proxy compares these with ids alone', () => {
  const partner: Source = { kind: 'spiffeId', id: 'spiffe://partner.example/job' };

  expect(broadestSources([web, partner, { kind: 'anyAuthenticated' }])).toEqual([{ kind: 'anyAuthenticated' }, partner]);
});

test('what another source includes anyway is left out', () => {
  expect(broadestSources([web, block, { kind: 'anyAuthenticated' }])).toEqual([{ kind: 'anyAuthenticated' }, block]);
  expect(broadestSources([web, block, { kind: 'anyone' }, { kind: 'anyAuthenticated' }])).toEqual([{ kind: 'anyone' }]);
});
