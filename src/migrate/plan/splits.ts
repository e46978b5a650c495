import type { PlanOptions } from './options';
import { leftOut, type Planned, type Planning } from './planned';
import { wordsOf } from './requests';
import type { PlannedPort } from './services';
import type { Cause, Unsaid } from './verdicts';
import type { Division, DivisionPart, Share, SplitMeaning } from '../../dialects/smi/read/divisions';
import type { HttpRouteGroup, TrafficSplit } from '../../dialects/smi/read/tree';
import type { SmiWorld } from '../../dialects/smi/read/world';
import type { HttpMatch, MeshService, ServiceRouteRule } from '../../index';
import { call, construct, type Node, type Statement, type Written } from '../program';

/** The releases and routes that say what TrafficSplits mean. */
export function planSplits({ divisions, inert, unknown }: SplitMeaning, planning: Planning, { followsRoutes }: PlanOptions): Planned[] {
  const { verdicts } = planning;
  for (const { split, message } of inert) {
    const owner = ownerOf(split, planning);
    verdicts.give(split, owner === undefined ? 'inert' : 'owned', owner ?? message);
  }
  unknown.forEach(({ split, message }) => verdicts.give(split, 'unreadable', message));
  const divided = new Set(followsRoutes ? divisions.map(({ namespace, service }) => `${namespace}/${service}`) : []);
  return divisions.flatMap(division => planned(division, divided, planning) ?? []);
}

/** @param followed - the Services of which a target follows the routes, when others send requests to them */
function planned(division: Division, followed: ReadonlySet<string>, planning: Planning): Planned | undefined {
  const { smi, refusals, verdicts } = planning;
  const { namespace, splits } = division;
  const owners = splits.map(split => ownerOf(split, planning));
  const owned = splits.filter((_, i) => owners[i] !== undefined);
  owned.forEach(split => verdicts.give(split, 'owned', owners[splits.indexOf(split)]));
  const own = splits.filter(split => !owned.includes(split));
  const unsaid = (message: string, cause: Cause = 'meaning') => own.forEach(split => {
    verdicts.give(split, smi.unknown(split) === undefined ? 'notSaid' : 'unreadable', message, cause);
    groupsOf(split, smi).forEach(group => verdicts.give(group, 'notSaid', `TrafficSplit '${split.name}' is not carried over`, 'another'));
  });
  if (owned.length > 0) {
    unsaid(`a controller writes TrafficSplit '${owned[0].name}' of the same Service`);
    return undefined;
  }
  const onward = receiversOf(division).find(name => name !== division.service && followed.has(`${namespace}/${name}`));
  if (onward !== undefined) {
    unsaid(`it sends requests to Service '${onward}', which has a TrafficSplit of its own, and Consul would follow that one, too`);
    return undefined;
  }
  const words = division.unknown === undefined ? wordsFor(division, planning) : { unsaid: division.unknown };
  if ('unsaid' in words) {
    unsaid(words.unsaid, words.cause);
    return undefined;
  }
  const comments = splits.map(({ name, place }) => `TrafficSplit ${name}, ${place.file}:${place.line}`);
  const statement = (id: string) => ({ ...words.statement(id), comments });
  for (const split of splits) {
    verdicts.give(split, words.assumptions.length > 0 ? 'assumed' : 'same');
    words.assumptions.forEach(assumption => verdicts.give(split, 'assumed', assumption, 'untoldProtocol'));
    groupsOf(split, smi).forEach(group => verdicts.give(group, 'same'));
  }
  const refused = (reason: string) => unsaid(reason, 'refused');
  return {
    namespace,
    name: splits[0].name,
    services: servicesOf(division),
    statement,
    reduced: (id, answer) => {
      const reason = refusals.alone('a', ANY_RELEASE) === undefined ? refusals.alone(namespace, statement(id)) : answer;
      if (reason === undefined) return undefined;
      refused(reason);
      return { ...statement(id), leftOut: leftOut(splits, reason) };
    },
    refused,
    warned: warning => splits.forEach(split => verdicts.give(split, 'narrower', warning, 'refused')),
  };
}

function servicesOf({ service, parts }: Division): string[] {
  return [...new Set([service, ...parts.flatMap(({ shares }) => shares.map(share => share.service))])];
}

/** The Services that get requests. */
function receiversOf({ parts }: Division): string[] {
  return parts.flatMap(({ shares }) => shares.filter(({ weight }) => weight > 0).map(({ service }) => service));
}

/** A target that refuses this one refuses all. */
const ANY_RELEASE = construct('CanaryRelease', 'a', {
  service: call('MeshService', 'of', 'a', { port: 80, podSelector: { app: 'a' } }),
  stable: call('MeshService', 'of', 'a-v1', { port: 80, podSelector: { app: 'a', version: 'v1' } }),
  canary: call('MeshService', 'of', 'a-v2', { port: 80, podSelector: { app: 'a', version: 'v2' } }),
  weight: 10,
});

function groupsOf(split: TrafficSplit, smi: SmiWorld): HttpRouteGroup[] {
  return (split.groups ?? []).flatMap(name => smi.group(smi.namespaceOf(split), name) ?? []);
}

/** Who would write it again. */
function ownerOf(split: TrafficSplit, { smi, beside }: Planning): string | undefined {
  const { owner, labels, annotations } = split;
  if (owner !== undefined) return `${owner.kind} '${owner.name}' writes it: have it write routes of the new mesh`;
  const deliverer = beside.delivererOf(smi.namespaceOf(split), split.name);
  if (deliverer !== undefined) return `${deliverer.kind} '${deliverer.name}' writes it: have it write routes of the new mesh`;
  const isFailover = Object.keys({ ...labels, ...annotations }).some(name => name.startsWith('failover.linkerd.io/'));
  return isFailover ? "linkerd-failover writes its weights, and Linkerd's federated Services take its place" : undefined;
}

interface Words {
  readonly statement: (id: string) => Statement;
  readonly assumptions: readonly string[];
}

/** A part in the words of the library. */
interface Rule {
  /** Absent for all requests. */
  readonly matches?: readonly Node<HttpMatch>[];
  readonly shares: readonly Backend[];
}

interface Backend extends Share {
  readonly node: Node<MeshService>;
}

type DividedPart = Pick<DivisionPart, 'requests'> & Pick<Rule, 'shares'>;

/** The construct that says it, or why there is none. */
function wordsFor(division: Division, { services }: Planning): Words | Unsaid {
  const { namespace, service: root, parts } = division;
  const empty = parts.find(({ shares }) => shares.every(({ weight }) => weight === 0));
  if (empty !== undefined) return { unsaid: 'all its weights are 0, and SMI does not say who gets the requests then' };
  const front = services.of(namespace, root);
  if (front === undefined) return withoutPorts(root);
  const { node, ports } = front;
  const involved = new Set([front]);
  const divided: DividedPart[] = [];
  for (const { requests, shares } of parts) {
    const backends: Backend[] = [];
    for (const share of shares) {
      const service = services.of(namespace, share.service);
      if (service === undefined) return withoutPorts(share.service);
      involved.add(service);
      backends.push({ ...share, node: service.node });
    }
    divided.push({ requests, shares: backends });
  }
  const rules: Rule[] = [];
  for (const part of divided) {
    const rule = ruleOf(part, ports);
    if (typeof rule === 'string') return { unsaid: rule };
    rules.push(rule);
  }
  const routed = routedPorts(rules, ports);
  if (typeof routed === 'string') return { unsaid: routed };
  const common = { service: node, ...routed.length < ports.length && { ports: [...routed] } };
  const release = releaseOf({ service: root, node }, rules);
  const assumptions = [...involved].flatMap(one => one.assumptions);
  if (release !== undefined) return { assumptions, statement: id => construct('CanaryRelease', id, { ...common, ...release }) };
  const isOpen = rules.some(({ matches }) => matches === undefined);
  const whole = isOpen ? rules : [...rules, { shares: [{ service: root, node, weight: 1 }] }];
  return { assumptions, statement: id => construct('ServiceRoute', id, { ...common, rules: whole.map(routeRule) }) };
}

function withoutPorts(service: string): Unsaid {
  return { unsaid: `the ports of Service '${service}' are not known: give the Service, or state its port`, cause: 'untoldPorts' };
}

function ruleOf({ requests, shares }: DividedPart, ports: readonly PlannedPort[]): Rule | string {
  if (requests === undefined) return { shares };
  const matches: Node<HttpMatch>[] = [];
  for (const one of requests) {
    const words = wordsOf(one);
    if ('unsaid' in words) return words.unsaid;
    if (words.match === undefined && ports.some(({ protocol }) => protocol !== 'HTTP' && protocol !== 'UDP')) {
      return 'one of its matches holds for all requests, which a route cannot tell from connections on other ports';
    }
    if (words.match === undefined) return { shares };
    if ((one.methods.length > 0 || one.path !== undefined) && ports.some(({ protocol }) => protocol === 'GRPC')) {
      return 'its matches hold on a gRPC port too, where routes have conditions on calls only';
    }
    matches.push(words.match);
  }
  return { matches, shares };
}

/** Of the Service, the ports on which anything is decided. */
function routedPorts(rules: readonly Rule[], ports: readonly PlannedPort[]): readonly number[] | string {
  const isForConnections = rules.some(({ matches }) => matches === undefined);
  const routed = ports.filter(({ protocol }) => protocol !== 'UDP' && (isForConnections || protocol === 'HTTP' || protocol === 'GRPC'));
  return routed.length === 0 ? 'no port of the Service speaks what it divides' : routed.map(({ port }) => port);
}

interface Release {
  readonly stable: Node<MeshService>;
  readonly canary?: Node<MeshService>;
  readonly weight?: number;
  readonly matches?: readonly Node<HttpMatch>[];
  readonly variants?: readonly { readonly service: Node<MeshService>; readonly weight: number }[];
}

/** Two or more versions by tenths of a percent, or one with matches of its own. */
function releaseOf(root: Pick<Backend, 'service' | 'node'>, rules: readonly Rule[]): Release | undefined {
  const [first, rest] = rules;
  if (rules.length === 1 && first.matches === undefined) return releaseByShares(root.service, first.shares);
  const [canary, ...others] = first.shares;
  if (others.length > 0 || canary.service === root.service || rules.length > 2) return undefined;
  const release = rest === undefined ? { stable: root.node, canary: canary.node } : releaseByShares(root.service, rest.shares);
  return release?.canary === canary.node ? { ...release, matches: first.matches } : undefined;
}

function releaseByShares(root: string, shares: readonly Backend[]): Release | undefined {
  const percents = percentsOf(shares);
  if (shares.length < 2 || percents === undefined) return undefined;
  const stable = shares.find(({ service }) => service === root) ?? shares[0];
  const variants = shares.flatMap((share, i) => share === stable ? [] : [{ service: share.node, weight: percents[i] }]);
  const [{ service: canary, weight }] = variants;
  return { stable: stable.node, ...variants.length > 1 ? { variants } : { canary, weight } };
}

/** The shares in percent, where each has one decimal at most. */
function percentsOf(shares: readonly Share[]): number[] | undefined {
  const sum = shares.reduce((total, { weight }) => total + BigInt(weight), 0n);
  if (sum === 0n || shares.some(({ weight }) => BigInt(weight) * 1000n % sum !== 0n)) return undefined;
  return shares.map(({ weight }) => Number(BigInt(weight) * 1000n / sum) / 10);
}

function routeRule({ matches, shares }: Rule): Written<ServiceRouteRule> {
  return {
    ...matches !== undefined && { matches: [...matches] },
    backends: shares.map(({ node, weight }) => ({ service: node, ...shares.length > 1 && { weight } })),
  };
}
