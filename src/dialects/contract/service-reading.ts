import type { GatewayHearing } from './gateway-hearing';
import type { Support } from './support';
import { FULL, none, partial } from './support';
import type { Protocol } from '../../model/protocol';
import type { PortFacts, ServiceForm } from '../../model/service-facts';

/** What a Service can be to a construct. */
export type ServiceRole =
  /** It is routed. */
  | 'parent'
  /** A route leads to it. */
  | 'backend'
  /** A gateway leads to it. */
  | 'exposed'
  /** A policy is for its pods. */
  | 'destination';

/** What becomes of a construct by what its Services are, and say of their ports. `partial` is what only may fail. */
export interface ServiceReading {
  readonly forms: Readonly<Record<ServiceForm, Readonly<Record<ServiceRole, Support>>>>;
  /** Absent, where nothing goes by what a Service says of its ports. */
  readonly words?: WordReading;
  /** What becomes of exposures by what a Service says of its ports; absent, where there are none. */
  readonly gateways?: GatewayHearing;
  /** The mesh, in words, if its policies go by the names that containers give their ports. */
  readonly byContainerNames?: string;
  /** How policies know pods by their ServiceAccount: by any, or by one that has the name of the Service. */
  readonly byAccounts?: 'any' | 'of the name';
  /** Whether policies are for the pods that have some labels. */
  readonly byLabels: boolean;
}

export interface WordReading {
  /** Name of the mesh, in sentences. */
  readonly mesh: string;
  /** What it takes a port for: any of these. */
  readonly speaks: (port: PortFacts) => readonly Protocol[];
  /** What it takes the port of a backend for, where that is another thing. */
  readonly speaksAsBackend?: (port: PortFacts) => readonly Protocol[];
  /** Whether it goes by the names of ports too. */
  readonly byName: boolean;
  /** The `appProtocol` to write. */
  readonly write: Readonly<Partial<Record<Protocol, string>>>;
  /** What becomes of a route for a port that it takes for something else; and of one that leads to such a port. */
  readonly routes: string;
  readonly backends?: string;
  /** What becomes of a rule on requests. */
  readonly requests?: string;
}

const NO_PODS = none('it has no pods of its own to protect');

/** What holds wherever nothing else is known: a name for another host has no address, no endpoints and no pods. */
export const ANY_SERVICE: ServiceReading['forms'] = {
  headless: { parent: FULL, backend: FULL, exposed: FULL, destination: FULL },
  externalName: {
    parent: none('clients call the host that it stands for, which is not a Service'),
    backend: none('it has no endpoints in the mesh'),
    exposed: partial('Gateway API leaves it to each gateway whether to send requests to such Services, since they can open other hosts to clients (CVE-2021-25740)'),
    destination: NO_PODS,
  },
  selectorless: { parent: FULL, backend: FULL, exposed: FULL, destination: FULL },
};

/** The same forms, except these. */
export function forms(
  differ: Readonly<Partial<Record<ServiceForm, Readonly<Partial<Record<ServiceRole, Support>>>>>>,
): ServiceReading['forms'] {
  return {
    headless: { ...ANY_SERVICE.headless, ...differ.headless },
    externalName: { ...ANY_SERVICE.externalName, ...differ.externalName },
    selectorless: { ...ANY_SERVICE.selectorless, ...differ.selectorless },
  };
}
