import { App, Chart } from 'cdk8s';
import { MeshImplementation, MeshTarget, MeshTargets } from '../src';
import { MESH_SCENARIOS } from './oracle/routes/conformance';
import { expectExchange, requestOf } from './oracle/routes/conformance/exchange';
import type { Mesh, Scenario } from './oracle/routes/conformance/scenario';
import { NAMESPACE } from './oracle/routes/conformance/scenario';
import { synth } from './setup';
import { routedByGatewayApi } from '../src/evaluators/routes/gateway-api';
import { READINGS } from '../src/evaluators/routes/gateway-api-readings';

const MESHES: Readonly<Record<Mesh, () => MeshTarget>> = {
  'specification': () => MeshTarget.gatewayApi(),
  'istio': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }),
  'istio-ambient': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO_AMBIENT }),
  'linkerd': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD }),
  'cilium': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.CILIUM }),
  'kuma': () => MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone.mesh.local' }),
};

/** What a mesh gets, or nothing where it is refused. */
function synthesized({ namespace = NAMESPACE, build }: Scenario, target: MeshTarget): any[] | undefined {
  const app = new App();
  MeshTargets.of(app).add(target);
  const chart = new Chart(app, 'chart', { namespace });
  build(chart);
  return chart.node.root.node.findAll().some(({ node }) => node.validate().length > 0) ? undefined : synth(chart);
}

describe.each(Object.entries<Scenario>(MESH_SCENARIOS))('%s', (_, scenario) => {
  test.each(Object.keys(MESHES) as Mesh[])('%s', name => {
    const manifests = synthesized(scenario, MESHES[name]());

    expect(manifests === undefined).toBe(scenario.refusedBy?.includes(name) ?? false);
    if (manifests !== undefined) {
      expect(scenario.exchanges.length).toBeGreaterThan(0);
      scenario.exchanges.forEach(exchange => expectExchange(routedByGatewayApi(READINGS[name])(manifests, requestOf(exchange.ask)), exchange));
    }
  });
});
