import * as fc from 'fast-check';
import { address, type Case, pod, service } from './case';
import { istioAmbientAccess } from '../../src/dialects/istio/ambient-access';
import { istioAmbientNamespaceDefault } from '../../src/dialects/istio/namespace-default';
import { passesZtunnel } from '../../src/evaluators/access/istio-ambient';
import { type Client, portOf, type Request, spiffeIdOf } from '../../src/evaluators/access/request';
import type { AccessModel } from '../../src/model/access';
import type { AccessFeature } from '../../src/model/features/access';
import type { NamespaceDefaultModel } from '../../src/model/namespace-default';
import { PODS, policies, PORTS, request } from '../../test/oracle/access/arbitraries';
import { allowedByIntent } from '../../test/oracle/access/intent';
import { stored, verdict } from '../harness/case';

const [CART] = PODS;
const DECLARED = PORTS.filter(({ protocol, servicePorts = [0] }) => protocol !== 'UDP' && servicePorts.length > 0);

const NOT_ASKED: readonly AccessFeature[] = ['GatewaySource', 'UDPPort', 'EndUsers', 'HealthProbe', 'GRPCHealthProbe'];

/** The waypoint, as a client of pods. */
const WAYPOINT: Client = { kind: 'pod', ip: '10.1.0.9', namespace: 'shop', serviceAccount: 'waypoint', meshed: true };

/** Policies in ambient mode, often beside a default, and connections that come to the ztunnel of the pod. */
export function ztunnelCases(seed: number, count: number): Case[] {
  const dialect = istioAmbientAccess({ trustDomain: 'cluster.local' });
  const models = policies(feature => dialect.supports[feature].level !== 'none' && !NOT_ASKED.includes(feature), { pods: [CART] }).map(([model]) => model);
  const connections = (model: AccessModel) => request([model], { mesh: true }).filter(one => one.client.kind !== 'kubelet' && portOf(one).protocol !== 'UDP');
  const clusters = fc.record({ model: models, hasService: fc.boolean(), closes: fc.constantFrom('shop', 'mesh', undefined) });
  const samples = fc.sample(clusters.chain(sample => fc.record({
    sample: fc.constant(sample), all: fc.array(connections(sample.model), { minLength: 15, maxLength: 15 }),
  })), { seed, numRuns: count });
  return samples.flatMap(({ sample: { model, hasService, closes }, all }, i) => {
    const { service: own, ...pods } = model.destination;
    const written: AccessModel = hasService ? model : { ...model, destination: pods };
    const { refusals, manifests } = dialect.render(written);
    const closing: NamespaceDefaultModel | undefined = closes && { name: 'default', namespace: closes === 'mesh' ? undefined : closes, rules: [] };
    const closed = closing === undefined ? [] : istioAmbientNamespaceDefault({}).render(closing).manifests;
    const objects = [...manifests, ...closed].map(({ shared, ...one }) => one);
    const ip = address(0, i);
    return refusals.length > 0 ? [] : [{
      name: `ztunnel ${i}`,
      manifests: [pod('cart', ip, CART.labels), ...hasService ? [service('cart', address(1, i), DECLARED)] : [], ...objects.map(stored)],
      probes: [...all, ...all.slice(0, 3).map(one => ({ ...one, client: WAYPOINT }))]
        .map(one => probe(written, objects, ip, { ...one, entrance: undefined })),
    }];
  });
}

function probe(model: AccessModel, objects: readonly object[], ip: string, one: Request): Case['probes'][0] {
  const { client, port } = one;
  return {
    client: spiffeIdOf(client),
    namespace: client.namespace ?? 'shop',
    address: ip,
    ztunnel: client.ip,
    ...{ port, protocol: 'TCP', host: '', method: '', target: '', headers: [] },
    answers: {
      evaluator: verdict(passesZtunnel(objects, one)),
      // Of pods without a Service, it decides alone.
      ...model.destination.service === undefined && client !== WAYPOINT && { model: verdict(allowedByIntent(model, one)) },
    },
  };
}
