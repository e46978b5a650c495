import { App, Chart } from 'cdk8s';
import {
  AccessGrant, Identity, MeshAccessDefault, MeshImplementation, MeshService, MeshTarget, MeshTargets, MutualTls, MutualTlsMode,
  NamespaceAccessDefault, ServiceAccessDenial, ServiceAccessPolicy,
} from '../../../src';

const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' }, namespace: 'shop' });
const v1 = MeshService.of('cart-v1', { port: 8080, podSelector: { app: 'cart', version: 'v1' }, namespace: 'shop' });
const web = Identity.serviceAccount('web', 'shop');

const SAYING: Readonly<Record<string, (chart: Chart) => void>> = {
  'a grant': chart => {
    new ServiceAccessPolicy(chart, 'policy', { destination: cart, allow: [] });
    new AccessGrant(chart, 'grant', { client: web, calls: [{ destination: cart }] });
  },
  'a denial': chart => new ServiceAccessDenial(chart, 'denial', { destination: cart, deny: [{ sources: [web] }] }),
  'what a namespace allows': chart => new NamespaceAccessDefault(chart, 'default', { allow: [{ sources: [web] }] }),
  'what the mesh allows': chart => new MeshAccessDefault(chart, 'mesh', { allow: [{ sources: [Identity.anyAuthenticated()] }] }),
};

function errors(say: (chart: Chart) => void, mode: MutualTlsMode, isFirst: boolean): string[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, strictMutualTls: true, rootNamespace: 'istio-system' }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const open = () => new MutualTls(chart, 'mtls', { workload: v1, mode });
  if (isFirst) open();
  say(chart);
  if (!isFirst) open();
  return chart.node.findAll().flatMap(({ node }) => node.validate());
}

describe.each(Object.entries(SAYING))('%s, beside pods that take plain text only', (_, say) => {
  test.each([true, false])('is an error, whichever comes first (%s): nobody proves who they are there', isFirst => {
    expect(errors(say, MutualTlsMode.DISABLED, isFirst).join('\n')).toMatch(/^MESH3001: .*the identities of clients of /);
  });

  test('is none where mutual TLS is taken, too', () => {
    expect(errors(say, MutualTlsMode.STRICT, true)).toEqual([]);
  });
});
