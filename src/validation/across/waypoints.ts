import { groupKindOf, list, namespaceOfObject, type Finding, type Subject } from './inventory';

const POLICY = 'security.istio.io AuthorizationPolicy';
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map(kind => `gateway.networking.k8s.io ${kind}`);

/**
 * Finds Services that a waypoint closes. A waypoint that denies everything which no policy allows (the policies of the library make it do
 * so) denies it for every Service behind it. So a version is open to requests that a route leads there, and closed to clients that call its
 * own Service.
 */
export function waypointFindings(subjects: readonly Subject[]): Finding[] {
  const closing = subjects.flatMap(subject => closedBy(subject).map(waypoint =>
    ({ subject, waypoint, namespace: namespaceOfObject(subject.manifest) })));
  if (closing.length === 0) return [];
  const manifests = subjects.map(({ manifest }) => manifest);
  const guardedServices = new Set(manifests.flatMap(guarded));
  const versions = new Set(manifests.flatMap(led).filter(name => !guardedServices.has(name)));
  const services = new Map(manifests.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1')
    .map(manifest => [key(namespaceOfObject(manifest), manifest.metadata?.name), manifest]));
  const usedIn = new Map(manifests.filter(({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1')
    .map(manifest => [String(manifest.metadata?.name), useOf(manifest)]));
  return closing.flatMap(({ subject, waypoint, namespace }) => {
    const isBehind = (name: string) => name.startsWith(`${namespace}/`)
      && (useOf(services.get(name) ?? {}) ?? usedIn.get(namespace) ?? waypoint) === waypoint;
    const named = (names: Iterable<string>) => [...names].filter(isBehind).map(name => `'${name.slice(namespace.length + 1)}'`).sort();
    const isClosed = manifests.some(manifest => closesNamespace(manifest, namespace));
    const bare = isClosed ? [] : named([...services.keys()].filter(name => !guardedServices.has(name) && !versions.has(name)));
    const behindRoutes = named(versions);
    const finding = (what: string, why: string, { length }: readonly string[]): Finding => ({
      subject,
      check: 'waypoint',
      path: 'spec.targetRefs',
      message: `makes the waypoint '${waypoint}' deny ${what}, if behind it: ${why}no policy is for ${length > 1 ? 'these Services' : 'this Service'}`,
    });
    return [
      ...bare.length === 0 ? [] : [finding(`all requests to ${bare.join(', ')}`, '', bare)],
      ...behindRoutes.length === 0 ? []
        : [finding(`who calls ${behindRoutes.join(', ')} and not the Service that is routed`, 'routes lead there, and ', behindRoutes)],
    ];
  });
}

/** The Gateways that have a policy which allows nothing by itself: only other policies let clients in to their Services. */
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

/** The Services to which routes of other Services lead. A request by a route of a Gateway bypasses the waypoint; a call from inside does not. */
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
