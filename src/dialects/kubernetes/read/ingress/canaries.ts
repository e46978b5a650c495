import type { Beside } from './canary';
import type { Ingress, Path } from './ingress';
import type { Doubt } from '../../../../meaning/condition';
import { grouped, pushTo } from '../../../../model/lists';

/** Ingresses that share a controller, and the canaries among them. */
export interface WithCanaries {
  /** Those that are no canaries: their hosts and paths, their TLS and their default backends hold. */
  readonly main: readonly Ingress[];
  /** All of which something is not understood, or not known. */
  readonly doubted: readonly Ingress[];
  /** The canary beside a backend, wherever requests come to that, by how Ingresses write the backend. */
  readonly beside: ReadonlyMap<string, Beside | { readonly unknown: string }>;
}

/**
 * A canary stands beside the backends of the paths that are written as its own are. If one of its paths, at a host that is there, is beside none, its
 * Service gets nothing (`mergeAlternativeBackends` in `internal/ingress/controller/controller.go` of kubernetes/ingress-nginx). A backend has one canary,
 * the oldest, at all of its hosts and paths.
 */
export function withCanaries(all: readonly Ingress[]): WithCanaries {
  const main = all.filter(({ canary }) => canary === undefined);
  const canaries = all.filter(({ canary }) => canary !== undefined);
  const byDefault = main.flatMap(({ defaultBackend }) => defaultBackend?.upstream ?? []);
  const counts = grouped([...byDefault, ...all.flatMap(upstreamsOf)], upstream => upstream);
  const found = new Map<string, Beside[]>();
  const doubted = canaries.map((one): Ingress => {
    const isShared = upstreamsOf(one).some(upstream => (counts.get(upstream) ?? []).length > 1);
    const why = doubtIn(one, main) ?? (isShared ? SHARED : undefined);
    const doubt: Doubt | undefined = one.doubt ?? (why === undefined ? undefined : { type: 'unknown', why, place: one.source.place });
    if (doubt !== undefined) return { ...one, doubt, isDoubtOfItsHosts: false };
    for (const [upstream, canary] of besideBy(one, main)) pushTo(found, upstream, canary);
    return one;
  });
  return {
    main,
    doubted: [...main, ...doubted],
    beside: new Map([...found].map(([upstream, [first, ...others]]) => [upstream, others.length === 0 ? first : { unknown: SEVERAL }])),
  };
}

const SHARED = 'its Service stands in several Ingresses, and the older one decides whether it is a canary';
const SEVERAL = 'it has several canaries, of which only the oldest gets requests';

function pathsIn(rules: Ingress['rules']): readonly Path[] {
  return rules.flatMap(({ paths }) => paths);
}

function upstreamsOf({ rules }: Ingress): string[] {
  return [...new Set(pathsIn(rules).map(({ upstream }) => upstream))];
}

function doubtIn({ rules, defaultBackend }: Ingress, main: readonly Ingress[]): string | undefined {
  if (defaultBackend !== undefined) return 'which requests the default backend of a canary takes is not known here';
  const doubt = pathsIn(rules).find(one => one.doubt !== undefined)?.doubt;
  if (doubt !== undefined) return doubt.why;
  const isLeft = rules.some(({ host, paths }) => paths.some(one => mergedInto(host, one, main).length === 0 && one.written.path === '/'));
  return isLeft && main.some(one => one.defaultBackend !== undefined) ? 'whether it is a canary of a default backend is not known here' : undefined;
}

function besideBy({ source, rules, canary }: Ingress, main: readonly Ingress[]): (readonly [upstream: string, Beside])[] {
  const served = rules.filter(({ host }) => host === undefined || main.some(one => one.rules.some(rule => rule.host === host)));
  const all = served.flatMap(({ host, paths }) => paths.map(path => ({ path, upstreams: mergedInto(host, path, main) })));
  return [...grouped(all, ({ path }) => path.upstream).values()].flatMap(some => {
    const [{ path: { backend } }] = some;
    if (canary === undefined || 'unknown' in backend || some.some(({ upstreams }) => upstreams.length === 0)) return [];
    return [...new Set(some.flatMap(({ upstreams }) => upstreams))].map(upstream => [upstream, { source, backend, shaping: canary }] as const);
  });
}

/** The backends of the paths that are written as one of a canary is. */
function mergedInto(host: string | undefined, { written }: Path, main: readonly Ingress[]): string[] {
  const isSame = (path: Path) => (path.written.path || '/') === written.path && path.written.type === written.type;
  return main.flatMap(({ rules }) => pathsIn(rules.filter(rule => rule.host === host))).filter(isSame).map(({ upstream }) => upstream);
}
