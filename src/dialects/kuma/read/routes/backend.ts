import { type Destination, destinationOf } from './destination';
import type { Fields } from '../../../../manifests/fields';
import { isUndecided, type Undecided } from '../../../../meaning/decision';
import type { WayBackend } from '../../../../meaning/world';
import { kindInWords } from '../../../../model/service-ref';
import type { Cluster } from '../../../../reading/cluster/cluster';
import type { ServicePort } from '../../../../reading/cluster/service';

/** Where a route sends requests, or copies of them. */
export interface Backend {
  readonly weight: number;
  readonly to: Destination;
  /** Its number, or its name. */
  readonly port: number | string;
}

export function backendOf(fields: Fields, home: string): Backend | undefined {
  const [weight, number] = [fields.field('weight').integer() ?? 1, fields.field('port').integer()];
  const to = destinationOf(fields, home);
  const port = to.section ?? number;
  if (to.kind === 'unknown') return undefined;
  if (to.kind === 'elsewhere' && to.name === undefined) return fields.doubt('what is no Service of the cluster is no backend that is known here');
  if (to.kind === 'Mesh' || to.namespace === undefined) return fields.doubt('it is not known of which namespace it is');
  return port === undefined ? fields.doubt('it has no port, as in earlier releases') : { weight, to, port };
}

/** What a port speaks to Kuma, which looks at its `appProtocol` only. */
export function speechOf({ appProtocol = 'tcp' }: Pick<ServicePort, 'appProtocol'>): 'http' | 'http2' | 'grpc' | 'tcp' {
  const said = appProtocol.toLowerCase();
  return said === 'kubernetes.io/h2c' ? 'http2' : said === 'http' || said === 'http2' || said === 'grpc' ? said : 'tcp';
}

/** Those that get something, sorted. What is not there, or does not speak what it should, gets nothing, or is an error. */
export function backendsOf(all: readonly Backend[], cluster: Cluster, areRequests: boolean): WayBackend[] | Undecided {
  const backends = all.filter(({ weight }) => weight > 0).map((one): WayBackend | Undecided => placeOf(one, cluster, areRequests));
  return backends.find(isUndecided) ?? (backends as WayBackend[]).sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
}

function placeOf({ weight, to: { groupKind, name = '', namespace = '' }, port: said }: Backend, cluster: Cluster, areRequests: boolean): WayBackend | Undecided {
  const service = groupKind !== undefined ? undefined : cluster.service(namespace, name);
  const port = service?.ports.find(one => one.name === String(said) || String(one.port) === String(said));
  if (service !== undefined && port === undefined) return { unknown: `Service '${name}' has no port '${said}'` };
  if (port !== undefined && areRequests && speechOf(port) === 'tcp') return { unknown: `Kuma takes port ${port.port} of Service '${name}' for TCP, by its \`appProtocol\`` };
  const number = port?.port ?? Number(said);
  return Number.isNaN(number) ? { unknown: `it is not known which port of ${kindInWords({ groupKind })} '${name}' is '${said}'` }
    : { namespace, service: name, port: number, weight, ...(groupKind && { groupKind }) };
}

function keyOf({ namespace, service, port, groupKind }: WayBackend): string {
  return `${namespace}/${service}:${port} ${kindInWords({ groupKind })}`;
}
