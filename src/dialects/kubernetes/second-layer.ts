import type { IngressRule, Port } from './network-policy';
import { anyTransport, ingressRule, networkPolicy, networkPolicyPort, selectorRefusals } from './network-policy';
import type { AccessModel, AccessRule, Source, SourceFields } from '../../model/access';
import { sourceKey } from '../../model/access';
import { byKind } from '../../model/by-kind';
import type { AccessFeature } from '../../model/features/access';
import type { NamespaceDefaultFeature } from '../../model/features/namespace-default';
import type { Fields } from '../../model/fields';
import { distinctBy, flatMap } from '../../model/lists';
import type { NamespaceDefaultModel, NamespaceRule } from '../../model/namespace-default';
import { knownLabels } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import type { MeshTraffic } from '../contract/mesh-traffic';
import type { Rendering } from '../contract/rendering';
import { refusing, rendered, renderUnless } from '../contract/rendering';
import type { PortRange } from '../contract/reserved';

/** Every pod there is. */
const EVERY_POD: Source = { kind: 'namespaceLabels', labels: {} };

/** The record of the mesh's traffic says from which addresses probes come. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'audit' | 'leavesRest' | 'grant', 'healthProbes' | 'denials'>;

/** The policy above excepts clients, and tells requests apart. */
type CoarseRule = Fields<AccessRule, 'sources' | 'ports', 'exceptSources' | 'requests' | 'byAddress' | 'endUsers' | 'exceptRequests'>;

/**
 * One NetworkPolicy below the policy of the mesh: as narrow as possible while it lets through everything that the policy may
 * allow. If the policy only reports, or leaves what it does not deny as it is, there is none.
 */
export function secondLayer(model: Policy, traffic: MeshTraffic): Rendering<AccessFeature> {
  return renderUnless(selectorRefusals(model.destination), () => manifests(model, traffic));
}

/**
 * Below what the mesh allows for all workloads of a namespace, one NetworkPolicy for all of its pods: those below the policies of workloads
 * would not let that through. Where the mesh allows nothing for all, there is none.
 */
export function secondLayerOfAll(
  { name, namespace, rules }: Fields<NamespaceDefaultModel, 'name' | 'namespace' | 'rules'>, traffic: MeshTraffic,
): Rendering<NamespaceDefaultFeature> {
  if (rules.length === 0) {
    return rendered();
  }
  if (namespace === undefined) {
    return refusing([{
      feature: 'AllowanceForAll',
      reason: 'the NetworkPolicies below the policies of workloads would not let its clients in, and each holds in one namespace',
      remedy: 'Allow them in the NamespaceAccessDefault of each namespace',
    }]);
  }
  const ofProxies = proxiesOf(traffic);
  return rendered(networkPolicy({ name, namespace }, {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [
      ...rules.map(({ sources, ports }: Fields<NamespaceRule, 'sources' | 'ports', 'exceptSources'>) =>
        ingressRule(coarse(sources), ports.length === 0 ? undefined : ofProxies && [...flatMap(ports, anyTransport), ...ofProxies])),
      ...beside(traffic, ofProxies),
    ],
  }));
}

function proxiesOf({ proxyPorts }: MeshTraffic): Port[] | undefined {
  return proxyPorts === 'any' ? undefined : proxyPorts.map(ofProxy);
}

/** What the mesh itself sends to pods, beside the requests that a rule allows. */
function beside({ waypoints = false, probeAddresses = [] }: Pick<MeshTraffic, 'waypoints' | 'probeAddresses'>, ofProxies: readonly Port[] | undefined): IngressRule[] {
  return [
    ...(waypoints ? [ingressRule([EVERY_POD], ofProxies)] : []),
    ...(probeAddresses.length > 0 ? [ingressRule(probeAddresses.map(cidr => ({ kind: 'ipBlock', cidr, except: [] })), undefined)] : []),
  ];
}

function manifests(model: Policy, traffic: MeshTraffic): Manifest[] {
  if (model.audit || model.leavesRest) {
    return [];
  }
  const ofProxies = proxiesOf(traffic);
  const ingress = [
    ...model.rules.map(({ sources, ports }: CoarseRule) =>
      ingressRule(coarse(sources), ofProxies && [...ports.map(networkPolicyPort), ...ofProxies])),
    ...beside({
      waypoints: traffic.waypoints && model.rules.length > 0, probeAddresses: model.grant === undefined ? traffic.probeAddresses : [],
    }, ofProxies),
  ];
  return [networkPolicy(model, {
    podSelector: { matchLabels: knownLabels(model.destination) },
    policyTypes: ['Ingress'],
    ...(ingress.length > 0 && { ingress }),
  })];
}

function ofProxy([first, last]: PortRange): Port {
  return { port: first, protocol: 'TCP', ...(last > first && { endPort: last }) };
}

/** The narrowest peers that hold all of these sources, each once. */
function coarse(sources: readonly Source[]): Source[] {
  return distinctBy(flatMap(sources, source => coarser(source)), sourceKey);
}

const coarser = byKind<Source, readonly Source[]>({
  gateway: ({ namespace, pods }: SourceFields<'gateway', 'namespace' | 'pods', 'name' | 'className'>) =>
    [{ kind: 'namespace', name: pods.namespace ?? namespace }],
  serviceAccount: ({ namespace }: SourceFields<'serviceAccount', 'namespace', 'name'>) => [{ kind: 'namespace', name: namespace }],
  // Whether an address block holds for pods too differs from one network to the next.
  ipBlock: source => [source, EVERY_POD],
  // Identities of clients that may not be pods of this cluster.
  spiffeId: () => [{ kind: 'anyone' }],
  anyAuthenticated: () => [{ kind: 'anyone' }],
  namespace: source => [source],
  namespaceLabels: source => [source],
  // No selector of namespaces tells pods of one from the others there: all of them.
  pods: ({ namespace, namespaceLabels = {}, cluster }: SourceFields<'pods', 'namespace' | 'namespaceLabels' | 'cluster', 'labels'>) =>
    [cluster !== undefined ? { kind: 'anyone' } : namespace === undefined ? { kind: 'namespaceLabels', labels: namespaceLabels } : { kind: 'namespace', name: namespace }],
  // They come from outside the networks of pods, by addresses that are not known.
  apiServer: () => [{ kind: 'anyone' }],
  uninitialized: () => [{ kind: 'anyone' }],
  trustDomain: () => [{ kind: 'anyone' }],
  nodes: () => [{ kind: 'anyone' }],
  nodeLabels: () => [{ kind: 'anyone' }],
  anyone: source => [source],
});
