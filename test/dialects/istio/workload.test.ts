import { App, Chart, Duration, Testing } from 'cdk8s';
import { sentences } from './models';
import {
  EgressPolicy, ExternalAuthorization, ExposureGateway, JwtAuthentication, MeshImplementation, MeshService, MeshTarget, MutualTls, MutualTlsMode,
  NamespaceAccessDefault, ServiceAccessPolicy, ServiceRoute,
} from '../../../src';
import { selectionRefusals } from '../../../src/dialects/istio/workload';
import { MeshTargets } from '../../../src/targets/mesh-targets';

test('a workload needs labels, a namespace does not', () => {
  expect(sentences(selectionRefusals('a Sidecar', { namespace: 'shop', workload: { service: 'cart' } })))
    .toEqual(["a policy for 'cart': a Sidecar selects the pods by their labels, which are unknown. Give the MeshService its `podSelector`"]);
  expect(selectionRefusals('a Sidecar', { namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } } })).toEqual([]);
  expect(selectionRefusals('a Sidecar', { namespace: 'shop' })).toEqual([]);
});

test('what stands in the root namespace would hold for the whole mesh', () => {
  expect(sentences(selectionRefusals('a Sidecar', { namespace: 'istio-system' }))).toEqual([
    "a policy in namespace 'istio-system': it is the root namespace of Istio, where a policy holds for the whole mesh. Keep workloads in namespaces of their own",
  ]);
});

const issuers = [{ issuer: 'https://login.example.com', jwksUri: 'https://login.example.com/keys' }];
const cart = MeshService.of('cart', { port: 8080, podSelector: { app: 'cart' }, serviceAccount: 'cart' });

test.each<[string, (chart: Chart) => unknown]>([
  ['MutualTls', chart => new MutualTls(chart, 'one', { mode: MutualTlsMode.PERMISSIVE })],
  ['MutualTls of a workload', chart => new MutualTls(chart, 'one', { workload: cart, mode: MutualTlsMode.PERMISSIVE })],
  ['EgressPolicy', chart => new EgressPolicy(chart, 'one', { allow: [] })],
  ['JwtAuthentication', chart => new JwtAuthentication(chart, 'one', { workload: cart, issuers })],
  ['ExternalAuthorization', chart => new ExternalAuthorization(chart, 'one', { workload: cart, authorizer: 'opa' })],
  ['ServiceAccessPolicy', chart => new ServiceAccessPolicy(chart, 'one', { destination: cart, allow: [] })],
  ['ServiceRoute with a rate limit', chart => new ServiceRoute(chart, 'one', {
    service: cart, rateLimit: { requests: 10, interval: Duration.seconds(1) }, rules: [{ backends: [{ service: cart }] }],
  })],
  ['NamespaceAccessDefault', chart => new NamespaceAccessDefault(chart, 'one')],
])('%s is refused in the root namespace that the target names', (_, make) => {
  const synth = (rootNamespace: string) => {
    const chart = new Chart(new App(), 'chart', { namespace: 'mesh-root' });
    MeshTargets.of(chart).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, rootNamespace }));
    make(chart);
    return Testing.synth(chart);
  };

  expect(() => synth('mesh-root')).toThrow('it is the root namespace of Istio');
  expect(synth('other')).not.toEqual([]);
});

test('tokens at a gateway in the root namespace are those of the gateway alone', () => {
  const chart = new Chart(new App(), 'chart', { namespace: 'mesh-root' });
  MeshTargets.of(chart).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO, rootNamespace: 'mesh-root' }));
  new JwtAuthentication(chart, 'one', { gateway: ExposureGateway.shared('front', 'mesh-root', { className: 'istio' }), issuers });

  expect(Testing.synth(chart)).toHaveLength(1);
});

test.each<Record<string, string>>([{ 'gateway.istio.io/managed': 'istio.io-mesh-controller' }, { 'app': 'x', 'gateway.networking.k8s.io/gateway-class-name': 'istio-waypoint' }])(
  'a waypoint reads nothing that selects its pods: %j', podSelector => {
    expect(sentences(selectionRefusals('an AuthorizationPolicy', { namespace: 'shop', workload: { podSelector } })))
      .toEqual([expect.stringContaining('they are those of a waypoint, which reads nothing that selects pods')]);
    const gateway = { 'gateway.networking.k8s.io/gateway-class-name': 'istio' };
    expect(selectionRefusals('an AuthorizationPolicy', { namespace: 'shop', workload: { podSelector: gateway } })).toEqual([]);
  });
