import { isLeftAlone } from './argo-cd';
import type { Canary } from './canary';
import { add, isMade, type World } from './world';
import { groupKindOf, list, map, namespaceOfObject, type Finding, type Subject } from '../inventory';

/** Objects that Flagger makes, or changes, and that the manifests have as well. */
export function objectFindings(canary: Canary, world: World): Finding[] {
  return [...movedFindings(canary, world), ...waypointFindings(canary, world), ...routeFindings(canary, world), ...portFindings(canary, world)];
}

function movedFindings({ subject: canary, name, namespace, target, apex, workload, pods }: Canary, world: World): Finding[] {
  const services = servicesOf(apex).flatMap((service): Finding[] => {
    const subject = world.named('Service', namespace, service, canary);
    const selector = map(subject?.manifest.spec).selector;
    if (subject === undefined || selector === undefined || target.kind === 'Service' || isMade(subject) || !world.sees(subject, canary)) return [];
    const value = pods && (service === `${apex}-canary` ? pods.value : `${pods.value}-primary`);
    const keys = Object.keys(map(selector));
    if ((pods !== undefined && keys.length === 1 && selector[pods.label] === value) || isLeftAlone(subject, '/spec/selector', world)) return [];
    return [{
      subject,
      check: 'moved',
      path: 'spec.selector',
      message: `is written by Flagger, which makes this Service for Canary '${name}'. Whoever applies it again leads '${service}' to other pods, or to none, until Flagger `
        + `comes round. Leave the Service out${pods === undefined ? '' : `, or write \`{ ${pods.label}: ${value} }\``}`,
    }];
  });
  return [...services, ...replicasMoved(workload, `Flagger, for Canary '${name}'`, world)];
}

const WAYPOINT = 'istio.io/use-waypoint';

/** Waypoints of the Services: Flagger takes away labels of those that it has made. */
function waypointFindings({ subject: canary, name, namespace, apex, target, service }: Canary, world: World): Finding[] {
  const { labels: unmanaged } = map(service.unmanagedMetadata);
  if (target.kind === 'Service' || (Array.isArray(unmanaged) && unmanaged.includes(WAYPOINT))) return [];
  const lost = ['apex', 'primary', 'canary'].flatMap((role, i): Finding[] => {
    const subject = world.named('Service', namespace, servicesOf(apex)[i], canary);
    if (subject === undefined || map(subject.manifest.metadata?.labels)[WAYPOINT] === undefined) return [];
    return map(map(service[role]).labels)[WAYPOINT] !== undefined ? [] : [{
      subject,
      check: 'moved',
      path: `metadata.labels["${WAYPOINT}"]`,
      message: `is taken away by Flagger, if it makes this Service for Canary '${name}' before the label comes. Write it in spec.service.${role}.labels of the Canary`,
    }];
  });
  return [...lost, ...unguarded(canary, namespace, apex, service, world)];
}

/** Policies for a Service that Flagger makes without a waypoint. */
function unguarded(canary: Subject, namespace: string, apex: string, service: any, world: World): Finding[] {
  const home = world.named('Namespace', '', namespace, canary);
  const uses = [home, world.named('Service', namespace, apex, canary)].map(one => map(one?.manifest.metadata?.labels)).concat(map(map(service.apex).labels));
  if (home === undefined || uses.some(labels => labels[WAYPOINT] !== undefined)) return [];
  const policy = world.of('security.istio.io AuthorizationPolicy').find(({ manifest }) => namespaceOfObject(manifest) === namespace
    && list(manifest.spec?.targetRefs).some(ref => ref.kind === 'Service' && ref.name === apex));
  return policy === undefined || !world.sees(policy, canary) ? [] : [{
    subject: canary,
    check: 'moved',
    path: 'spec.service.apex.labels',
    message: `has no '${WAYPOINT}', and neither has namespace '${namespace}': AuthorizationPolicy '${policy.manifest.metadata?.name}', which is for Service '${apex}', protects nothing. `
      + 'Write the name of the waypoint',
    isError: true,
  }];
}

/** Replicas of a workload that a controller scales to 0. */
export function replicasMoved(workload: Subject | undefined, by: string, world: World): Finding[] {
  const replicas = map(workload?.manifest.spec).replicas;
  if (workload === undefined || isMade(workload) || replicas === undefined || replicas === null || replicas === 0) return [];
  return isLeftAlone(workload, '/spec/replicas', world) ? [] : [{
    subject: workload,
    check: 'moved',
    path: 'spec.replicas',
    message: `is set by ${by}, to 0 between releases. Whoever applies it again starts the pods that are not released. Leave it out`,
  }];
}

const GATEWAY = 'gateway.networking.k8s.io';

/** Routes of the Service, and what else Flagger writes for it. */
function routeFindings({ subject: canary, name, namespace, apex, router }: Canary, world: World): Finding[] {
  if (router === undefined || router === 'kubernetes' || router === 'other') return [];
  const { kinds, says } = BESIDE[router];
  const mentioned = new Set(servicesOf(apex).flatMap(service => world.once(routesByService).get(service) ?? []));
  return [...mentioned].flatMap((subject): Finding[] => {
    if (!kinds.includes(groupKindOf(subject.manifest)) || isMade(subject)) return [];
    const what = says(subject.manifest, namespace, apex, `that Flagger writes for Canary '${name}'`);
    return what === undefined || !world.sees(subject, canary) ? [] : [{
      subject,
      check: 'routed',
      path: what.path,
      message: `${what.message}. ${what.remedy}`,
      isError: true,
    }];
  });
}

function servicesOf(apex: string): readonly string[] {
  return [apex, `${apex}-primary`, `${apex}-canary`];
}

/** Routes and splits, by the names of Services in them, and their own. */
function routesByService(world: World): ReadonlyMap<string, readonly Subject[]> {
  const found = new Map<string, Subject[]>();
  for (const subject of world.of(...Object.values(BESIDE).flatMap(({ kinds }) => kinds))) {
    const { metadata, spec } = subject.manifest;
    const hosts = [...Array.isArray(spec?.hosts) ? spec.hosts : [], spec?.host, spec?.service].map(host => String(host).split('.')[0]);
    new Set([metadata?.name, ...hosts, ...list(spec?.parentRefs).map(({ name }) => name)]).forEach(name => add(found, String(name), subject));
  }
  return found;
}

type Says = (manifest: any, namespace: string, apex: string, by: string) => Beside | undefined;

/** What stands beside what each router writes. */
const BESIDE: Readonly<Record<'gatewayapi' | 'istio' | 'split' | 'kuma', { readonly kinds: readonly string[]; readonly says: Says }>> = {
  gatewayapi: { kinds: [`${GATEWAY} HTTPRoute`, `${GATEWAY} GRPCRoute`], says: besideHttpRoute },
  istio: { kinds: ['networking.istio.io VirtualService', 'networking.istio.io DestinationRule'], says: besideVirtualService },
  split: { kinds: ['split.smi-spec.io TrafficSplit'], says: besideSplit },
  kuma: { kinds: [], says: () => undefined },
};

interface Beside {
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

const INTO_CANARY = 'Leave it out, and say in spec.service of the Canary what it says';

function besideHttpRoute(manifest: any, namespace: string, apex: string, by: string): Beside | undefined {
  const groupKind = groupKindOf(manifest);
  if (groupKind === `${GATEWAY} HTTPRoute` && namespaceOfObject(manifest) === namespace && manifest.metadata?.name === apex) {
    return { path: 'metadata.name', message: `is that of the HTTPRoute ${by}, over this one`, remedy: INTO_CANARY };
  }
  const at = list(manifest.spec?.parentRefs).findIndex(ref =>
    ref.kind === 'Service' && ref.name === apex && (ref.namespace ?? namespaceOfObject(manifest)) === namespace);
  if (at >= 0 && groupKind === `${GATEWAY} GRPCRoute`) {
    return {
      path: `spec.parentRefs[${at}]`,
      message: `is Service '${apex}', which has the HTTPRoute ${by}, too: a request follows one of the two. Flagger writes no GRPCRoutes`,
      remedy: 'Leave it out: HTTPRoutes take gRPC, too, and spec.service.match has a method as the uri `/<service>/<method>`',
    };
  }
  return at < 0 ? undefined
    : { path: `spec.parentRefs[${at}]`, message: `is Service '${apex}', which has the HTTPRoute ${by}, too: a request follows one of the two`, remedy: INTO_CANARY };
}

function besideVirtualService(manifest: any, namespace: string, apex: string, by: string): Beside | undefined {
  const isService = (host: unknown, service: string) => [`${service}.${namespace}`, `${service}.${namespace}.svc`].includes(String(host))
    || String(host).startsWith(`${service}.${namespace}.svc.`) || (host === service && namespaceOfObject(manifest) === namespace);
  switch (groupKindOf(manifest)) {
    case 'networking.istio.io VirtualService': {
      const at = (Array.isArray(manifest.spec?.hosts) ? manifest.spec.hosts : []).findIndex((host: unknown) => isService(host, apex));
      return at < 0 ? undefined : { path: `spec.hosts[${at}]`, message: `is '${apex}', which has the VirtualService ${by}, too`, remedy: INTO_CANARY };
    }
    case 'networking.istio.io DestinationRule': {
      const version = [`${apex}-primary`, `${apex}-canary`].find(service => isService(manifest.spec?.host, service));
      return version === undefined ? undefined
        : { path: 'spec.host', message: `is '${version}', which has the DestinationRule ${by}, too, and the older one wins`, remedy: 'Say it in spec.service.trafficPolicy' };
    }
    default: return undefined;
  }
}

function besideSplit(manifest: any, namespace: string, apex: string, by: string): Beside | undefined {
  return namespaceOfObject(manifest) !== namespace ? undefined : String(manifest.spec?.service).split('.')[0] === apex || manifest.metadata?.name === apex
    ? { path: 'spec.service', message: `is that of the TrafficSplit ${by}`, remedy: 'Leave it out' }
    : undefined;
}

/** Requests to other ports of the Service, which its one route takes in. */
function portFindings({ subject, namespace, apex, router, service }: Canary, world: World): Finding[] {
  if (router !== 'gatewayapi') return [];
  const ports = list(world.named('Service', namespace, apex, subject)?.manifest.spec?.ports);
  if (ports.length < 2 && service.portDiscovery !== true) return [];
  return list(service.gatewayRefs).flatMap((ref, i): Finding[] => ref.kind !== 'Service' || ref.port !== undefined ? [] : [{
    subject,
    check: 'parentPort',
    path: `spec.service.gatewayRefs[${i}]`,
    message: `has no port, so requests to every port of Service '${ref.name}' go to port ${service.port}. Write \`port: ${service.port}\``,
    isError: ports.length > 1,
  }]);
}
