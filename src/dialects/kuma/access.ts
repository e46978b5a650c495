import type { ClientMatch } from './apis';
import { SOURCE_SUPPORTS } from './clients';
import { meshTls, meshTlsClaims } from './mesh-tls';
import { dataplane } from './target-ref';
import type { Permission } from './traffic-permission';
import { denyingAll, permission, trafficPermission } from './traffic-permission';
import type { AccessModel, AccessRule, WorkloadPort } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { mergedOn } from '../../model/grants';
import { flatMap } from '../../model/lists';
import { workloadInWords } from '../../model/service-ref';
import { nothingAdded, podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, inherent, none } from '../contract/support';
import { unknownPods } from '../contract/unknown-pods';
import { refused } from '../contract/unwritten';

const NO_REQUESTS = none('a MeshTrafficPermission tells clients apart, not their requests');

const BESIDE = 'Write the ServiceAccessPolicy in the same app';

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
      PodsPolicy: none('the proxies of Kuma take calls on the ports that Services declare, and on no others', 'Make a Service for the pods, and use `MeshService.of`'),
      SubsetPolicy: FULL,
      DenyAll: FULL,
      Denial: full('the clients in `deny`, which goes before every `allow`'),
      LoneDenial: none('a client that no MeshTrafficPermission allows is denied', 'Write the denials as the `deny` of a ServiceAccessPolicy'),
      Grant: full('a MeshTrafficPermission of its own for each port; a port that the policy closes to everyone lets in whom grants name'),
      GrantElsewhere: none('a policy denies everyone on ports that it allows to nobody, and denials go before allowances', BESIDE),
      ...SOURCE_SUPPORTS,
      GatewaySource: full('the ServiceAccount in its `pods`'),
      ExceptSources: FULL,
      ExceptRequests: NO_REQUESTS,
      MethodMatching: NO_REQUESTS,
      PathMatching: NO_REQUESTS,
      PathBelowMatching: NO_REQUESTS,
      PathStartMatching: NO_REQUESTS,
      PathEndMatching: NO_REQUESTS,
      PathTemplateMatching: NO_REQUESTS,
      PathRegexMatching: NO_REQUESTS,
      HeaderMatching: NO_REQUESTS,
      HeaderPresenceMatching: NO_REQUESTS,
      HeaderPartMatching: NO_REQUESTS,
      HeaderRegexMatching: NO_REQUESTS,
      QueryParamMatching: NO_REQUESTS,
      GRPCMethodMatching: NO_REQUESTS,
      GRPCAnyServiceMatching: NO_REQUESTS,
      EndUsers: none('a MeshTrafficPermission has no conditions on tokens'),
      EndUserSubject: none('a MeshTrafficPermission has no conditions on tokens'),
      EndUserClaims: none('a MeshTrafficPermission has no conditions on tokens'),
      EndUserClaimParts: none('a MeshTrafficPermission has no conditions on tokens'),
      HealthProbe: PROBES,
      HTTPSHealthProbe: PROBES,
      GRPCHealthProbe: PROBES,
      TCPHealthProbe: PROBES,
      Audit: none('`allowWithShadowDeny` reports every client that it names, even those that a policy allows'),
    },
    claims: model => [
      ...podClaims(model),
      ...meshTlsClaims({ namespace: model.namespace, workload: model.destination }, 'Strict'),
      ...closes(model) ? nothingAdded(model.namespace) : [],
    ],
    render: model => renderUnless(refusals(model, trustDomain), () =>
      model.grant === undefined ? manifests(model, trustDomain) : granted(model, trustDomain)),
    // On a port that it closes, a policy denies everyone, and denials go first.
    merged: (policy, grants) => mergedOn(policy, grants, ({ port }) => !policy.rules.some(({ ports }) => ports.some(other => other.port === port))),
  };
}

/** A proxy of their own takes the probes of the kubelet; policies that only report are refused, and so are denials alone. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'denials' | 'rules' | 'grant', 'healthProbes' | 'audit' | 'leavesRest'>;

function refusals(model: Policy, trustDomain: string): Refusal<AccessFeature>[] {
  const { destination, destination: { podSelector, ports } } = model;
  const noSelector: Refusal<AccessFeature>[] = podSelector !== undefined ? [] : [unknownPods(`a policy for ${workloadInWords(destination)}`, 'a MeshTrafficPermission')];
  return [
    ...noSelector,
    ...ports.filter(port => permissionOn(model, port, trustDomain) === undefined).map(({ port }) => ({
      what: `these exceptions on port ${port}`,
      reason: 'another rule lets in some of the excepted clients, and a MeshTrafficPermission denies before it allows',
      remedy: 'Use the same exceptions in all rules of the port, or list the sources one by one',
    })),
    ...model.denials.some(({ exceptSources }) => exceptSources.length > 0) ? [{
      what: 'denials with exceptions of sources',
      reason: 'a MeshTrafficPermission denies every client that has the id, or an id that begins so',
      remedy: 'List the denied sources one by one',
    }] : [],
    ...model.denials.some(({ sources }) => sources.some(({ kind }) => kind === 'anyAuthenticated')) ? [{
      what: 'a denial of every authenticated client',
      reason: 'an id names its trust domain, and clients of others would not be denied',
      remedy: 'Use a ServiceAccessPolicy that allows nothing',
    }] : [],
  ];
}

/** Whether it denies clients that a policy for all workloads may let in: denials go first. Those that were written as denials are meant so. */
function closes({ destination: { ports }, rules, grant }: Policy): boolean {
  const isOpen = ({ port }: WorkloadPort) => rules.some(rule => rule.ports.some(p => p.port === port));
  return rules.some(({ exceptSources }) => exceptSources.length > 0) || (grant === undefined && (rules.length === 0 || !ports.every(isOpen)));
}

function manifests(model: Policy, trustDomain: string): Manifest[] {
  const { name, namespace, destination, destination: { ports }, rules } = model;
  const onPort = (port: WorkloadPort, content: Permission) =>
    trafficPermission({ name: `${name}-${port.port}`, namespace }, dataplane(destination, port), content);
  const opened = ports.map(port => ({ port, open: permissionOn(model, port, trustDomain) ?? refused() }));
  const closed = (deny: readonly ClientMatch[]) => denyingAll(deny, trustDomain);
  return [
    ...rules.length === 0
      ? [trafficPermission({ name, namespace }, dataplane(destination), closed(flatMap(opened, ({ open }) => open.deny)))]
      : opened.map(({ port, open }) => onPort(port, open.allow.length > 0 ? open : closed(open.deny))),
    meshTls({ name, namespace }, dataplane(destination), 'Strict'),
  ];
}

/** What a grant adds: its clients, on the ports that it names. */
function granted({ name, namespace, destination, ...others }: Policy, trustDomain: string): Manifest[] {
  return flatMap(destination.ports, port => {
    const { allow, deny } = permissionOn({ name, namespace, destination, ...others }, port, trustDomain) ?? refused();
    return allow.length === 0 ? [] : trafficPermission({ name: `${name}-${port.port}`, namespace }, dataplane(destination, port), { allow, deny });
  });
}

function permissionOn({ rules, denials }: Policy, { port }: WorkloadPort, trustDomain: string): Permission | undefined {
  const onPort = (all: readonly AccessRule[]) => all.filter(rule => rule.ports.some(p => p.port === port));
  return permission(onPort(rules), onPort(denials), trustDomain);
}
