import { namespaceOf, Receivers } from './backends';
import type { HeldByPorts } from './by-port';
import { type RouteWords, type RuleWords, stickinessWords } from './handling';
import { reduced } from './reduced';
import { type RulesOfPort, type SaidOfService, Sayings } from './said';
import { portTrafficWords, trafficWords } from './traffic';
import type { Source } from '../../meaning/decision';
import type { TitledReading } from '../../meaning/world';
import { grouped } from '../../model/lists';
import { hasRequests } from '../../model/protocol';
import { qualified } from '../../model/route';
import type { Planned } from '../plan/planned';
import type { Refusals } from '../plan/refusals';
import type { Services } from '../plan/services';
import type { Judging } from '../policies/policy';
import { construct, type Statement } from '../program';
import type { World } from '../world';

export interface RoutePlanning {
  readonly readings: readonly TitledReading[];
  readonly beside: World;
  readonly services: Services;
  readonly refusals: Refusals;
  readonly judging: Judging;
  /** Why the route of a Service would not do what the old one did, by `namespace/name`: it is not written. */
  readonly changed: ReadonlyMap<string, string>;
}

export interface PlanOfRoutes {
  readonly planned: readonly Planned[];
  /** The Services that have a route, as `namespace/name`. A route that a target refuses is taken out. */
  readonly routed: ReadonlySet<string>;
}

/** The routes that say where requests to Services go, and what happens to them. */
export function planRoutes(planning: RoutePlanning): PlanOfRoutes {
  const { readings, beside, services, judging, changed } = planning;
  const sayings = new Sayings(readings, new Receivers(beside, services));
  const all = [...beside.services].sort((a, b) => a.name < b.name ? -1 : 1).flatMap(service => {
    const [namespace, { name }] = [namespaceOf(service), service];
    const planned = services.of(namespace, name);
    return planned === undefined ? [] : [sayings.of(namespace, name, planned)];
  });
  const written: Written[] = [];
  for (const said of all) {
    const { by, byTraffic } = said;
    judging.same([...by, ...byTraffic]);
    const rules = rulesOf(said, judging);
    if (rules === undefined) continue;
    const why = changed.get(keyOf(said));
    if (why === undefined) written.push({ said, by, rules, traffic: sayings.ofRoute(said, rules) });
    else judging.notSaid(by, why, 'meaning');
  }
  // What holds for a Service is said by the route that sends requests there.
  const told = new Set(written.flatMap(({ traffic, rules }) => traffic === undefined ? [] : rules.flatMap(({ services: some }) => some)));
  for (const said of all) {
    const { traffic, byTraffic, ruled } = said;
    if (traffic !== undefined && 'unsaid' in traffic) judging.notSaid(byTraffic, traffic.unsaid, 'meaning');
    else if (traffic !== undefined && ruled.length === 0 && !told.has(keyOf(said))) written.push({ said, by: [], rules: [], traffic });
  }
  const kept = new Set(written.map(({ said }) => keyOf(said)));
  return { planned: written.map(one => routed(one, planning, () => kept.delete(keyOf(one.said)))), routed: kept };
}

function keyOf({ namespace, name }: SaidOfService): string {
  return `${namespace}/${name}`;
}

/** A route that is written. */
interface Written {
  readonly said: SaidOfService;
  readonly by: readonly Source[];
  /** None where all requests go to the Service itself. */
  readonly rules: readonly RulesOfPort[];
  readonly traffic?: HeldByPorts;
}

/** The rules of all ports; undefined where there are none, or something in them has no words. */
function rulesOf({ ruled, by }: SaidOfService, judging: Judging): Written['rules'] | undefined {
  const rules: Written['rules'][number][] = [];
  for (const { port, ruled: one } of ruled) {
    if ('unsaid' in one) {
      judging.notSaid(by, one.unsaid, 'meaning');
      return undefined;
    }
    rules.push({ ...one, port });
  }
  return rules.length === 0 ? undefined : rules;
}

/** The rules, and the ports that have some. */
function ruleWords(
  { node, ports }: SaidOfService['planned'], known: Written['rules'], stickiness: HeldByPorts['stickiness'] = new Map(),
): Pick<RouteWords, 'ports' | 'rules'> {
  const toItself: RuleWords = { backends: [{ service: node }] };
  const unrouted = ports.filter(({ port }) => stickiness.has(port) && !known.some(one => one.port.port === port));
  const rules = [...known, ...unrouted.map(port => ({ port, rules: [toItself] }))].map(({ port: { port }, rules: own }) => {
    const said = stickiness.get(port);
    const sticky = said && { stickiness: stickinessWords(said) };
    return { port, rules: own.map((rule): RuleWords => ({ ...rule, ...rule.backends !== undefined && sticky })) };
  });
  const alike = [...grouped(rules, one => JSON.stringify(one.rules)).values()];
  const written = alike.flatMap(some => some[0].rules.map((rule): RuleWords => (
    { ...rule, ...alike.length > 1 && { ports: some.map(({ port }) => port) } })));
  // What holds for the Service holds for ports without rules, too, and fewer targets route connections than requests.
  const withRequests = ports.filter(({ protocol }) => hasRequests(protocol)).map(({ port }) => port);
  const routedPorts = rules.length > 0 ? rules.map(({ port }) => port) : withRequests;
  return {
    ...routedPorts.length > 0 && routedPorts.length < ports.length && { ports: routedPorts },
    rules: written.length > 0 ? written : [toItself],
  };
}

function routed(
  { said: { namespace, name, planned, byTraffic }, by, rules, traffic }: Written, { judging, refusals, services }: RoutePlanning, leftOut: () => void,
): Planned {
  const { node, assumptions } = planned;
  const substitutes = (traffic?.ofAll.failover ?? []).map(({ service: other, cluster }) => {
    const isOther = other !== undefined && qualified(other.name, other.namespace) !== qualified(name, namespace);
    return { ...isOther && { other, node: services.of(other.namespace ?? namespace, other.name)?.node }, cluster };
  });
  const unsaid = substitutes.find(({ other, node: known }) => other !== undefined && known === undefined)?.other;
  const standIns = unsaid !== undefined ? []
    : substitutes.map(({ node: known, cluster }) => ({ ...known && { service: known }, ...cluster !== undefined && { cluster } }));
  const props: RouteWords = {
    service: node,
    ...ruleWords(planned, rules, traffic?.stickiness),
    ...traffic !== undefined && trafficWords(traffic.ofAll, standIns),
    ...traffic !== undefined && traffic.ofPorts.length > 0 && { portTraffic: traffic.ofPorts.map(portTrafficWords) },
  };
  const sources = traffic === undefined ? by : [...by, ...byTraffic];
  if (unsaid !== undefined) {
    const other = `Service '${qualified(unsaid.name, unsaid.namespace)}'`;
    judging.narrower(byTraffic, `it is not carried over that ${other} stands in: its ports are not known: give the Service`, false);
  }
  [...traffic?.ofAll.besides ?? [], ...traffic?.lost ?? []].forEach(words => judging.narrower(byTraffic, `it is not carried over that ${words}`, false));
  assumptions.forEach(reason => judging.assumed(sources, reason, 'untoldProtocol'));
  const comments = judging.comments(sources);
  const statement = (some: RouteWords) => (id: string): Statement => construct('ServiceRoute', id, some, ...comments);
  const refusal = (some: RouteWords) => refusals.alone(namespace, statement(some)('a'));
  const refused = (reason: string) => {
    leftOut();
    judging.notSaid(sources, reason, 'refused');
  };
  return {
    namespace,
    name,
    services: [...new Set([
      name, ...rules.flatMap(({ services: some }) => some.map(service => service.split('/')[1])), ...substitutes.flatMap(({ other }) => other === undefined ? [] : [other.name]),
    ])],
    statement: statement(props),
    reduced: (id, answer) => {
      const reason = refusal(props) ?? answer;
      const less = reduced(props, refusal);
      if (less === undefined) {
        refused(reason);
        return { ...statement(props)(id), leftOut: reason };
      }
      less.refused.forEach(({ isOfService, why }) => judging.narrower(isOfService ? byTraffic : by, why, true));
      return statement(less.props)(id);
    },
    refused,
    warned: warning => judging.narrower(sources, warning, true),
  };
}
