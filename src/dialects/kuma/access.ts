import { everyone } from './clients';
import { meshTls, meshTlsClaims } from './mesh-tls';
import { dataplane } from './target-ref';
import type { Permission } from './traffic-permission';
import { permission, trafficPermission } from './traffic-permission';
import type { AccessModel, WorkloadPort } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import type { Support } from '../contract/support';
import { FULL, full, inherent, none } from '../contract/support';
import { unknownPods } from '../contract/unknown-pods';
import { refused } from '../contract/unwritten';

const NO_REQUESTS = none('a MeshTrafficPermission tells clients apart, not their requests');
const NO_IDENTITY: Support = none('a MeshTrafficPermission knows clients by their SPIFFE ids, and holds for no client without one');

const PROBES = inherent('Kuma points the probes of the pod to a proxy for probes, past the permissions');

/**
 * A MeshTrafficPermission for each port, and a MeshTLS that demands mutual TLS: over plain text, no permission holds.
 *
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 */
export function kumaAccess(trustDomain: string): Dialect<AccessModel, AccessFeature> {
  return {
    renders: 'a MeshTrafficPermission for each port, and a MeshTLS',
    supports: {
      HTTPPort: FULL,
      GRPCPort: FULL,
      TLSPort: FULL,
      TCPPort: FULL,
      UDPPort: none('the proxies of Kuma do not carry UDP'),
      UndeclaredPort: none('the proxies of Kuma know the ports that Services declare, and refuse the others'),
      NamedPort: FULL,
      SubsetPolicy: FULL,
      DenyAll: FULL,
      Denial: none('a MeshTrafficPermission is not rendered with denials'),
      LoneDenial: none('a MeshTrafficPermission is not rendered with denials alone'),
      ServiceAccountSource: full('the exact SPIFFE id `spiffe://<trust domain>/ns/<namespace>/sa/<name>`'),
      NamespaceSource: full('the prefix `spiffe://<trust domain>/ns/<name>/sa` of SPIFFE ids'),
      NamespaceLabelsSource: none('a SPIFFE id holds the name of its namespace, not the labels'),
      PodsSource: none('a MeshTrafficPermission does not know clients by their labels'),
      ApiServerSource: none('a MeshTrafficPermission does not know the API server'),
      NodesSource: none('a MeshTrafficPermission does not know the nodes'),
      SpiffeIdSource: full('the exact SPIFFE id'),
      GatewaySource: full('the ServiceAccount in its `pods`'),
      IpBlockSource: NO_IDENTITY,
      AnyAuthenticatedSource: full('the prefix `spiffe://<trust domain>/ns`, which every pod of the trust domain has'),
      AnyoneSource: NO_IDENTITY,
      ExceptSources: FULL,
      ExceptRequests: none('a MeshTrafficPermission is not rendered with exceptions of requests'),
      MethodMatching: NO_REQUESTS,
      PathMatching: NO_REQUESTS,
      PathBelowMatching: NO_REQUESTS,
      PathStartMatching: NO_REQUESTS,
      PathEndMatching: none('a MeshTrafficPermission is not rendered with the end of a path'),
      PathTemplateMatching: NO_REQUESTS,
      PathRegexMatching: NO_REQUESTS,
      HeaderMatching: NO_REQUESTS,
      HeaderPresenceMatching: NO_REQUESTS,
      HeaderPartMatching: NO_REQUESTS,
      HeaderRegexMatching: NO_REQUESTS,
      QueryParamMatching: NO_REQUESTS,
      GRPCMethodMatching: NO_REQUESTS,
      GRPCAnyServiceMatching: none('a MeshTrafficPermission is not rendered with gRPC methods of any service'),
      EndUsers: none('a MeshTrafficPermission has no conditions on tokens'),
      EndUserClaims: none('a MeshTrafficPermission has no conditions on tokens'),
      EndUserClaimParts: none('a MeshTrafficPermission has no conditions on tokens'),
      HealthProbe: PROBES,
      HTTPSHealthProbe: PROBES,
      GRPCHealthProbe: PROBES,
      TCPHealthProbe: PROBES,
      Audit: none('`allowWithShadowDeny` reports every client that it names, even those that a policy allows'),
    },
    claims: model => [...podClaims(model), ...meshTlsClaims({ namespace: model.namespace, workload: model.destination }, 'Strict')],
    render: model => renderUnless(refusals(model, trustDomain), () => manifests(model, trustDomain)),
  };
}

/** A proxy of their own takes the probes of the kubelet; policies that only report are refused. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules', 'healthProbes' | 'audit' | 'denials' | 'leavesRest'>;

function refusals(model: Policy, trustDomain: string): Refusal<AccessFeature>[] {
  const { service, podSelector, ports } = model.destination;
  const noSelector: Refusal<AccessFeature>[] = podSelector !== undefined ? [] : [unknownPods(`a policy for '${service}'`, 'a MeshTrafficPermission')];
  return [...noSelector, ...ports.filter(port => permissionOn(model, port, trustDomain) === undefined).map(({ port }) => ({
    what: `these exceptions on port ${port}`,
    reason: 'another rule lets in some of the excepted clients, and a MeshTrafficPermission denies before it allows',
    remedy: 'Use the same exceptions in all rules of the port, or list the sources one by one',
  }))];
}

function manifests(model: Policy, trustDomain: string): Manifest[] {
  const { name, namespace, destination, destination: { ports }, rules } = model;
  const closed: Permission = { allow: [], deny: [everyone(trustDomain)] };
  return [
    ...rules.length === 0
      ? [trafficPermission({ name, namespace }, dataplane(destination), closed)]
      : ports.map(port => {
        const open = permissionOn(model, port, trustDomain) ?? refused();
        return trafficPermission({ name: `${name}-${port.port}`, namespace }, dataplane(destination, port), open.allow.length > 0 ? open : closed);
      }),
    meshTls({ name, namespace }, dataplane(destination), 'Strict'),
  ];
}

function permissionOn({ rules }: Policy, { port }: WorkloadPort, trustDomain: string): Permission | undefined {
  return permission(rules.filter(rule => rule.ports.some(p => p.port === port)), trustDomain);
}
