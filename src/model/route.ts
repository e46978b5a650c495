import type { ClientPods } from './client-pods';
import type { Handling, HeaderChanges, Mirror, PortTraffic, ServiceTraffic } from './handling';
import type { RequestMatch } from './match';
import type { PodPort } from './pod-port';
import type { Protocol } from './protocol';
import { isOfKind, isService } from './service-ref';
import type { Backend, BackendRef, PodSelection, ServiceRef } from './service-ref';

/** A name as people write it. */
export function qualified(name: string, namespace: string | undefined): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Where the requests to one Service go. */
export interface RouteModel {
  /** Base of the names of all objects. */
  readonly name: string;
  /** Namespace of the route; `undefined` where the chart leaves it to whoever applies the manifests. */
  readonly namespace?: string;
  readonly service: BackendRef & PodSelection;
  /** All ports of the Service. */
  readonly ports: readonly PortRoute[];
  /** What holds for the Service as a whole. */
  readonly traffic: ServiceTraffic;
}

/** The routing of one port of the Service. The first port is the primary one. */
export interface PortRoute {
  readonly port: number;
  /** That of the port in the Service, if it has one. */
  readonly name?: string;
  /** The port of the pods. Absent, it has the same number. */
  readonly podPort?: PodPort;
  /** The name of that port in the container, if it has one. */
  readonly podPortName?: string;
  readonly protocol: Protocol;
  /** Empty where the port is not routed. */
  readonly rules: readonly RouteRule[];
  /** What holds where its traffic goes, in place of what holds for the Service as a whole. */
  readonly traffic?: PortTraffic;
}

/** The first rule that matches a request decides where it goes. */
export interface RouteRule {
  /** By which people and metrics know it. */
  readonly name?: string;
  /** Alternatives: any of them. Empty is every request. */
  readonly matches: readonly RequestMatch[];
  /** Whose requests: those of any of these pods. Absent, everybody's; otherwise never empty, and another rule of the port is for everybody. */
  readonly clients?: readonly ClientPods[];
  /** Never empty, unless the rule answers by itself: with a redirect, or with a status. */
  readonly backends: readonly WeightedBackend[];
  readonly handling: Handling;
  /** Its place among the rules of the port as they are written, where that is another one. */
  readonly written?: number;
}

/** The number of a rule, as people count them. */
export function ruleNumber(rules: readonly RouteRule[], i: number): number {
  return (rules[i].written ?? i) + 1;
}

export interface WeightedBackend extends BackendRef, PodSelection {
  readonly port: number;
  /** That of the port in the Service, if it has one. */
  readonly portName?: string;
  /** Whether the Service has other ports beside it. */
  readonly isOneOfSeveral?: boolean;
  /** The port of the pods. Absent, it has the same number. */
  readonly podPort?: PodPort;
  /** Share relative to the weights of the rule's other backends. */
  readonly weight: number;
  /** Changes for the requests that go to it, beside those of the rule. */
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
}

/** Whether the route stands outside the Service's namespace, and so speaks for the clients of its own namespace only. */
export function isConsumerRoute(model: RouteModel): boolean {
  return model.service.namespace !== undefined && model.namespace !== undefined && model.service.namespace !== model.namespace;
}

/** Whether the Service itself takes the traffic of one of its ports, which is not routed. No mesh sees UDP. */
export function takesTrafficItself({ ports }: RouteModel): boolean {
  return ports.some(({ protocol, rules }) => rules.length === 0 && protocol !== 'UDP');
}

/** The backends of a rule that get requests: those of a weight above 0. */
export function weighted({ backends }: Pick<RouteRule, 'backends'>): WeightedBackend[] {
  return backends.filter(({ weight }) => weight > 0);
}

/** The namespace of a backend: that of the routed Service, unless it has its own. */
export function namespaceOf(model: RouteModel, backend: ServiceRef): string | undefined {
  return backend.namespace ?? model.service.namespace ?? model.namespace;
}

/** Where the requests of a rule go, and copies of them. */
export function destinationsOf({ backends, handling: { mirrors } }: Pick<RouteRule, 'backends' | 'handling'>): readonly (WeightedBackend | Mirror)[] {
  return mirrors === undefined ? backends : [...backends, ...mirrors];
}

/** The Services where the requests of all rules of a route go, and copies of them. */
export function allDestinationsOf({ ports }: Pick<RouteModel, 'ports'>): readonly (WeightedBackend | Mirror)[] {
  const all: (WeightedBackend | Mirror)[] = [];
  for (const { rules } of ports) {
    for (const rule of rules) {
      for (const one of destinationsOf(rule)) if (isService(one)) all.push(one);
    }
  }
  return all;
}

/** The Services among the backends of all rules of a route. */
export function allBackendsOf({ ports }: Pick<RouteModel, 'ports'>): readonly WeightedBackend[] {
  const all: WeightedBackend[] = [];
  for (const { rules } of ports) {
    for (const { backends } of rules) {
      for (const one of backends) if (isService(one)) all.push(one);
    }
  }
  return all;
}

/** Whether a backend is what is routed. */
export function isItself(model: RouteModel, backend: BackendRef): boolean {
  return backend.name === model.service.name && isOfKind(backend.groupKind, model.service.groupKind) && !isElsewhere(model, backend);
}

/** The Services to which a route sends requests. */
export function backendsOf(model: RouteModel): Backend[] {
  return allBackendsOf(model).map(({ name, namespace, podSelector, serviceAccount }) =>
    ({ name, namespace: namespaceOf(model, { name, namespace }), podSelector, serviceAccount }));
}

/** Whether a rule says what happens to requests on their way: most only say where they go. */
export function handlesRequests({ ports }: Pick<RouteModel, 'ports'>): boolean {
  return ports.some(({ rules }) => rules.some(({ handling }) => Object.keys(handling).length > 0));
}

/** The Service that is routed, as `qualified` names it. */
export function routedService({ service, namespace }: RouteModel): string {
  return qualified(service.name, service.namespace ?? namespace);
}

/** Whether a backend lives outside the namespace of the Service. */
export function isElsewhere(model: RouteModel, backend: ServiceRef): boolean {
  return backend.namespace !== undefined && backend.namespace !== (model.service.namespace ?? model.namespace);
}
