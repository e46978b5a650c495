import { beside, type Service } from './intention';
import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import type { ReadObject } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** What ServiceDefaults, or the ProxyDefaults of all, say of how a service is called. */
export interface Defaults {
  /** Absent where it says none. */
  readonly protocol?: string;
  readonly isPermissive?: boolean;
  /** Why nobody knows what is in force. */
  readonly doubt?: Doubt;
}

/** What says nothing of who gets in. */
const OF_SERVICES = [
  'upstreamConfig', 'maxInboundConnections', 'localConnectTimeoutMs', 'localRequestTimeoutMs', 'meshGateway', 'externalSNI', 'rateLimits', 'balanceInboundConnections',
  'envoyExtensions', 'mode',
];

export function serviceDefaultsOf(object: ReadObject): Defaults {
  const spec = object.fields.field('spec');
  OF_SERVICES.forEach(name => spec.field(name).take());
  return defaultsOf(object, spec.field('protocol'), spec.field('mutualTLSMode'));
}

export function proxyDefaultsOf(object: ReadObject): Defaults {
  const spec = object.fields.field('spec');
  spec.take();
  return defaultsOf(object, spec.field('config').field('protocol'), spec.field('mutualTLSMode'));
}

function defaultsOf({ fields }: ReadObject, protocol: Fields, mode: Fields): Defaults {
  const [said, mutualTls] = [protocol.text(), mode.text()];
  beside(fields);
  const [finding] = fields.doubts();
  return {
    ...(said !== undefined && said !== '' && { protocol: said.toLowerCase() }),
    ...(mutualTls !== undefined && mutualTls !== '' && { isPermissive: mutualTls === 'permissive' }),
    ...(finding !== undefined && { doubt: doubtOf(finding) }),
  };
}

/** By the service that they are for. */
export function serviceOf({ name, namespace = DEFAULT_NAMESPACE }: ReadObject, areMirrored: boolean): Service {
  return { name, ...(areMirrored && { namespace }) };
}
