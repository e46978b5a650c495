import type { GatewayHearing } from './gateway-hearing';
import type { Marks } from './marks';
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

/** What happens to a construct because of what its Services are, and what they say of their ports. `partial` means that it may fail. */
export interface ServiceReading {
  readonly forms: Readonly<Record<ServiceForm, Readonly<Record<ServiceRole, Support>>>>;
  /** What is done with a Service because of what stands at it and at its namespace; absent if nothing is. */
  readonly marks?: (marks: ServiceMarks) => readonly MarkedService[];
  /** Absent if nothing depends on what a Service says of its ports. */
  readonly words?: WordReading;
  /** What happens to exposures because of what a Service says of its ports; absent if the target has no exposures. */
  readonly gateways?: GatewayHearing;
  /** The name of the mesh, if its routes know the ports of a Service with several by the names that the Service gives them. */
  readonly portsByName?: string;
  /** The name of the mesh, if its policies know ports by the names that containers give them. */
  readonly byContainerNames?: string;
  /** Whether mutual TLS is written for each port that a Service leads to; else only for pods, and for ports with another mode. */
  readonly securesPorts?: true;
  /** Whether a policy names ports of the pods; `false` if it is for all ports. */
  readonly governsPorts?: false;
  /** How policies know pods by their ServiceAccount: by any, or by one that has the name of the Service. */
  readonly byAccounts?: 'any' | 'of the name';
  /** Whether policies select pods by labels. */
  readonly byLabels: boolean;
  /** Whether these may be the labels that Cilium gives to pods, such as that of the ServiceAccount. */
  readonly byGivenLabels?: true;
}

export interface ServiceMarks extends Marks {
  readonly namespace: string;
}

export interface MarkedService {
  /** The mark, in words. */
  readonly by: string;
  /** Where it is not named, nothing changes; `requests` is a policy for its pods that tells requests apart. */
  readonly roles: Readonly<Partial<Record<ServiceRole | 'requests', Support>>>;
  readonly remedy: string;
}

export interface WordReading {
  /** Name of the mesh, in sentences. */
  readonly mesh: string;
  /** What it takes a port for: any of these. */
  readonly speaks: (port: PortFacts) => readonly Protocol[];
  /** What it takes the port of a backend for, if that differs. */
  readonly speaksAsBackend?: (port: PortFacts) => readonly Protocol[];
  /** Whether it reads the names of ports too. */
  readonly byName: boolean;
  /** The `appProtocol` to write. */
  readonly write: Readonly<Partial<Record<Protocol, string>>>;
  /** What happens to a route for a port that it takes for another protocol; and to a route that leads to such a port. */
  readonly routes: string;
  readonly backends?: string;
  /** What happens to a rule on requests. */
  readonly requests?: string;
}

const NO_PODS = none('it has no pods of its own to protect');

/** What is true of every mesh: a name for another host has no address, no endpoints and no pods. */
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
