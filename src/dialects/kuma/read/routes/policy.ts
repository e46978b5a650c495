import { type Destination, destinationOf, isAt } from './destination';
import type { Fields } from '../../../../manifests/fields';
import type { ServicePort } from '../../../../meaning/call';
import { allOf, ALWAYS, type Condition, type Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { EVERYTHING } from '../../../../meaning/selector';
import { exactly } from '../../../../meaning/text';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';
import { byRank, displayName, originOf, type Ranked, SYSTEM_NAMESPACE } from '../target';

export const MESH = 'kuma.io/mesh';

/** An item of `to` of a policy: what clients hold to where they call a destination. */
export interface Item<Conf> extends Ranked {
  readonly kind: string;
  readonly mesh: string;
  readonly source: Source;
  /** Clients whose proxies follow it. */
  readonly who: Condition;
  readonly destination: Destination;
  readonly conf: Conf;
  /** Something in it that is not understood, beside whom it is for. */
  readonly doubt?: Doubt;
}

/**
 * The items of a policy. What stands in `kuma-system` is for all clients, and so is what is said in the namespace of a Service of that
 * Service; the rest is for clients of its own namespace (`ComputePolicyRole` in `pkg/core/resources/labels/compute.go` of kumahq/kuma). A
 * Service is named by its labels since 3.0, and by its name before.
 */
export function itemsOf<Conf>(object: ReadObject, read: (item: Fields, object: ReadObject) => Conf): Item<Conf>[] {
  const { fields, kind, name, namespace = DEFAULT_NAMESPACE } = object;
  const marks = labels(fields.field('metadata').field('labels'));
  if (marks['kuma.io/effect'] === 'shadow') return [];
  const spec = fields.field('spec');
  const top = clientsOf(spec.field('targetRef'));
  const items = spec.field('to').items().map(item => ({ item, destination: destinationOf(item.field('targetRef'), namespace) }));
  const owned = items.filter(({ destination }) => destination.isOwn).length;
  const isSystem = namespace === SYSTEM_NAMESPACE;
  if (!isSystem && owned > 0 && owned < items.length) spec.field('to').doubt('Kuma takes no policy that is for a Service of its own namespace, and for others');
  const isConsumer = !isSystem && owned < items.length;
  const confs = items.map(one => ({ ...one, conf: read(one.item, object) }));
  const [outside] = fields.doubts().filter(({ place }) => !/^spec\.(?:to\[|rules|from)/.test(place.path));
  if (items.length === 0 && outside !== undefined) {
    const doubt = doubtOf(outside);
    const mesh = marks[MESH] ?? 'default';
    return [{ kind, mesh, source: sourceOf(object), who: doubt, destination: UNKNOWN, rank: [], name, conf: read(spec.field('to'), object), doubt }];
  }
  const whose: Condition = isConsumer ? { type: 'pod', namespace: exactly(namespace) } : ALWAYS;
  return confs.map(({ item, destination, conf }) => {
    const target = item.field('targetRef').place.path;
    const [misplaced] = item.field('targetRef').doubts();
    const doubts = item.doubts().filter(({ place }) => !place.path.startsWith(target));
    const unread = doubts.find(({ place }) => !isInRules(place.path)) ?? doubts[0];
    const perhaps = [outside, misplaced].flatMap(one => one === undefined ? [] : [doubtOf(one)]);
    return {
      kind,
      mesh: marks[MESH] ?? 'default',
      source: sourceOf(object, item),
      who: perhaps.length > 0 ? perhaps[0] : whose === ALWAYS ? top.who : top.who === ALWAYS ? whose : allOf(whose, top.who),
      destination: misplaced === undefined ? destination : UNKNOWN,
      // `CompareByPolicyAttributes` and `CompareByToEntry` in `pkg/plugins/policies/core/rules`.
      rank: [
        ...top.rank, originOf(marks), isSystem ? 0 : isConsumer ? 2 : 1,
        destination.kind === 'Mesh' ? 0 : 1, destination.section === undefined ? 0 : 1,
      ],
      name: displayName(marks, name),
      conf,
      // Whom it is for says which others it goes before, too.
      ...(perhaps.length > 0 ? { doubt: perhaps[0] } : unread !== undefined && { doubt: doubtOf(unread) }),
    };
  });
}

const UNKNOWN: Destination = { kind: 'unknown', isOwn: false };

/** What stands in a rule may be told apart from what stands in others. */
export function isInRules(path: string): boolean {
  return /^spec\.to\[[0-9]+\]\.rules\[/.test(path);
}

/** The proxies that a policy is for, of clients. */
function clientsOf(ref: Fields): { readonly who: Condition; readonly rank: readonly number[] } {
  const kind = ref.field('kind').text() ?? 'Mesh';
  const selected = ref.field('labels');
  const { 'k8s.kuma.io/namespace': namespace, ...marks } = labels(selected);
  if (kind === 'Mesh' && !selected.isSaid) return { who: ALWAYS, rank: [0] };
  if (kind !== 'Dataplane') {
    ref.doubt(`which proxies a policy for a ${kind} is for is not read here`);
    return { who: ALWAYS, rank: [0] };
  }
  if (Object.keys(marks).some(mark => /(?:^|\.)kuma\.io\//.test(mark))) selected.doubt('labels that Kuma adds are not known here');
  const isAny = namespace === undefined && Object.keys(marks).length === 0;
  return {
    who: isAny ? ALWAYS : {
      type: 'pod',
      ...(namespace !== undefined && { namespace: exactly(namespace) }),
      ...(Object.keys(marks).length > 0 && { labels: { ...EVERYTHING, matchLabels: marks } }),
    },
    rank: [1],
  };
}

/** The items that are, or may be, for a port of a Service. */
export function itemsFor<Conf>(items: readonly Item<Conf>[], to: ServicePort, cluster: Cluster): Item<Conf>[] {
  return items.flatMap(item => {
    const truth = isAt(item.destination, to, cluster);
    const perhaps: Doubt = { type: 'unknown', why: 'it is not known whether the policy is for this port', place: item.source.place };
    return truth === 'no' ? [] : truth === 'yes' ? [item] : [{ ...item, who: item.who.type === 'unknown' ? item.who : perhaps }];
  });
}

/** The one that goes before the others comes first. */
export function inOrder<Conf>(items: readonly Item<Conf>[]): Item<Conf>[] {
  return items.map((item, i) => ({ item, i })).sort((a, b) => byRank(a.item, b.item) || b.i - a.i).map(({ item }) => item);
}
