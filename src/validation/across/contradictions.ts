import { groupKindOf, list, namespaceOfObject, type Finding, type Subject } from './inventory';

/** Pairs of manifests of which the cluster can honour only one. The finding is at the later one. */
export function contradictions(subjects: readonly Subject[]): Finding[] {
  if (subjects.every(({ target }) => target !== undefined)) return [];
  const known = new Map<string, Subject[]>();
  return subjects.flatMap(subject => {
    const place = placeOf(subject.manifest);
    if (place === undefined) return [];
    const there = known.get(place) ?? [];
    const earlier = there.filter(other => areTogether(subject, other));
    known.set(place, there);
    there.push(subject);
    return earlier.flatMap(other => {
      const message = between(subject.manifest, other.manifest);
      return message === undefined ? [] : [{ subject, check: 'contradiction', path: 'spec', message } satisfies Finding];
    });
  });
}

/** Manifests that are rendered for targets were compared when they were rendered. */
function areTogether(a: Subject, b: Subject): boolean {
  return a.chart === b.chart && (a.target === undefined || b.target === undefined);
}

/** The place that a manifest governs; only manifests with the same place can contradict each other. */
function placeOf(manifest: any): string | undefined {
  const groupKind = groupKindOf(manifest);
  const over = OVER.get(groupKind)?.(manifest.spec ?? {});
  return over === undefined ? undefined : JSON.stringify([groupKind, namespaceOfObject(manifest), over]);
}

const OVER = new Map<string, (spec: any) => unknown>(Object.entries({
  'split.smi-spec.io TrafficSplit': ({ service }) => service,
  'security.istio.io PeerAuthentication': ({ selector }) => labels(selector),
  'security.istio.io AuthorizationPolicy': ({ selector, targetRefs, targetRef }) => [labels(selector), targetRefs, targetRef],
  'policy.linkerd.io Server': ({ podSelector, port }) => [labels(podSelector), podSelector?.matchExpressions, port],
} satisfies Record<string, (spec: any) => unknown>));

function labels(selector: any): unknown {
  return Object.entries(selector?.matchLabels ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
}

function between(later: any, earlier: any): string | undefined {
  const other = `${earlier.kind} '${earlier.metadata?.name}'`;
  switch (later.kind) {
    case 'TrafficSplit': return `splits Service '${later.spec?.service}', as ${other} does`;
    case 'Server': return `selects the port that ${other} selects, and the older one of them wins`;
    case 'PeerAuthentication':
      return later.spec?.mtls?.mode === earlier.spec?.mtls?.mode ? undefined : `asks for another mode than ${other} for the same pods, and the older one wins`;
    default: return betweenActions(later, earlier, other);
  }
}

/** DENY goes before ALLOW. */
function betweenActions(later: any, earlier: any, other: string): string | undefined {
  const actions = [later, earlier].map(({ spec }) => spec?.action ?? 'ALLOW');
  if (!(actions.includes('DENY') && actions.includes('ALLOW'))) return undefined;
  const rules = [later, earlier].map(({ spec }) => list(spec?.rules).map(rule => JSON.stringify(rule)));
  const [denied, allowed] = actions[0] === 'DENY' ? rules : [rules[1], rules[0]];
  if (!allowed.some(rule => denied.includes(rule) || denied.includes('{}'))) return undefined;
  return actions[0] === 'DENY' ? `denies what ${other} allows, and goes before it` : `allows what ${other} denies, which goes before it`;
}
