import { decidesAsWritten } from '../../../oracle/access/decide';
import { PLAIN } from '../../../oracle/access/targets';
import { readingAs } from '../../../reading/asked';
import { reading } from '../../../reading/world';

const CASES = Number(process.env.ORACLE_CASES ?? 1000);

const MESH = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh: 'trustDomain: cluster.local\ncaCertificates: [{ trustDomains: [partner.example] }]\n' },
};

const AMBIENT = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' };
const NAMESPACES = ['shop', 'ops'].map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: AMBIENT } }));

test.each([
  ['Istio', [MESH], {}],
  ['Istio, in ambient mode', [MESH, ...NAMESPACES], { namespaceLabels: AMBIENT }],
])('what is written for %s means, when it is read, what the model means', (title, beside, pods) => {
  const [target, evaluate, options] = PLAIN[title];
  const counts = { known: 0, unknown: 0 };
  decidesAsWritten(CASES, target, readingAs(manifests => reading([...beside, ...manifests]), evaluate, counts, pods), options);
  expect(counts.known).toBeGreaterThan(10 * counts.unknown);
});
