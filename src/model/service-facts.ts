import { fieldsOf } from './fields';
import type { PortWords } from './port-protocol';

/** What a Service is beside an address with a selector. */
export const SERVICE_FORMS = {
  headless: 'has no address of its own (`clusterIP: None`)',
  externalName: 'is another name for a host (`type: ExternalName`)',
  selectorless: 'has no selector',
} as const;

export type ServiceForm = keyof typeof SERVICE_FORMS;

/** What a Service says of itself beside its name. */
export interface ServiceFacts {
  readonly forms: readonly ServiceForm[];
  /** The ports of which it is known what the Service says. */
  readonly ports: readonly PortFacts[];
  /** What stands at it. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels of its pods, where it is known. */
  readonly selector?: Readonly<Record<string, string>>;
}

export interface PortFacts extends PortWords {
  readonly port: number;
  /** Of the transport: TCP, UDP or SCTP. */
  readonly transport: string;
  readonly targetPort?: number | string;
  /** Those of the Service: some say what its ports speak. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The facts in the manifest of a Service, which need not be valid. */
export function serviceFactsOf({ metadata, spec }: any): ServiceFacts {
  const externalName = spec?.type === 'ExternalName';
  const selector = Object.keys(spec?.selector ?? {}).length === 0 ? undefined : spec.selector;
  const forms: Record<ServiceForm, boolean> = {
    headless: spec?.clusterIP === 'None',
    externalName,
    selectorless: selector === undefined && !externalName,
  };
  return {
    forms: fieldsOf(SERVICE_FORMS).filter(form => forms[form]),
    ports: (Array.isArray(spec?.ports) ? spec.ports : []).filter((port: unknown) => port !== null && typeof port === 'object')
      .map((port: any) => portFactsOf(port, metadata?.annotations)),
    ...(metadata?.labels !== undefined && { labels: metadata.labels }),
    ...(metadata?.annotations !== undefined && { annotations: metadata.annotations }),
    ...(selector !== undefined && { selector }),
  };
}

function portFactsOf({ port, name, appProtocol, protocol, targetPort }: any, annotations: PortFacts['annotations']): PortFacts {
  return { port, name, appProtocol, transport: protocol ?? 'TCP', targetPort, ...(annotations !== undefined && { annotations }) };
}
