import { SPLIT_V1ALPHA1, SPLIT_V1ALPHA2, SPLIT_V1ALPHA4 } from './apis';
import { smiDialects, splitDialects } from './dialects';
import { osmReserved } from './reserved';
import { osmServices, smiServices } from './service-reading';
import { osmTelemetry } from './telemetry';
import type { Deliverable } from '../contract/deliverable';
import { MOVED_BY_COMMITS } from '../contract/deliverable';
import { unable } from '../contract/dialect';
import type { Reserved } from '../contract/reserved';
import { nothingReserved } from '../contract/reserved';
import type { ServiceReading } from '../contract/service-reading';
import type { TargetDialects } from '../contract/target-dialects';

/** Who reads the manifests of SMI. */
export interface SmiReader<Title extends string = string> {
  /** Its name in tables. */
  readonly title: Title;
  /** Its name in a sentence. */
  readonly inWords: string;
  readonly dialects: TargetDialects;
}

const exposure = unable('exposure', 'SMI is for traffic inside a mesh; a chart with targets of its own can go to Gateway API or to an Ingress');
const gateway = unable('gateway', 'SMI is for traffic inside a mesh; a chart with targets of its own can go to Gateway API');
const externalBackend = unable('externalBackend', 'a TrafficSplit sends requests to Services');

/** The specification. */
export const smiSpec: SmiReader<'SMI'> = {
  title: 'SMI',
  inWords: 'SMI',
  dialects: {
    exposure,
    gateway,
    externalBackend,
    release: MOVED_BY_COMMITS,
    ...smiDialects(SPLIT_V1ALPHA4, { udp: true, undeclaredPorts: true, envoyDecides: false }),
    services: smiServices,
    reserved: nothingReserved('SMI'),
    deliverable: {
      moved: {
        api: 'none',
        reason: 'the CRD of the specification serves TrafficSplits of v1alpha4, and controllers write older ones',
        remedy: 'Use `implementation: SmiImplementation.OSM` or `LINKERD`, or Gateway API',
      },
      telemetry: { none: 'SMI leaves it to the mesh what is measured' },
    },
    traffic: { proxyPorts: 'any' },
  },
};

export const openServiceMesh: SmiReader<'SMI, Open Service Mesh'> = {
  title: 'SMI, Open Service Mesh',
  inWords: 'Open Service Mesh',
  dialects: {
    exposure,
    gateway,
    externalBackend,
    release: MOVED_BY_COMMITS,
    ...smiDialects(SPLIT_V1ALPHA2, { udp: false, undeclaredPorts: false, envoyDecides: true }),
    services: osmServices,
    reserved: osmReserved,
    deliverable: { moved: { api: 'split', version: 'v1alpha2' }, telemetry: osmTelemetry },
    // It redirects traffic to its proxy inside the pod only.
    traffic: { proxyPorts: [] },
  },
};

/** For a reader that knows only TrafficSplits. */
export function splitsOnly(reader: string, services: ServiceReading, reserved: Reserved, telemetry: Deliverable['telemetry']): TargetDialects {
  return {
    exposure,
    gateway,
    externalBackend,
    release: MOVED_BY_COMMITS,
    ...splitDialects(SPLIT_V1ALPHA1, reader),
    services,
    reserved,
    deliverable: { moved: { api: 'split', version: 'v1alpha1' }, telemetry },
    traffic: undefined,
  };
}
