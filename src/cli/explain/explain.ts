import { callerOf, FORMS } from './clients';
import { isRequest, requestOf } from './request';
import type { ServicePort } from '../../meaning/call';
import { type Journey, journey } from '../../meaning/journey';
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
export interface Answer {
  readonly journey: Journey;
  readonly outsideTheMesh?: Journey;
}

/** The files among the operands. */
export function filesAmong(operands: readonly string[]): readonly string[] {
  return operands.filter(operand => !isRequest(operand));
}

export function explain(world: World, question: Question): Answer {
  const { from, isUnmeshed, namespace } = question;
  if (from === undefined) throw new Misuse(`'--from' is missing. ${FORMS}`);
  const land = landOf(world);
  const { to, protocol } = destinationOf(world, question);
  const request = requestFor(protocol, question);
  const ask = (isMeshed: boolean) => journey(land, {
    ...callerOf(from, { cluster: world.cluster, land, namespace, isMeshed }), to, protocol, ...(request !== undefined && { request }), ...(protocol === 'TLS' && question.host !== undefined && { serverName: question.host }),
  });
  const answer = ask(!isUnmeshed);
  const other = isUnmeshed || answer.errand.client.meshed !== true ? answer : ask(false);
  return { journey: answer, ...(other.outcome !== answer.outcome && { outsideTheMesh: other }) };
}

function destinationOf({ cluster }: World, { to, namespace: own }: Question): { readonly to: ServicePort; readonly protocol: Journey['errand']['protocol'] } {
  if (to === undefined) throw new Misuse("'--to' is missing. It is a port of a Service, such as shop/cart:8080");
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
