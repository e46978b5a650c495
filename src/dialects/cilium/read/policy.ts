import { clients, destination, type Direction, type Peer, peersIn, type Setting } from './peers';
import { type Opening, openingsOf } from './ports';
import { endpointsOf, notKnown } from './selector';
import type { FieldPlace, Fields } from '../../../manifests/fields';
import { allOf, ALWAYS, anyOf, type Condition, type Doubt, NEVER } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import type { Aside, Outside, PodPort } from '../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** What a policy says of one direction. */
export interface Policy {
  readonly source: Source;
  /** Absent for all. */
  readonly namespace?: string;
  /** Where it says which pods it is for. */
  readonly place: FieldPlace;
  /** What is true of its pods, as if they called. */
  readonly pods: Condition;
  /** Whether what nothing allows is denied. */
  readonly isolates: boolean;
  readonly allowed: readonly Rule[];
  readonly denied: readonly Rule[];
  /** Something that is not understood, beside its rules, or that makes Cilium drop the policy. */
  readonly doubt?: Doubt;
}

export interface Rule {
  readonly source: Source;
  /** Absent for everyone. */
  readonly peers?: readonly Peer[];
  readonly openings: readonly Opening[];
  /** Something of it that is not understood. */
  readonly doubt?: Doubt;
}

type Around = Omit<Setting, 'namespace'>;

/** What the specifications of an object say. */
export function policiesOf(object: ReadObject, around: Around): Readonly<Record<Direction, readonly Policy[]>> {
  const [spec, specs] = ['spec', 'specs'].map(name => object.fields.field(name));
  const all = [...spec.isSaid ? [spec] : [], ...specs.items()];
  const [lost] = object.fields.doubts().filter(({ place: { path } }) => !/^(?:specs?(?:[.[]|$)|metadata)/.test(path));
  const rejected: Doubt[] = [];
  const both = all.map(one => policiesIn(object, one, around, doubt => rejected.push(doubt)));
  const of = (direction: Direction) => [
    // Agents drop all of an object (`Parse` in `pkg/k8s/apis/cilium.io/v2` of cilium/cilium).
    ...both.flatMap(one => one[direction] ?? []).map(policy => ({ ...rejected.length > 0 && { doubt: rejected[0] }, ...policy })),
    ...lost === undefined ? [] : [{
      ...head(object), place: lost.place, pods: doubtOf(lost), isolates: false, allowed: [], denied: [], doubt: doubtOf(lost),
    }],
  ];
  return { ingress: of('ingress'), egress: of('egress') };
}

/** Which messages of ICMP pass, which are no calls. */
export function asidesOf(object: ReadObject): Aside[] {
  const { spec, specs } = object.manifest;
  const rules = (list: any): any[] => Array.isArray(list) ? list : [];
  const said = [spec, ...rules(specs)].flatMap(one => ['ingress', 'ingressDeny', 'egress', 'egressDeny']
    .flatMap(list => rules(one?.[list]).filter(rule => rule?.icmps !== undefined).map(rule => JSON.stringify([list, rule]))));
  return said.length === 0 ? [] : [{ source: sourceOf(object), title: 'what is said of ICMP', text: said.sort().join('\n') }];
}

function head(object: ReadObject): Pick<Policy, 'source' | 'namespace'> {
  return { source: sourceOf(object), ...(object.kind === 'CiliumNetworkPolicy' && { namespace: object.namespace ?? DEFAULT_NAMESPACE }) };
}

/** Undefined where it says nothing of a direction, or is for nodes. */
function policiesIn(object: ReadObject, spec: Fields, around: Around, drop: (doubt: Doubt) => void): Readonly<Record<Direction, Policy | undefined>> {
  const [endpoints, nodes] = ['endpointSelector', 'nodeSelector'].map(name => spec.field(name));
  ['description', 'labels', 'log'].forEach(name => spec.field(name).take());
  const { source, namespace } = head(object);
  const rejected: Doubt[] = [];
  const reject = (doubt: Doubt) => {
    rejected.push(doubt);
    drop(doubt);
  };
  if (nodes.isSaid && !endpoints.isSaid) {
    if (namespace !== undefined) reject(notKnown(nodes, 'only a CiliumClusterwideNetworkPolicy is for nodes'));
    spec.take();
    return { ingress: undefined, egress: undefined };
  }
  if (nodes.isSaid || !endpoints.isSaid) reject(notKnown(spec, 'Cilium takes a policy with one selector only, of endpoints or of nodes'));
  const { are, namesNamespaces } = endpointsOf(endpoints);
  if (namesNamespaces && namespace !== undefined) reject(notKnown(endpoints, 'a policy is for pods of its own namespace'));
  const [ingress, egress] = (['ingress', 'egress'] as const).map(direction => saidOf(object, spec, direction, around, reject));
  const [doubt = undefined] = [...rejected, ...spec.doubts().filter(({ place: { path } }) => !/^specs?(?:\[\d+\])?\.(?:ingress|egress)(?:Deny)?\[/.test(path)).map(doubtOf)];
  const policy = ({ says, closes, allowed, denied }: Said): Policy | undefined => !says && doubt === undefined ? undefined : {
    source,
    ...(namespace !== undefined && { namespace }),
    place: endpoints.place,
    pods: nodes.isSaid || !endpoints.isSaid ? notKnown(spec, 'it is not known whom it is for') : are,
    isolates: closes ?? says,
    allowed,
    denied,
    ...(doubt !== undefined && { doubt }),
  };
  return { ingress: policy(ingress), egress: policy(egress) };
}

interface Said extends Pick<Policy, 'allowed' | 'denied'> {
  readonly says: boolean;
  /** Whether it says itself what becomes of the rest. */
  readonly closes: boolean | undefined;
}

/** What is said of one direction. */
function saidOf(object: ReadObject, spec: Fields, direction: Direction, around: Around, reject: (doubt: Doubt) => void): Said {
  const [allowed, denied] = [direction, `${direction}Deny` as const].map(name =>
    ({ list: spec.field(name), rules: rulesOf(object, spec.field(name), direction, around, reject) }));
  const closes = closing(spec, direction);
  const says = [allowed, denied].some(({ list }) => list.items().length > 0);
  if ([allowed, denied].some(({ list }) => list.isSaid && list.items().length === 0)) reject(notKnown(spec.field(direction), 'Cilium takes no empty list of rules'));
  if (closes === true && !says) reject(notKnown(spec.field('enableDefaultDeny'), 'it is not known what this means without rules'));
  return { says, closes, allowed: allowed.rules, denied: denied.rules };
}

function closing(spec: Fields, direction: Direction): boolean | undefined {
  const said = spec.field('enableDefaultDeny').field(direction);
  const value = said.take();
  return value === undefined || typeof value === 'boolean' ? value : said.doubt('it must be true or false');
}

function rulesOf(object: ReadObject, list: Fields, direction: Direction, around: Around, reject: (doubt: Doubt) => void): Rule[] {
  const { namespace } = head(object);
  return list.items().map((rule): Rule => {
    const peers = peersIn(rule, direction, { ...(namespace !== undefined && { namespace }), ...around }, reject);
    const openings = openingsOf(rule.field('toPorts'), reject);
    const services = rule.field('toServices');
    if (list.place.path.endsWith('Deny') && services.isSaid) services.doubt('releases of Cilium differ in whether it is denied');
    const [icmps, requires, authentication] = ['icmps', direction === 'ingress' ? 'fromRequires' : 'toRequires', 'authentication'].map(name => rule.field(name));
    // They hold for what other rules allow, too.
    if (requires.isSaid) reject(notKnown(requires, 'releases of Cilium differ in what this means'));
    if (authentication.isSaid && authentication.field('mode').text() !== 'disabled') reject(notKnown(authentication, 'it is not known who can authenticate'));
    icmps.take();
    const [doubt] = rule.doubts();
    const isEmpty = rule.fields().length === 0;
    return {
      source: sourceOf(object, rule),
      // A rule without anything is for nobody.
      ...isEmpty ? { peers: [] } : peers !== undefined && { peers },
      openings: icmps.isSaid && !rule.field('toPorts').isSaid ? [] : openings,
      ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
    };
  });
}

export function clientsOf({ peers }: Rule): Condition {
  return peers === undefined ? ALWAYS : anyOf(...peers.map(clients));
}

export function goesTo({ peers }: Rule, to: PodPort | Outside): Condition {
  return peers === undefined ? ALWAYS : anyOf(...peers.map(peer => destination(peer, to)));
}

/** A rule, or the part of it that a condition is, if it is understood. */
export function ifKnown({ doubt }: Pick<Rule, 'doubt'>, ...conditions: readonly Condition[]): Condition {
  return doubt ?? (conditions.some(condition => condition === NEVER) ? NEVER : allOf(...conditions));
}
