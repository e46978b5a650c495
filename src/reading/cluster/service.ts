import { annotations, labels, type Marks, type Named, portRef } from './object';
import { type Scrape, scrapeOf } from './scrape';
import type { Fields } from '../../manifests/fields';
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
  return {
    ...head,
    ports: spec.field('ports').items().flatMap(port => portOf(port, spoken, marks) ?? []),
    ...(Object.keys(selector).length > 0 && { selector }),
    forms: serviceFactsOf(manifest).forms,
    ...marks,
    ...(externalName !== undefined && { externalName }),
    ...(scrape !== undefined && { scrape }),
  };
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
