import { SPLIT_V1ALPHA1, SPLIT_V1ALPHA2, SPLIT_V1ALPHA4 } from './apis';
import { smiDialects, splitDialects } from './dialects';
import { osmReserved } from './reserved';
import { osmServices, smiServices } from './service-reading';
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

/** The specification. */
export const smiSpec: SmiReader<'SMI'> = {
  title: 'SMI',
  inWords: 'SMI',
  dialects: {
    exposure,
    ...smiDialects(SPLIT_V1ALPHA4, { udp: true, undeclaredPorts: true, envoyDecides: false }),
    services: smiServices,
    reserved: nothingReserved('SMI'),
    traffic: { proxyPorts: 'any' },
  },
};

export const openServiceMesh: SmiReader<'SMI, Open Service Mesh'> = {
  title: 'SMI, Open Service Mesh',
  inWords: 'Open Service Mesh',
  dialects: {
    exposure,
    ...smiDialects(SPLIT_V1ALPHA2, { udp: false, undeclaredPorts: false, envoyDecides: true }),
    services: osmServices,
    reserved: osmReserved,
    // It redirects traffic to its proxy inside the pod only.
    traffic: { proxyPorts: [] },
  },
};

export const argoRollouts: SmiReader<'SMI, Argo Rollouts'> = {
  title: 'SMI, Argo Rollouts', inWords: 'Argo Rollouts', dialects: splitsOnly('Argo Rollouts', smiServices, nothingReserved('SMI')),
};

/** For a reader that knows only TrafficSplits. */
export function splitsOnly(reader: string, services: ServiceReading, reserved: Reserved): TargetDialects {
  return { exposure, ...splitDialects(SPLIT_V1ALPHA1, reader), services, reserved, traffic: undefined };
}
