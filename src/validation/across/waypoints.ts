import { groupKindOf, list, namespaceOfObject, type Finding, type Subject } from './inventory';

const POLICY = 'security.istio.io AuthorizationPolicy';
const ROUTES = ['HTTPRoute', 'GRPCRoute'].map(kind => `gateway.networking.k8s.io ${kind}`);

/**
 * Services that a waypoint closes: where one denies what no policy allows, as the policies of the library have it do, that holds for
 * every Service behind it. Versions that a route leads to are called by their Service.
 */
export function waypointFindings(subjects: readonly Subject[]): Finding[] {
  const closing = subjects.flatMap(subject => closedBy(subject).map(waypoint =>
    ({ subject, waypoint, namespace: namespaceOfObject(subject.manifest) })));
  if (closing.length === 0) return [];
  const manifests = subjects.map(({ manifest }) => manifest);
  const spokenOf = new Set(manifests.flatMap(manifest => [...guarded(manifest), ...led(manifest)]));
  const services = manifests.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
  const usedIn = new Map(manifests.filter(({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1')
    .map(manifest => [String(manifest.metadata?.name), useOf(manifest)]));
  const open = closing.filter(({ namespace }) => !manifests.some(manifest => closesNamespace(manifest, namespace)));
  return open.flatMap(({ subject, waypoint, namespace }) => {
    const names = services.filter(service => namespaceOfObject(service) === namespace
      && (useOf(service) ?? usedIn.get(namespace) ?? waypoint) === waypoint && !spokenOf.has(key(namespace, service.metadata?.name)))
      .map(({ metadata }) => `'${metadata?.name}'`).sort();
    return names.length === 0 ? [] : [{
      subject,
      check: 'waypoint',
      path: 'spec.targetRefs',
      message: `makes the waypoint '${waypoint}' deny all requests to ${names.join(', ')}, if behind it: no policy is for ${names.length > 1 ? 'these Services' : 'this Service'}`,
    } satisfies Finding];
  });
}

/** The Gateways to whose Services a policy lets nobody in that no other one does. */
function closedBy({ manifest }: Subject): string[] {
  const { action = 'ALLOW', rules, targetRefs } = manifest.spec ?? {};
  return groupKindOf(manifest) !== POLICY || action !== 'ALLOW' || list(rules).length > 0 ? []
    : list(targetRefs).filter(({ kind }) => kind === 'Gateway').map(({ name }) => String(name));
}

function closesNamespace(manifest: any, namespace: string): boolean {
  const { action = 'ALLOW', rules, targetRefs, selector } = manifest.spec ?? {};
  return groupKindOf(manifest) === POLICY && namespaceOfObject(manifest) === namespace
    && action === 'ALLOW' && list(rules).length === 0 && targetRefs === undefined && selector === undefined;
}

/** The Services that a policy is for. */
function guarded(manifest: any): string[] {
  return groupKindOf(manifest) !== POLICY ? [] : list(manifest.spec?.targetRefs).filter(({ kind }) => kind === 'Service')
    .map(({ name }) => key(namespaceOfObject(manifest), name));
}

/** The Services to which routes of other Services lead. A route of a Gateway comes past the waypoint, whoever calls from inside does not. */
function led(manifest: any): string[] {
  const parents = new Set(list(manifest.spec?.parentRefs).filter(({ kind }) => kind === 'Service').map(({ name }) => name));
  return parents.size === 0 || !ROUTES.includes(groupKindOf(manifest)) ? [] : list(manifest.spec?.rules).flatMap(rule => list(rule.backendRefs))
    .filter(({ name }) => !parents.has(name)).map(({ name, namespace }) => key(namespace ?? namespaceOfObject(manifest), name));
}

/** The waypoint that a Service or a namespace is sent to. */
function useOf({ metadata }: any): unknown {
  return metadata?.labels?.['istio.io/use-waypoint'];
}

function key(namespace: string, name: unknown): string {
  return `${namespace}/${String(name)}`;
}
