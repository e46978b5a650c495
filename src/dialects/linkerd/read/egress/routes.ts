import type { EgressNetwork } from './network';
import type { Fields } from '../../../../manifests/fields';
import { allOf, ALWAYS, type Condition, type Doubt } from '../../../../meaning/condition';
import { unknownBy, type Verdict } from '../../../../meaning/decision';
import { ANYTHING, hostnameText, type Text } from '../../../../meaning/text';
import type { Passage } from '../../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { keyOf } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { ageOf, type Candidate, type Owner } from '../../../../reading/ranking';
import { doubtOf } from '../../../../reading/understood';
import { EVERY_CALL, grpcMatch, httpMatch, type Taken } from '../matches';
import { isOdd, matchedBy, mayBeOnAny } from '../routes';

/** What may be on an EgressNetwork. */
export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const;

/** A route on EgressNetworks. */
export interface EgressRoute extends Owner {
  readonly kind: typeof ROUTE_KINDS[number];
  /** Undefined where it may be on any. */
  readonly parents: readonly Parent[] | undefined;
  readonly hostnames: readonly string[];
  readonly rules: readonly EgressRule[];
  readonly doubt?: Doubt;
}

interface Parent {
  readonly key: string;
  /** Absent for all ports, where it is not known whether Linkerd takes it. */
  readonly port?: number;
}

interface EgressRule {
  /** For HTTP and gRPC. */
  readonly takes: readonly Taken[];
  /** The networks to which it sends; with none, to the one that it is on. */
  readonly to: readonly string[];
}

/** Undefined where it is on no EgressNetwork. */
export function egressRouteOf(object: ReadObject): EgressRoute | undefined {
  const { fields, namespace = DEFAULT_NAMESPACE, name, manifest, kind, version } = object;
  const spec = fields.field('spec');
  const all = spec.field('parentRefs').items();
  const refs = all.filter(ref => ref.field('kind').text() === 'EgressNetwork' && ref.field('group').text() === GROUP);
  const isLost = mayBeOnAny(spec) || all.some(isOdd);
  if (refs.length === 0 && !isLost) return undefined;
  const parents = refs.map((ref): Parent => {
    const [parent = '', of = namespace, port] = [ref.field('name').text(), ref.field('namespace').text(), ref.field('port').integer()];
    if (of !== namespace) ref.field('namespace').doubt('it is not known what becomes of a route in another namespace than its EgressNetwork');
    if (ref.field('sectionName').isSaid) ref.field('sectionName').doubt('an EgressNetwork has none');
    return { key: keyOf(of, parent), ...(port !== undefined && { port }) };
  });
  if ((kind === 'TLSRoute' || kind === 'TCPRoute') && version !== 'v1' && version !== 'v1alpha2') fields.field('apiVersion').doubt('Linkerd does not read it');
  const hostnames = spec.field('hostnames').items().flatMap(item => item.text() ?? []);
  const rules = spec.field('rules').items().map(rule => ruleOf(rule, kind, namespace));
  if ((kind === 'TLSRoute' || kind === 'TCPRoute') && rules.length !== 1) spec.field('rules').doubt('Linkerd takes one rule');
  const [doubt] = spec.doubts();
  return {
    source: sourceOf(object),
    kind: kind as EgressRoute['kind'],
    parents: isLost ? undefined : parents,
    hostnames,
    rules,
    ...ageOf(manifest?.metadata?.creationTimestamp, keyOf(namespace, name)),
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

const GROUP = 'policy.linkerd.io';

/** Filters that send nothing elsewhere. */
const HARMLESS = ['RequestHeaderModifier', 'ResponseHeaderModifier'];

function ruleOf(fields: Fields, kind: string, home: string): EgressRule {
  fields.field('name').take();
  for (const filter of fields.field('filters').items()) {
    if (!HARMLESS.includes(filter.field('type').text() ?? '')) filter.doubt('what it does to calls that leave is not known here');
    filter.take();
  }
  // How long is waited does not matter here, nor who of several answers.
  ['timeouts', 'retry', 'sessionPersistence'].forEach(name => fields.field(name).take());
  const to = fields.field('backendRefs').items().map(ref => {
    const [group, of, name = '', namespace = home] = ['group', 'kind', 'name', 'namespace'].map(field => ref.field(field).text());
    if (group !== GROUP || of !== 'EgressNetwork') ref.doubt('what is sent to a Service of the cluster is not known here');
    if (ref.field('weight').integer() === 0) ref.field('weight').doubt('it is not known what becomes of what nobody gets');
    if (ref.field('filters').items().length > 0) ref.field('filters').doubt('what they do to calls that leave is not known here');
    ref.field('port').take();
    return keyOf(namespace, name);
  });
  return { takes: kind === 'HTTPRoute' ? matchedBy(fields, httpMatch) : kind === 'GRPCRoute' ? callsOf(fields.field('matches').items()) : [{ when: ALWAYS, rank: [] }], to };
}

/** A match ends with a 0, so that what takes the rest may come behind it. */
function callsOf(matches: readonly Fields[]): Taken[] {
  return (matches.length === 0 ? [EVERY_CALL] : matches.flatMap(grpcMatch)).map(({ when, rank }) => ({ when, rank: [...rank, 0] }));
}

/** What becomes of requests that the rules of a route take, or of connections. */
export function candidatesOf(route: EgressRoute, network: EgressNetwork): Candidate<Passage>[] {
  const { source, hostnames, kind } = route;
  const hosts = hostnames.length === 0 ? [undefined] : hostnames;
  return route.rules.flatMap(({ takes, to }) => {
    // A network that it is not on takes nothing from it.
    const isOut = to.every(key => key === network.key);
    const then: Verdict<Passage> = isOut ? { value: 'allowed', why: `${kind} '${source.name}' lets it out`, source }
      : { value: unknownBy(SENT_ELSEWHERE, [network]), why: SENT_ELSEWHERE, source };
    return takes.flatMap(({ when, rank }) => hosts.map((host): Candidate<Passage> => ({
      rank: [host === undefined ? -1 : host.startsWith('*.') ? host.length : Infinity, ...rank],
      when: host !== undefined ? allOf(hostIs(host, kind), when) : kind === 'TLSRoute' ? NAMED : when,
      then,
      source,
      owner: route,
    })));
  });
}

const SENT_ELSEWHERE = 'it is sent to another EgressNetwork than the one that has its address';

/** TLS that names its server: Linkerd knows no other (`linkerd/app/outbound/src/tls/` of linkerd/linkerd2-proxy). */
export const NAMED: Condition = { type: 'serverName', is: ANYTHING };

function hostIs(host: string, kind: EgressRoute['kind']): Condition {
  const is: Text = host === '*' ? ANYTHING : hostnameText(host);
  return { type: kind === 'TLSRoute' ? 'serverName' : 'host', is };
}
