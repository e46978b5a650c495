import { annotations, labels, type Marks, type Named, portRef } from './object';
import { type Scrape, scrapeOf } from './scrape';
import type { Fields } from '../../manifests/fields';
import { isBlock } from '../../meaning/address';
import type { Opening } from '../../meaning/compare/half';
import type { PortWords } from '../../model/port-protocol';
import type { Protocol } from '../../model/protocol';
import { serviceFactsOf, type ServiceForm } from '../../model/service-facts';

export interface Service extends Named {
  readonly ports: readonly ServicePort[];
  /** Absent where it has none. */
  readonly selector?: Readonly<Record<string, string>>;
  /** The host of which it is another name. */
  readonly externalName?: string;
  readonly forms: readonly ServiceForm[];
  /** How clients outside the cluster come there without a gateway; absent where they do not. */
  readonly opening?: Opening;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent where it does not say that the pods behind it are scraped. */
  readonly scrape?: Scrape;
}

export interface ServicePort {
  readonly port: number;
  readonly name?: string;
  readonly appProtocol?: string;
  /** Of the transport: TCP, UDP or SCTP. */
  readonly transport: string;
  /** What it spoke to the mesh. Absent where nothing says it. */
  readonly protocol?: Protocol;
  /** A name is that of a port of the container. */
  readonly targetPort: number | string;
}

/** What a port is taken to speak, and whether the mesh let nobody in, as it knew no such protocol. */
export function speechOf({ protocol, appProtocol }: ServicePort): { readonly protocol: Protocol; readonly isClosed: boolean } {
  return { protocol: protocol ?? (appProtocol === undefined ? 'HTTP' : 'TCP'), isClosed: protocol === undefined && appProtocol !== undefined };
}

/** What a port speaks to the mesh; undefined where nothing says it. */
export type Spoken = (transport: string, port: PortWords, service: Marks) => Protocol | undefined;

export function serviceOf(object: Fields, head: Named, manifest: unknown, spoken: Spoken): Service {
  const spec = object.field('spec');
  const metadata = object.field('metadata');
  const marks = { labels: annotations(metadata.field('labels')), annotations: annotations(metadata.field('annotations')) };
  const selector = labels(spec.field('selector'));
  const scrape = scrapeOf(marks.annotations);
  const externalName = spec.field('externalName').text();
  const opening = openingOf(spec);
  const { kind, name, namespace, place } = head;
  return {
    kind,
    name,
    namespace,
    place,
    ports: spec.field('ports').items().flatMap(port => portOf(port, spoken, marks) ?? []),
    ...(Object.keys(selector).length > 0 && { selector }),
    forms: serviceFactsOf(manifest).forms,
    ...marks,
    ...(externalName !== undefined && { externalName }),
    ...(scrape !== undefined && { scrape }),
    ...(opening !== undefined && { opening }),
  };
}

const ANYWHERE = ['0.0.0.0/0', '::/0'];

/** Of a load balancer, the ranges are those that it, or each node, lets in. */
function openingOf(spec: Fields): Opening | undefined {
  const [type, ips] = [spec.field('type').text(), spec.field('externalIPs').items()];
  const ranges = spec.field('loadBalancerSourceRanges').items().flatMap(range => range.text()?.trim() ?? []).filter(isBlock);
  if (ips.length > 0) return { by: 'spec.externalIPs', from: ANYWHERE };
  if (type === 'LoadBalancer' && ranges.length > 0) return { by: 'spec.loadBalancerSourceRanges', from: ranges };
  return type === 'LoadBalancer' || type === 'NodePort' ? { by: 'spec.type', from: ANYWHERE } : undefined;
}

function portOf(fields: Fields, spoken: Spoken, marks: Marks): ServicePort | undefined {
  const port = fields.field('port').integer();
  if (port === undefined) return fields.doubt('there is no `port`');
  const [name, appProtocol, transport = 'TCP'] = ['name', 'appProtocol', 'protocol'].map(field => fields.field(field).text() || undefined);
  const protocol = spoken(transport, { name, appProtocol }, marks);
  if (protocol === undefined && appProtocol !== undefined && transport === 'TCP') {
    fields.field('appProtocol').doubt('the mesh knows no such protocol, and lets nobody in at the port');
  }
  return {
    port,
    transport,
    targetPort: portRef(fields.field('targetPort')) || port,
    ...(name !== undefined && { name }),
    ...(appProtocol !== undefined && { appProtocol }),
    ...(protocol !== undefined && { protocol }),
  };
}
