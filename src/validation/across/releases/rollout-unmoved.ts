import type { Rollout } from './rollout';
import { add, isMade, type World } from './world';
import { groupKindOf, list, map, namespaceOfObject, type Finding, type Subject } from '../inventory';

/** Routes between both versions of a Rollout that it does not move: their weights stay as they are. */
export function unmovedFindings(rollout: Rollout, moved: ReadonlySet<Subject>, world: World): Finding[] {
  const { subject, name, namespace, canary, steps } = rollout;
  const { stableService, canaryService } = map(canary);
  if (!stableService || !canaryService || !steps.some(({ setWeight }) => setWeight > 0)) return [];
  return (world.once(sharingByBackend).get(`${namespace}/${canaryService}`) ?? []).flatMap(({ route, path, backends }): Finding[] => {
    if (!backends.includes(`${namespace}/${stableService}`) || moved.has(route) || isMade(route) || !world.sees(route, subject)) return [];
    const remedy = groupKindOf(route.manifest).startsWith('kuma.io ') ? 'No router of Argo Rollouts writes routes of Kuma. Write an HTTPRoute, for the plugin for Gateway API'
      : 'Name it in spec.strategy.canary.trafficRouting';
    return [{
      subject: route,
      check: 'weights',
      path,
      message: `has both versions of Rollout '${name}', which does not move it: whatever its steps say, the weights stay as they are. ${remedy}`,
    }];
  });
}

interface Sharing {
  readonly route: Subject;
  readonly path: string;
  /** With their namespaces. */
  readonly backends: readonly string[];
}

function sharingByBackend(world: World): ReadonlyMap<string, readonly Sharing[]> {
  const found = new Map<string, Sharing[]>();
  for (const route of world.of(...Object.keys(BACKENDS))) {
    const own = namespaceOfObject(route.manifest);
    for (const [path, named] of BACKENDS[groupKindOf(route.manifest)](map(route.manifest.spec))) {
      const backends = named.map(([name, namespace = own]) => `${namespace}/${name}`);
      if (backends.length > 1) new Set(backends).forEach(backend => add(found, backend, { route, path, backends }));
    }
  }
  return found;
}

type Shared = readonly [path: string, backends: readonly (readonly [name: string, namespace?: string])[]];

const GATEWAY = 'gateway.networking.k8s.io';

/** The Services of each rule. */
const BACKENDS: Readonly<Record<string, (spec: any) => readonly Shared[]>> = {
  ...Object.fromEntries(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map(kind => [`${GATEWAY} ${kind}`, (spec: any) => list(spec.rules)
    .map((rule, i): Shared => [`spec.rules[${i}].backendRefs`, list(rule.backendRefs).map(({ name, namespace }) => [name, namespace])])])),
  'networking.istio.io VirtualService': spec => ['http', 'tcp', 'tls'].flatMap(kind => list(spec[kind])
    .map(({ route }, i): Shared => [`spec.${kind}[${i}].route`, list(route).map(({ destination }) => byHost(map(destination).host))])),
  ...Object.fromEntries(['MeshHTTPRoute', 'MeshTCPRoute'].map(kind => [`kuma.io ${kind}`, (spec: any) => list(spec.to).flatMap(({ rules }, t) => list(rules)
    .map((rule, r): Shared => [`spec.to[${t}].rules[${r}].default.backendRefs`, list(map(rule.default).backendRefs).map(byMeshService)]))])),
};

function byHost(host: unknown): readonly [string, string?] {
  const [name, namespace] = String(host).split('.');
  return [name, namespace];
}

/** By its name, and otherwise by its labels. */
function byMeshService({ name, namespace, labels }: any): readonly [string, string?] {
  const { 'kuma.io/display-name': shown, 'k8s.kuma.io/namespace': home } = map(labels);
  return [String(name ?? shown), namespace ?? home];
}
