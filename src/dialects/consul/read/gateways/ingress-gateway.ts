import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import type { Entry } from '../../../../meaning/world';
import type { Protocol } from '../../../../model/protocol';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';
import { beside } from '../access/beside';

/**
 * A way in for what is outside the mesh.
 *
 * @see https://developer.hashicorp.com/consul/docs/reference/config-entry/ingress-gateway
 */
export interface IngressGateway {
  readonly source: Source;
  /** By which intentions know it. */
  readonly name: string;
  readonly namespace: string;
  readonly listeners: readonly Listener[];
  /** Why nobody knows what is in force. */
  readonly doubt?: Doubt;
}

export interface Listener {
  readonly port: number;
  /** As clients speak it. */
  readonly outside: Entry['protocol'];
  readonly protocol: Protocol;
  /** The same, in the word of Consul. */
  readonly spoken: string;
  readonly services: readonly Exposed[];
}

export interface Exposed {
  readonly source: Source;
  /** `*` for all. */
  readonly name: string;
  readonly namespace?: string;
  readonly partition?: string;
  readonly hosts: readonly string[];
  /** What else holds for it, as it stands there. */
  readonly besides: readonly string[];
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = { http: 'HTTP', http2: 'HTTP', grpc: 'GRPC', tcp: 'TCP' };

/** Limits for the clients of a service, and changes of headers. */
const LIMITS = ['maxConnections', 'maxPendingRequests', 'maxConcurrentRequests', 'passiveHealthCheck'];
const OF_SERVICE = [...LIMITS, 'requestHeaders', 'responseHeaders'];

export function ingressGatewayOf(object: ReadObject): IngressGateway {
  const { fields, name, namespace = DEFAULT_NAMESPACE } = object;
  const spec = fields.field('spec');
  const byDefault = said(spec.field('defaults'), LIMITS);
  const isOverTls = isTls(spec.field('tls'));
  const listeners = spec.field('listeners').items().flatMap((listener): Listener[] => {
    const [port, spoken] = [listener.field('port').integer(), listener.field('protocol').text() ?? ''];
    const protocol = Object.hasOwn(PROTOCOLS, spoken) ? PROTOCOLS[spoken] : listener.field('protocol').doubt('Consul has no such protocol');
    const own = listener.field('tls');
    const isSecure = own.isSaid ? isTls(own) : isOverTls;
    if (isOverTls && !isSecure) own.doubt('it is not known whether a listener has no TLS where its gateway has');
    const services = listener.field('services').items().map(item => {
      const service = exposedOf(object, item, byDefault);
      if (service.name === '*' && (protocol === 'TCP' || service.hosts.length > 0)) item.doubt('Consul refuses hosts for all services, and all services of TCP');
      return service;
    });
    const hosts = services.flatMap(service => service.hosts);
    if (new Set(hosts).size < hosts.length) listener.field('services').doubt('Consul refuses a host that is named twice');
    if (port === undefined || protocol === undefined) return [];
    return [{ port, protocol, spoken, outside: !isSecure ? protocol : protocol === 'TCP' ? 'TLS' : 'HTTPS', services }];
  });
  beside(fields);
  const [doubt] = fields.doubts();
  return { source: sourceOf(object), name, namespace, listeners, ...(doubt && { doubt: doubtOf(doubt) }) };
}

function exposedOf(object: ReadObject, fields: Fields, byDefault: readonly string[]): Exposed {
  const [name, namespace, partition] = ['name', 'namespace', 'partition'].map(field => fields.field(field).text() || undefined);
  fields.field('tls').take();
  return {
    source: sourceOf(object, fields),
    name: name ?? fields.doubt('it says no name') ?? '',
    ...(namespace !== undefined && { namespace }),
    ...(partition !== undefined && { partition }),
    hosts: fields.field('hosts').items().flatMap(host => host.text()?.toLowerCase() ?? []),
    besides: [...byDefault, ...said(fields, OF_SERVICE)],
  };
}

function said(fields: Fields, names: readonly string[]): string[] {
  return names.flatMap(name => {
    const value = fields.field(name).take();
    return value === undefined ? [] : [`IngressGateway: ${name} is ${JSON.stringify(value)}`];
  });
}

/** With certificates of Consul, or of a server of secrets. */
function isTls(fields: Fields): boolean {
  const [isOn, secrets] = [fields.field('enabled').take() === true, fields.field('sds').take()];
  ['tlsMinVersion', 'tlsMaxVersion', 'cipherSuites'].forEach(name => fields.field(name).take());
  return isOn || secrets !== undefined;
}
