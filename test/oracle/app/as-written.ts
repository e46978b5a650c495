import { apps } from './arbitraries/apps';
import { canAny, canIn } from './arbitraries/options';
import { requests } from './arbitraries/requests';
import { build, type Built } from './build';
import { byManifests } from './end-to-end';
import { type AppRequest, arriving, entering } from './requests';
import type { AppTarget } from './targets';
import { byIntents, isShutOut, letIn, policiesOf } from './together';
import type { Answer, Told } from './told';
import { countAnswers, hasBoth, noAnswers, topicsOf } from './topics';
import { clientAt, type WrittenApp } from './written';
import { isHttp, type Pod, type Request } from '../../../src/evaluators/access/request';
import type { Arrival } from '../../../src/evaluators/routes/outcome';
import type { GatewayRule } from '../../../src/model/gateway-access';
import { isWrong } from '../access/decide';
import { asOfWorkload, letThrough } from '../access/gateways';
import { asksLikeProbe } from '../access/intent';
import { deniesSpellings } from '../access/promises';
import type { Asked } from '../ask';
import { ask, atLeast, cases } from '../ask';

/** How many requests are asked of each app. */
const EACH = 40;

/**
 * Compares what becomes of requests by the manifests of whole apps with what their constructs say together, wherever the target does not
 * refuse an app.
 */
export function doesAsWritten(wanted: number, subject: AppTarget): Asked {
  const { target } = subject;
  const options = { ...subject, dialects: target._dialects };
  const counts = {
    'misused': 0, 'together': 0, 'exposed': 0, 'several exposed': 0, 'closed': 0, 'parts': 0, 'routed parts': 0, 'other kinds': 0, 'granted': 0, 'lone denials': 0, 'guarded': 0, 'turned away': 0, 'tokens': 0, 'allowed': 0, 'denied': 0, 'unsaid': 0, 'stricter': 0, 'doubted': 0, 'split': 0, 'redirected': 0, 'responded': 0, 'failed': 0, 'let out': 0, 'kept in': 0,
  };
  const [topics, answers] = [topicsOf(options), noAnswers()];
  const asked = ask(wanted, EACH, cases(apps(options), app => requests(app, options)), (app, all) => {
    const built = orMisused(() => build(target, app));
    if (built === undefined || built.errors.length > 0) {
      counts.misused += built === undefined ? 1 : 0;
      checkRefusal(built?.errors ?? []);
      return undefined;
    }
    if (isShutOut(app)) {
      throw new Error(['an exposure is rendered whose gateway no policy lets in', ...inLines(app)].join('\n'));
    }
    if (app.edge.length > 0 && subject.passesGateway === undefined) {
      throw new Error(['a policy of a gateway is rendered that reads none', ...inLines(app)].join('\n'));
    }
    counts.guarded += app.edge.length > 0 ? 1 : 0;
    counts.exposed += app.exposures.length > 0 ? 1 : 0;
    counts['several exposed'] += app.exposures.length > 1 ? 1 : 0;
    counts.closed += app.egress.some(({ inside }) => inside !== undefined) ? 1 : 0;
    counts.parts += app.policies.some(({ destination }) => destination.subset !== undefined) ? 1 : 0;
    counts['routed parts'] += app.world.parts.length > 0 ? 1 : 0;
    counts['other kinds'] += leadsElsewhere(app) ? 1 : 0;
    counts.granted += app.granted.some(rules => rules.includes(true)) ? 1 : 0;
    counts['lone denials'] += app.policies.some(({ leavesRest }) => leavesRest) ? 1 : 0;
    counts.tokens += app.tokens.length > 0 ? 1 : 0;
    counts.together += app.routing !== undefined && app.policies.length > 0 ? 1 : 0;
    let compared = 0;
    for (const one of all) {
      const said = byIntents(app, one);
      const given = givenBy(subject, app, built, one);
      const finding = typeof given === 'string' ? given : difference(said, given, { app, warnings: built.warnings, one, subject });
      if (finding !== undefined && finding !== 'stricter' && finding !== 'doubted') {
        throw new Error([
          `${finding}: ${JSON.stringify(one)}`,
          `wanted:  ${JSON.stringify(said)}`,
          `given:   ${JSON.stringify(given)}`,
          ...inLines(app),
          ...built.warnings,
          ...built.manifests.map(manifest => JSON.stringify(manifest)),
        ].join('\n'));
      }
      count(counts, said, finding);
      countAnswers(answers, app, one, said);
      compared++;
    }
    return compared;
  }, () => topics.every(topic => hasBoth(answers, topic)));
  const { routes, access, gatewayAccess, egress, exposure } = target._dialects;
  const [hasRoutes, hasPolicies, hasEgress, hasExposures] = [routes, access, egress, exposure].map(({ supports }) => canAny(supports));
  const rendered = asked.programs - asked.refused;
  atLeast({ ...counts, rendered }, {
    'rendered': asked.programs / 15,
    'split': hasRoutes ? wanted / 80 : -1,
    'allowed': hasPolicies ? wanted / 100 : -1,
    'denied': hasPolicies ? wanted / 100 : -1,
    'let out': hasEgress ? wanted / 4000 : -1,
    'kept in': hasEgress ? wanted / 4000 : -1,
    'closed': canIn(egress.supports)('ClosedCluster') ? rendered / 50 : -1,
    'exposed': hasExposures ? rendered / 10 : -1,
    'guarded': canIn(gatewayAccess.supports)('GatewayPolicy') ? rendered / 40 : -1,
    'turned away': canIn(gatewayAccess.supports)('GatewayPolicy') ? wanted / 200 : -1,
    'granted': canIn(access.supports)('Grant') ? rendered / 40 : -1,
    'together': hasRoutes && hasPolicies ? rendered / 5 : -1,
    'routed parts': canIn(routes.supports)('SubsetBackends') ? rendered / 40 : -1,
  });
  const both = Object.fromEntries(topics.flatMap(topic => Object.entries(answers[topic]).map(([answer, times]) => [`${topic}: ${answer}`, times])));
  atLeast(both, Object.fromEntries(Object.keys(both).map(name => [name, 0])));
  return { ...asked, counts: { ...counts, ...both } };
}

/** Whether a rule sends requests, or copies of them, to what is no Service. */
function leadsElsewhere({ routing }: WrittenApp): boolean {
  const rules = routing?.route.rules ?? [];
  return rules.some(({ backends = [], mirrors = [] }) => [...backends, ...mirrors].some(({ service }) => service.groupKind !== undefined));
}

function inLines({ conventions, world, routing, order: _, ...written }: WrittenApp): string[] {
  const service = (_key: string, value: any) => value?.podSelector !== undefined && value.name !== undefined
    ? `${value.namespace}/${value.name} ${Object.values(value.podSelector).join('+')} ${value.ports.map((p: any) => `${p.port}:${p.targetPort}/${p.protocol}`)}` : value;
  return [
    ...Object.entries(written).map(([name, value]) => `${name}: ${JSON.stringify(value, service)}`),
    `routing: ${JSON.stringify(routing, service)}`,
    `world: ${JSON.stringify(conventions)} ${world.pods.map(pod => `${pod.namespace}/${pod.service} ${JSON.stringify(pod.labels)} as ${pod.serviceAccount}`).join('; ')}`,
  ];
}

function givenBy(subject: AppTarget, app: WrittenApp, { manifests }: Built, request: AppRequest): Told | string {
  try {
    return byManifests(subject, app, manifests, request);
  } catch (error) {
    return (error as Error).stack!;
  }
}

interface Context {
  readonly app: WrittenApp;
  readonly warnings: readonly string[];
  readonly one: AppRequest;
  readonly subject: AppTarget;
}

/** What is wrong, if anything is; or that it is stricter, where that is said. */
function difference(wanted: Told, given: Told, context: Context): string | undefined {
  if (wanted.kind === 'let out' || wanted.kind === 'kept in' || given.kind === 'let out' || given.kind === 'kept in') {
    return wanted.kind === given.kind || isClosed(given, context) ? undefined : 'leaves its client otherwise';
  }
  if (wanted.kind === 'turned away' || given.kind === 'turned away') {
    return wanted.kind === given.kind ? undefined : wanted.kind === 'turned away' ? 'LOOSER at the gateway'
      : isNarrower(context) ? 'stricter' : 'stricter at the gateway';
  }
  if (ways(wanted) !== ways(given)) {
    return isDoubted(context) ? 'doubted' : 'goes elsewhere';
  }
  const verdicts = wanted.kind !== 'answered' || given.kind !== 'answered' ? []
    : wanted.answers.map((answer, i) => verdict(answer, given.answers[i].letIn, context));
  return verdicts.find(one => one !== undefined && one !== 'stricter') ?? verdicts.find(one => one !== undefined);
}

/** Hosts are allowed alone, or with the ports that their rule names; denials of paths are for any spelling of them; and a token that proves nothing is denied. */
function isNarrower({ app: { edge, edgeTokens, gateway }, one }: Context): boolean {
  if (one.kind !== 'from outside') return false;
  const request = entering({ name: 'gateway', namespace: gateway.client.namespace! }, gateway.listeners, one);
  const withPort = (rule: GatewayRule): GatewayRule[] => {
    const held = rule.requests.filter(({ hosts }) => hosts === undefined || rule.ports.includes(one.listener));
    return held.length === rule.requests.length ? [rule] : held.length === 0 ? [] : [{ ...rule, requests: held }];
  };
  // Where bytes are denied, conditions on requests are left out.
  const isOdd = isHttp(request) ? edgeTokens !== undefined && isWrong(request) : edge.some(({ denials }) => denials.length > 0);
  return isOdd || edge.some(policy => deniesSpellings(asOfWorkload(policy), request)
    || (one.writesPort && !letThrough({ ...policy, rules: policy.rules.flatMap(withPort) }, request)));
}

/** Whether nobody says what the client may call, of a target that then lets nothing out. */
function isClosed({ kind }: Told, { app, one, subject }: Context): boolean {
  return subject.closesOutside === true && kind === 'kept in' && one.kind === 'to outside'
    && !app.egress.some(({ namespace, workload }) => namespace === one.client.namespace && workload?.serviceAccount === one.client.serviceAccount);
}

function ways(told: Told): string {
  return told.kind === 'answered' ? told.answers.map(({ pod, share }) => `${pod} ${share}`).join() : told.kind;
}

/** Whether it is said of a Service that it may not be read as it stands here. */
function isDoubted({ app, warnings }: Context): boolean {
  return app.world.services.some(({ namespace, name, form }) => form !== 'address with selector'
    && warnings.some(warning => warning.includes('MESH5008') && warning.includes(`Service '${namespace}/${name}'`)));
}

function verdict({ letIn: said, pod: name, request }: Answer, given: Answer['letIn'], { app, warnings, one, subject }: Context): string | undefined {
  if (said === given || (said === 'unsaid' && (given === true || subject.unsaid === 'as installed'))) {
    return undefined;
  }
  const [, podName, port] = /^(.*):(\d+)/.exec(name)!;
  const pod = app.world.pods.find(({ namespace, service }) => `${namespace}/${service}` === podName)!;
  const arrived = arrivedAt(app, one, pod, Number(port), subject.asksBeforeRoutes === true ? {} : { request });
  if (given !== false) {
    const isOpen = subject.openProbes === true && arrived !== undefined && policiesOf(app, pod).some(policy => asksLikeProbe(policy, arrived));
    return isOpen ? undefined : given === true ? 'LOOSER than written' : 'left to the installation';
  }
  const promised = said !== false && arrived !== undefined && letIn(app, arrived) === said
    && policiesOf(app, pod).some(policy => subject.stricter?.(policy, arrived));
  const closed = arrived !== undefined && subject.closes?.(app, warnings, arrived) === true;
  // Where tokens are believed, one that proves nothing may be reason enough to deny.
  const wrong = app.tokens.length > 0 && arrived !== undefined && isWrong(arrived);
  return promised || closed || wrong ? 'stricter' : 'stricter than written';
}

function arrivedAt({ gateway }: WrittenApp, one: AppRequest, pod: Pod, port: number, arrival: Pick<Arrival, 'request'>): Request | undefined {
  switch (one.kind) {
    case 'to outside': return undefined;
    case 'health check': return one.arrived;
    case 'inside': return arriving(one.client, one, pod, port, arrival);
    case 'from outside': return arriving(clientAt(gateway, one.listener), one, pod, port, arrival);
  }
}

function count(counts: Record<string, number>, wanted: Told, finding: string | undefined): void {
  counts.doubted += finding === 'doubted' ? 1 : 0;
  if (wanted.kind !== 'answered') {
    counts[wanted.kind]++;
    return;
  }
  const { answers } = wanted;
  counts.split += answers.length > 1 ? 1 : 0;
  counts.stricter += finding === 'stricter' ? 1 : 0;
  counts.unsaid += answers.some(answer => answer.letIn === 'unsaid') ? 1 : 0;
  counts.allowed += answers.some(answer => answer.letIn === true) ? 1 : 0;
  counts.denied += answers.some(answer => answer.letIn === false) ? 1 : 0;
}

/** Nothing where a misuse is thrown; other errors are bugs. */
function orMisused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!/MESH1\d{3}/.test((error as Error).message)) {
      throw error;
    }
    return undefined;
  }
}

/** What an API server would not take is no refusal of ours. */
function checkRefusal(errors: readonly string[]): void {
  const invalid = errors.find(error => /MESH40\d\d/.test(error));
  if (invalid !== undefined) {
    throw new Error(invalid);
  }
}
