import { placeWords } from '../../manifests/fields';
import type { Client, Request, ServicePort } from '../../meaning/call';
import type { Source } from '../../meaning/decision';
import type { Destination } from '../../meaning/journey';
import { kindInWords } from '../../meaning/way';
import type { OutsideHost, WayBackend } from '../../meaning/world';

/** A client, as people call it. */
export function clientWords(client: Client): string {
  const at = client.address === undefined ? '' : ` at ${client.address}`;
  if (client.kind !== 'pod') return `${OTHERS[client.kind]}${at}`;
  const { namespace, serviceAccount, labels } = client;
  const marks = labels === undefined ? [] : Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const who = serviceAccount !== undefined ? `${namespace}/${serviceAccount}`
    : marks.length > 0 ? `a pod of ${namespace} with ${marks.join(',')}` : `a pod of ${namespace}`;
  return `${who}${client.meshed === false ? ' without the mesh' : ''}${at}`;
}

const OTHERS = {
  outside: 'a client outside the cluster', kubelet: 'the node of the pod', node: 'another node', apiServer: 'the API server', gateway: 'the gateway',
} as const;

/** A request, as people write it. */
export function requestWords(request: Request | undefined): string {
  if (request === undefined) return 'a connection';
  const query = Object.entries(request.query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return [
    `${request.method} ${request.path}${query === '' ? '' : `?${query}`}`,
    ...request.host === undefined ? [] : [`to host ${request.host}`],
    ...Object.entries(request.headers).map(([name, value]) => `with ${name}: ${value}`),
    ...request.claims === undefined ? [] : [`with a token that says ${JSON.stringify(request.claims)}`],
  ].join(' ');
}

export function serviceWords({ namespace, service, port, groupKind, outside }: ServicePort & Pick<WayBackend, 'outside'>): string {
  return `${groupKind === undefined ? '' : `${kindInWords({ groupKind })} `}${namespace}/${service}:${port}${outside === undefined ? '' : `, which is ${hostWords(outside)}`}`;
}

function hostWords({ host, protocol, tls }: OutsideHost): string {
  return [`${host} outside the cluster`, ...protocol === undefined ? [] : [`called by ${protocol}`], ...tls === undefined ? [] : [`within TLS for ${tls}`]].join(', ');
}

/** Something outside the cluster. */
export function outsideWords({ host, address, port }: Destination): string {
  const at = address?.includes(':') ? `[${address}]` : address;
  return `${at ?? host}:${port}${at !== undefined && host !== undefined ? `, as ${host}` : ''} outside the cluster`;
}

/** An object and the field of it, with the place where it stands. */
export function sourceWords({ kind, namespace, name, place }: Source): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}, ${placeWords(place)}`;
}
