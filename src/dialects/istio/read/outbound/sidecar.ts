import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import type { Labels } from '../../../../meaning/selector';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import type { Owner } from '../../../../reading/ranking';
import { doubtOf } from '../../../../reading/understood';
import { type OutboundMode, outboundMode } from '../mesh-config';
import { ownerOf } from '../owner';

/** What the proxies of some pods know of the mesh, and where calls arrive at them. */
export interface Sidecar extends Owner {
  readonly namespace: string;
  /** Absent for all pods of the namespace; those of the root namespace are then for all. */
  readonly labels?: Labels;
  /** Undefined where it imports everything. */
  readonly imports: readonly Import[] | undefined;
  /** What its listeners leave out, whatever they import. */
  readonly leftOut: readonly Import[];
  /** The ports that have listeners of their own. */
  readonly ports: readonly number[];
  /** Undefined where the mesh says it. */
  readonly mode?: OutboundMode;
  readonly listeners: readonly Inbound[];
  /** Something that is not understood, except `ingress`. */
  readonly doubt?: Doubt;
  /** Something that is not understood, except `egress`. */
  readonly inboundDoubt?: Doubt;
}

/** What a listener for calls knows. */
export interface Import {
  /** `.` is that of the pods, `*` is any. */
  readonly namespace: string;
  /** A name, or one with a star in front. */
  readonly host: string;
  /** Absent for all ports. */
  readonly port?: number;
  readonly source: Source;
  /** Of what is left out, whether by some releases it says nothing beside something else. */
  readonly inSome?: true;
}

/** Where calls arrive. */
export interface Inbound {
  readonly port: number;
  readonly protocol: string;
  readonly source: Source;
  /** Whether it opens TLS with certificates of its own. */
  readonly opensTls: boolean;
}

export function sidecarOf(object: ReadObject): Sidecar {
  const { fields, namespace = DEFAULT_NAMESPACE } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  const own = labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  if (own['istio.io/rev'] !== undefined) metadata.field('labels').field('istio.io/rev').doubt('only the control plane of its revision reads it');
  const selector = labels(spec.field('workloadSelector').field('labels'));
  const egress = spec.field('egress').items();
  const hosts = egress.flatMap(listener => hostsOf(object, listener));
  const some = (isLeftOut: boolean) => hosts.filter(one => one.isLeftOut === isLeftOut).map(({ isLeftOut: _, ...one }): Import => one);
  const policy = spec.field('outboundTrafficPolicy');
  const mode = outboundMode(policy);
  if (policy.field('egressProxy').isSaid) policy.field('egressProxy').doubt('what the mesh does not know goes by another proxy');
  spec.field('inboundConnectionPool').take();
  const listeners = spec.field('ingress').items().flatMap(listener => inboundOf(object, listener) ?? []);
  const doubts = fields.doubts();
  const without = (...names: readonly string[]) => doubts.find(({ place: { path } }) => !names.some(name => path.startsWith(`spec.${name}`)));
  const [doubt, inboundDoubt] = [without('ingress', 'inbound'), without('egress', 'outbound')];
  return {
    ...ownerOf(object),
    namespace,
    imports: egress.length === 0 ? undefined : some(false),
    leftOut: some(true),
    ports: [...new Set(hosts.flatMap(({ port }) => port ?? []))],
    listeners,
    ...(Object.keys(selector).length > 0 && { labels: selector }),
    ...(mode !== undefined && { mode }),
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
    ...(inboundDoubt !== undefined && { inboundDoubt: doubtOf(inboundDoubt) }),
  };
}

/** Of the namespace after `~`, or else of any, something is left out (`convertIstioListenerToWrapper` in `pilot/pkg/model/sidecar.go`). */
function hostsOf(object: ReadObject, listener: Fields): (Import & { readonly isLeftOut: boolean })[] {
  const port = listener.field('port');
  const number = port.field('number').integer();
  ['protocol', 'name'].forEach(name => port.field(name).take());
  if (port.isSaid && number === undefined) port.doubt('the listener is for no port');
  if (['bind', 'captureMode'].some(name => listener.field(name).isSaid)) listener.doubt('it listens elsewhere than where pods call');
  if (/^HTTP_PROXY$/i.test(String(port.field('protocol').take()))) port.doubt('clients name it as their proxy');
  return listener.field('hosts').items().flatMap(item => {
    const [, leaves, namespace, host] = /^(?=[^/])(~?)([^/]*)\/([^/]+)$/.exec(item.text() ?? '') ?? [];
    if (host === undefined) return item.doubt('it is not a host with its namespace') ?? [];
    return {
      namespace: namespace || '*',
      host,
      isLeftOut: leaves !== '',
      source: sourceOf(object, item),
      ...(number !== undefined && { port: number }),
      ...(namespace === '' && { inSome: true as const }),
    };
  });
}

function inboundOf(object: ReadObject, listener: Fields): Inbound | undefined {
  const port = listener.field('port');
  const [number, protocol = ''] = [port.field('number').integer(), port.field('protocol').text()];
  port.field('name').take();
  ['bind', 'captureMode', 'defaultEndpoint', 'connectionPool'].forEach(name => listener.field(name).take());
  if (number === undefined) return listener.doubt('it is for no port');
  return { port: number, protocol, source: sourceOf(object, listener), opensTls: listener.field('tls').take() !== undefined };
}
