import type { Door, Hostname } from './doors';
import type { ExposureTls, GatewayListener, GatewayNamespaces } from '../../index';
import type { Entry } from '../../meaning/world';
import { call, type Node } from '../program';

/** A listener of a gateway that is written. */
export interface Listening {
  readonly name: string;
  readonly node: Node<GatewayListener>;
}

/** A listener by which exposures of some namespaces come in. */
export function listeningAt({ gateway, port, protocol }: Door, hostname: Hostname, tls: Entry['tls'], namespaces: readonly string[]): Listening {
  const [own] = gateway.split('/');
  const name = nameOf(port, protocol, hostname);
  const options = {
    ...(protocol === 'HTTP' ? 80 : 443) !== port && { port },
    ...hostname !== undefined && { hostname },
  };
  const from = namespaces.every(namespace => namespace === own) ? {} : { namespaces: call('GatewayNamespaces', 'named', ...namespaces) };
  return { name, node: nodeOf(name, port, protocol, options, tlsWords(tls, own), from) };
}

function nodeOf(
  name: string, port: number, protocol: Door['protocol'], options: { readonly port?: number; readonly hostname?: string },
  tls: Node<ExposureTls>, from: { readonly namespaces?: Node<GatewayNamespaces> },
): Node<GatewayListener> {
  switch (protocol) {
    case 'HTTPS': return call('GatewayListener', 'https', name, { ...options, tls, ...from });
    case 'TLS': return call('GatewayListener', 'tls', name, { ...options, tls, ...from });
    case 'TCP': return call('GatewayListener', 'tcp', name, port, ...unlessEmpty(from));
    case 'UDP': return call('GatewayListener', 'udp', name, port, ...unlessEmpty(from));
    default: return call('GatewayListener', 'http', name, ...unlessEmpty({ ...options, ...from }));
  }
}

function unlessEmpty<T extends object>(options: T): [] | [T] {
  return Object.keys(options).length === 0 ? [] : [options];
}

function nameOf(port: number, protocol: Door['protocol'], hostname: Hostname): string {
  const start = port === 80 || port === 443 ? protocol.toLowerCase() : `${protocol.toLowerCase()}-${port}`;
  return hostname === undefined ? start : `${start}-${hostname.replace(/^\*/, 'any')}`;
}

function tlsWords(tls: Entry['tls'], own: string): Node<ExposureTls> {
  if (tls === undefined || tls === 'passed') return call('ExposureTls', 'passthrough');
  const [{ name, namespace }, ...others] = tls.secrets;
  if (others.length > 0) return call('ExposureTls', 'secrets', tls.secrets.map(one => ({ name: one.name, namespace: one.namespace })));
  return namespace === own ? call('ExposureTls', 'secret', name) : call('ExposureTls', 'secret', name, namespace);
}
