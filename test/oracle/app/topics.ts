import type { AppOptions } from './arbitraries/options';
import { canAny, canIn } from './arbitraries/options';
import type { AppRequest, FromOutside, Inside } from './requests';
import type { Told } from './told';
import { isAttached, type WrittenApp } from './written';

/** What requests may be about. Of each, both answers have to occur: a target that is never asked proves nothing. */
const TOPICS: Readonly<Record<string, (app: WrittenApp, asked: AppRequest) => boolean>> = {
  'tokens': ({ policies }, asked) => asked.kind === 'inside' && asked.tokens !== undefined
    && policies.some(({ namespace, destination: { service }, rules }) => namespace === asked.request.to.namespace
      && service === asked.request.to.service && areForUsers(rules)),
  'tokens at gateways': ({ edge }, asked) => asked.kind === 'from outside' && asked.tokens !== undefined && edge.some(({ rules }) => areForUsers(rules)),
  'gRPC at guarded gateways': ({ edge }, asked) => isOutside(asked, 'GRPC') && edge.length > 0,
  'connections': (_, asked) => isOutside(asked, 'TCP'),
  'datagrams': (_, asked) => isOutside(asked, 'UDP'),
  'listeners by port': ({ exposures }, asked) => asked.kind === 'from outside' && exposures.some(({ parents }) => parents.some(({ port }) => port !== undefined)),
  'listeners by name': ({ exposures }, asked) => asked.kind === 'from outside' && exposures.some(({ parents }) => parents.some(({ listener }) => listener !== undefined)),
  'two gateways': ({ exposures, gateway: { listeners } }, asked) => asked.kind === 'from outside' && exposures.some(one =>
    [true, undefined].every(aside => listeners.some(each => each.isAside === aside && isAttached(one, each)))),
  'several parents': ({ exposures }, asked) => asked.kind === 'from outside' && exposures.some(({ parents }) => parents.length > 1),
  'listener sets': ({ gateway: { listeners } }, asked) => asked.kind === 'from outside' && listeners.some(({ port, isAdded }) => isAdded === true && port === asked.listener),
};

/** Which of them a target can be asked about, of programs that it renders. */
export function topicsOf({ dialects, gateway: { className } }: AppOptions): string[] {
  const { access, jwtAuthentication, gatewayAccess, exposure, gateway } = dialects;
  const [hasUsers, guards, exposes, listens] = [access, gatewayAccess, exposure, gateway].map(({ supports }) => canIn(supports));
  const shares = className !== undefined && exposes('SharedGateway');
  const said: Readonly<Record<keyof typeof TOPICS, boolean>> = {
    'tokens': hasUsers('EndUsers') && canAny(jwtAuthentication.supports),
    'tokens at gateways': guards('EndUsers'),
    'gRPC at guarded gateways': guards('GatewayPolicy') && exposes('GRPCRoute'),
    'connections': exposes('TCPExposure') && listens('TCPListener'),
    'datagrams': exposes('UDPExposure') && listens('UDPListener'),
    'listeners by port': shares && exposes('HTTPRouteParentRefPort'),
    'listeners by name': shares,
    'two gateways': exposes('SeveralGateways') && canAny(gateway.supports),
    'several parents': shares && exposes('SeveralGateways'),
    'listener sets': exposes('ListenerSet') && listens('SharedListenerSet'),
  };
  return Object.keys(TOPICS).filter(topic => said[topic]);
}

export type Answers = Record<string, { yes: number; no: number }>;

export function noAnswers(): Answers {
  return Object.fromEntries(Object.keys(TOPICS).map(topic => [topic, { yes: 0, no: 0 }]));
}

export function hasBoth(answers: Answers, topic: string): boolean {
  return answers[topic].yes > 0 && answers[topic].no > 0;
}

/** Counts what is said of a request. */
export function countAnswers(answers: Answers, app: WrittenApp, asked: AppRequest, said: Told): void {
  const passes = said.kind === 'answered' ? said.answers.some(({ letIn }) => letIn !== false) : said.kind === 'redirected' || said.kind === 'responded';
  for (const [topic, isAbout] of Object.entries(TOPICS)) {
    if (isAbout(app, asked)) answers[topic][passes ? 'yes' : 'no']++;
  }
}

function areForUsers(rules: readonly { readonly endUsers: readonly unknown[] }[]): boolean {
  return rules.some(({ endUsers }) => endUsers.length > 0);
}

function isOutside(asked: AppRequest, protocol: (Inside | FromOutside)['request']['protocol']): boolean {
  return asked.kind === 'from outside' && asked.request.protocol === protocol;
}
