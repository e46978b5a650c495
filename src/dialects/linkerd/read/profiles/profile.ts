import { retriesBy } from './retries';
import { type ProfileRoute, routeOf } from './route';
import type { Fields } from '../../../../manifests/fields';
import type { ServicePort } from '../../../../meaning/call';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { quantity } from '../../../../reading/quantity';
import { doubtOf } from '../../../../reading/understood';

/** A ServiceProfile: what becomes of requests to a Service, from the clients of one namespace or of all. */
export interface Profile {
  readonly source: Source;
  readonly namespace: string;
  readonly service: Omit<ServicePort, 'port'>;
  readonly routes: readonly ProfileRoute[];
  /** In place of the Service; those with a weight above 0. */
  readonly targets: readonly Target[];
  readonly doubt?: Doubt;
}

export interface Target extends Omit<ServicePort, 'port'> {
  /** The port that is called, unless it is said. */
  readonly port?: number;
  /** In thousandths. */
  readonly weight: number;
}

/** Undefined where it is for no Service of the cluster, so that no proxy asks for it. */
export function profileOf(object: ReadObject): Profile | undefined {
  const { fields, name, namespace = DEFAULT_NAMESPACE } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const service = serviceIn(name);
  if (service === undefined) {
    spec.take();
    return metadata.field('name').doubt('Linkerd looks for it by the name of a Service, such as cart.shop.svc.cluster.local');
  }
  // Those in the annotation of the Service stand in their place (`opaque_ports_adaptor.go` of linkerd2).
  spec.field('opaquePorts').take();
  const retries = retriesBy(spec.field('retryBudget'));
  const routes = spec.field('routes').items().map(route => routeOf(object, route, retries));
  const targets = spec.field('dstOverrides').items().flatMap(target => targetOf(target) ?? []);
  if (service.domain !== DOMAIN) metadata.field('name').doubt(`it is for clusters whose domain is ${service.domain}`);
  const [doubt] = fields.doubts();
  return {
    source: sourceOf(object),
    namespace,
    service: { namespace: service.namespace, service: service.service },
    routes,
    targets: targets.filter(({ weight }) => weight > 0),
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

/** The domain of a cluster, unless it is installed with another one. */
const DOMAIN = 'cluster.local';

function serviceIn(host: string) {
  const [, service, namespace, domain] = /^([^.]+)\.([^.]+)\.svc\.(.+)$/.exec(host) ?? [];
  return service === undefined ? undefined : { service, namespace, domain };
}

/** `toDstOverrides` in `profile_translator.go`, and `convert_dst_override` in `linkerd/service-profiles/src/proto.rs` of linkerd2-proxy. */
function targetOf(fields: Fields): Target | undefined {
  const [authority = '', said] = [fields.field('authority').text(), fields.field('weight')];
  const weight = thousandths(said);
  const [, host = '', port] = /^([^:]+)(?::([1-9][0-9]{0,4}))?$/.exec(authority) ?? [];
  const service = serviceIn(host);
  if (service?.domain !== DOMAIN) return fields.field('authority').doubt('Linkerd finds Services by their whole name, such as cart.shop.svc.cluster.local');
  if (weight === undefined) return said.doubt('it is not a weight that Linkerd takes');
  return { namespace: service.namespace, service: service.service, weight, ...(port !== undefined && { port: Number(port) }) };
}

/** What is more than Linkerd can count is lost. */
const MOST = 429_496_729;

function thousandths(fields: Fields): number | undefined {
  const value = fields.take();
  const said = typeof value === 'string' || typeof value === 'number' ? quantity(value) : undefined;
  const weight = said && Number(said.numerator * 1000n) / Number(said.denominator);
  return weight === undefined || !Number.isInteger(weight) || weight > MOST ? undefined : weight;
}
