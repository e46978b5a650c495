import { groupKindOf, list, map, namespaceOfObject, type Finding, type Subject } from './inventory';
import { listenersFor, whyNoListenerSet, takesOwnOnly, type Namespaces, type Shut } from './listeners';

const GATEWAY_API = 'gateway.networking.k8s.io';
const GATEWAY = `${GATEWAY_API} Gateway`;
const LISTENER_SETS = new Set([`${GATEWAY_API} ListenerSet`, 'gateway.networking.x-k8s.io XListenerSet']);
const ROUTES = new Set(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map(kind => `${GATEWAY_API} ${kind}`));

/**
 * Finds routes that no listener lets in, ListenerSets that their Gateway does not take, and listeners that no route reaches. Gateways that
 * are not among the manifests may let in anything.
 */
export function attachmentFindings(subjects: readonly Subject[]): Finding[] {
  const parents = new Parents(subjects);
  if (parents.areNone) return [];
  const namespaces = labelsOfNamespaces(subjects);
  const reached = new Set<unknown>();
  const shutOut = subjects.flatMap((subject): Finding[] => {
    const { spec } = subject.manifest;
    const groupKind = groupKindOf(subject.manifest);
    const own = namespaceOfObject(subject.manifest);
    if (LISTENER_SETS.has(groupKind)) {
      return list([spec?.parentRef]).flatMap(ref => shut(subject, 'spec.parentRef', parents.of(subject, ref)
        .map(gateway => whyNoListenerSet(gateway.manifest, own, namespaces) ?? [])));
    }
    return !ROUTES.has(groupKind) ? [] : list(spec?.parentRefs).flatMap((ref, i) => {
      const outcomes = parents.of(subject, ref).map(parent => listenersFor(subject.manifest, ref, parent.manifest, namespaces));
      outcomes.forEach(outcome => Array.isArray(outcome) && outcome.forEach(listener => reached.add(listener)));
      return shut(subject, `spec.parentRefs[${i}]`, outcomes);
    });
  });
  return [...shutOut, ...parents.all.flatMap(parent => unreached(parent, reached))];
}

/** One of several clusters may have a Gateway that lets it in. */
function shut(subject: Subject, path: string, outcomes: readonly (Shut | readonly unknown[])[]): Finding[] {
  const [first] = outcomes;
  if (first === undefined || 'length' in first || outcomes.some(outcome => 'length' in outcome)) return [];
  return [{ subject, check: 'attachment', path, message: first.message, ...first.isCertain && { isError: true } }];
}

/** A Gateway that no route comes to at all is for routes that are elsewhere. HTTP is also for the challenges of cert-manager. */
function unreached(parent: Subject, reached: ReadonlySet<unknown>): Finding[] {
  const listeners = list(parent.manifest.spec?.listeners);
  if (!listeners.some(listener => reached.has(listener))) return [];
  const isCertified = Object.keys(map(parent.manifest.metadata?.annotations)).some(key => key.startsWith('cert-manager.io/'));
  return listeners.flatMap((listener, i): Finding[] => reached.has(listener) || !takesOwnOnly(listener) || (isCertified && listener.protocol === 'HTTP') ? [] : [{
    subject: parent,
    check: 'unreached',
    path: `spec.listeners[${i}]`,
    message: `is listener '${listener.name}', which no route of the app reaches, and which takes routes of its own namespace only`,
  }]);
}

/** The Gateways and ListenerSets among the manifests. */
class Parents {
  readonly all: readonly Subject[];
  private readonly byPlace = new Map<string, Subject[]>();

  constructor(subjects: readonly Subject[]) {
    this.all = subjects.filter(({ manifest }) => groupKindOf(manifest) === GATEWAY || LISTENER_SETS.has(groupKindOf(manifest)));
    for (const subject of this.all) {
      const place = placeOf(groupKindOf(subject.manifest), namespaceOfObject(subject.manifest), subject.manifest.metadata?.name);
      this.byPlace.set(place, [...this.byPlace.get(place) ?? [], subject]);
    }
  }

  get areNone(): boolean {
    return this.all.length === 0;
  }

  /** Those that a reference of a manifest may mean. Manifests for two targets are in two clusters. */
  of({ manifest, target }: Subject, { group = GATEWAY_API, kind = 'Gateway', namespace = namespaceOfObject(manifest), name }: any): readonly Subject[] {
    return (this.byPlace.get(placeOf(`${group} ${kind}`, namespace, name)) ?? [])
      .filter(parent => target === undefined || parent.target === undefined || parent.target === target);
  }
}

function placeOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts.map(String));
}

function labelsOfNamespaces(subjects: readonly Subject[]): Namespaces {
  const known = new Map<string, unknown>();
  for (const { manifest: { apiVersion, kind, metadata } } of subjects) {
    if (kind === 'Namespace' && apiVersion === 'v1') known.set(String(metadata?.name), metadata?.labels);
  }
  return known;
}
