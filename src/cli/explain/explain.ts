import { callerOf, FORMS, isThere } from './clients';
import { outsideOf } from './outside';
import { isRequest, requestOf } from './request';
import type { Client, ServicePort } from '../../meaning/call';
import { type Departure, departure, type Destination, type Journey, journey, type Land } from '../../meaning/journey';
import { landOf } from '../../reading/land';
import type { World } from '../../reading/world';
import { Misuse } from '../options';

/** What is asked, in the words of the command line. */
export interface Question {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly operands: readonly string[];
  readonly headers: readonly string[];
  readonly host?: string;
  readonly claims?: string;
  /** Whether the client is said to be in no mesh. */
  readonly isUnmeshed: boolean;
  readonly namespace: string;
}

/** The answer, and what else would be said of a client that is not in the mesh. */
export interface Answer<T extends Journey | Departure = Journey | Departure> {
  readonly answer: T;
  /** Whether the files have a workload that may be the client, or none at all. */
  readonly isClientThere: boolean;
  readonly outsideTheMesh?: T;
}

type Answers<T extends Journey | Departure = Journey | Departure> = Omit<Answer<T>, 'isClientThere'>;

/** The files among the operands. */
export function filesAmong(operands: readonly string[]): readonly string[] {
  return operands.filter(operand => !isRequest(operand));
}

export function explain(world: World, question: Question): Answer {
  const { from, to, isUnmeshed, namespace } = question;
  if (from === undefined) throw new Misuse(`'--from' is missing. ${FORMS}`);
  const land = landOf(world);
  const callerIf = (isMeshed: boolean) => callerOf(from, { cluster: world.cluster, land, namespace, isMeshed });
  const isMeshed = !isUnmeshed;
  const outside = to === undefined ? undefined : outsideOf(to, question);
  const isClientThere = isThere(callerIf(isMeshed), world.cluster);
  if (outside !== undefined) return { isClientThere, ...leaving(land, outside, question, callerIf, isMeshed) };
  const { to: service, protocol } = destinationOf(world, question);
  const request = requestFor(protocol, question);
  return {
    isClientThere,
    ...both(isMeshed, is => journey(land, {
      ...callerIf(is), to: service, protocol, ...(request !== undefined && { request }), ...(protocol === 'TLS' && question.host !== undefined && { serverName: question.host }),
    }), ({ errand: { client } }) => client),
  };
}

function leaving(
  land: Land, to: Destination, question: Question, callerIf: (isMeshed: boolean) => ReturnType<typeof callerOf>, isMeshed: boolean,
): Answers {
  const { client, gateway } = callerIf(isMeshed);
  if (client.kind !== 'pod' || gateway !== undefined) throw new Misuse(`'--from' is '${question.from}', and only a pod calls what is outside the cluster`);
  const request = to.protocol === 'HTTP' ? requestFor('HTTP', { ...question, host: to.host ?? to.address }) : undefined;
  return both(isMeshed, is => departure(land, callerIf(is).client, to, request), one => one.client);
}

/** Asked about a client in the mesh, and about one that is not, if that makes a difference. */
function both<T extends Journey | Departure>(isMeshed: boolean, ask: (isMeshed: boolean) => T, clientOf: (answer: T) => Client): Answers<T> {
  const answer = ask(isMeshed);
  const other = !isMeshed || clientOf(answer).meshed !== true ? answer : ask(false);
  return { answer, ...(other.outcome !== answer.outcome && { outsideTheMesh: other }) };
}

function destinationOf({ cluster }: World, { to, namespace: own }: Question): { readonly to: ServicePort; readonly protocol: Journey['errand']['protocol'] } {
  if (to === undefined) throw new Misuse("'--to' is missing. It is a port of a Service, such as shop/cart:8080, or something outside, such as api.example.com:443");
  const [, namespace = own, service, digits] = /^(?:([^/:]+)\/)?([^/:]+)(?::([0-9]+))?$/.exec(to) ?? [];
  if (service === undefined) throw new Misuse(`'--to' is '${to}', which is no port of a Service. Write it as shop/cart:8080`);
  const found = cluster.service(namespace, service);
  if (found === undefined) throw new Misuse(`there is no Service '${namespace}/${service}' in the files`);
  const [only, ...others] = found.ports;
  const port = digits === undefined && others.length === 0 ? only : found.ports.find(one => one.port === Number(digits));
  if (port === undefined) {
    throw new Misuse(`Service '${namespace}/${service}' has ${digits === undefined ? 'several ports' : `no port ${digits}`}: it has ${found.ports.map(one => one.port).join(', ') || 'none'}`);
  }
  const protocol = port.protocol ?? (port.transport === 'UDP' ? 'UDP' : port.appProtocol === undefined ? 'HTTP' : 'TCP');
  return { to: { namespace, service, port: port.port }, protocol };
}

function requestFor(protocol: Journey['errand']['protocol'], { operands, headers, host, claims }: Question) {
  const [text, ...others] = operands.filter(isRequest);
  if (others.length > 0) throw new Misuse(`there are two requests: '${text}' and '${others[0]}'`);
  const hasRequests = protocol === 'HTTP' || protocol === 'GRPC';
  if (hasRequests && text === undefined) throw new Misuse("there is no request. Write it in quotes, such as 'GET /cart'");
  if (!hasRequests && text !== undefined) throw new Misuse(`the port speaks ${protocol}, so there are no requests to tell apart: leave out '${text}'`);
  return text === undefined ? undefined : requestOf(text, headers, host, claims);
}
