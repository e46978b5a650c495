import type { AppServices } from './app-services';
import type { MeshTarget } from './mesh-target';
import { portObjections } from './pod-ports';
import type { Objection, Spoken, Statement } from './statement';
import type { ServiceRole, WordReading } from '../dialects/contract/service-reading';
import { doubtful, unsupported } from '../errors/diagnostics';
import { listed } from '../errors/words';
import type { AccessModel, WorkloadPort } from '../model/access';
import { tellsRequestsApart } from '../model/access';
import type { AuthenticatedWorkload, AuthenticationModel } from '../model/authentication';
import type { ExposureModel } from '../model/exposure';
import { exposedPort, exposedServices, namespaceOfService } from '../model/exposure';
import { ROUTE_FEATURES, routeFeature } from '../model/features/route';
import { distinctBy, flatMap } from '../model/lists';
import { numberOf } from '../model/pod-port';
import type { Protocol } from '../model/protocol';
import type { PortRoute, RouteModel } from '../model/route';
import { allDestinationsOf, isItself, namespaceOf, qualified } from '../model/route';
import type { PortFacts, ServiceFacts, ServiceForm } from '../model/service-facts';
import { SERVICE_FORMS } from '../model/service-facts';
import { isService } from '../model/service-ref';
import type { BackendRef, PodSelection, ServiceRef } from '../model/service-ref';

/** What does not hold of a statement, by what the app says of its Services, or else by what its models say. */
export function objections(statement: Statement, app: AppServices, chart: unknown): readonly Objection[] {
  const factsOf: FactsOf = service => {
    const { name, namespace = '', facts } = service;
    if (!isService(service)) return [];
    const known = app.factsOf(namespace, name, chart);
    return known.length > 0 || facts === undefined ? known : [facts];
  };
  const isUnknown = (service: ServiceRef & PodSelection) => factsOf(service).length === 0;
  const { kind, target, model } = statement;
  switch (kind) {
    case 'authentication': {
      if (model.workload === undefined) return [];
      const mention = { role: 'destination' as const, ...secured(model, model.workload) };
      return [
        ...portObjections(statement, app, chart), ...formObjections(kind, target, [mention], factsOf),
        ...authenticationObjections(target, model, model.workload, factsOf),
      ];
    }
    case 'routes': {
      const own = portObjections(statement, app, chart);
      const areKnown = app.hasServices || saysOfServices(model);
      if (!areKnown && !app.hasNamespaces) return own;
      const mentions = mentionsOf(model);
      const marked = [...own, ...markObjections(kind, target, mentions, factsOf, app)];
      return areKnown
        ? [
          ...marked, ...formObjections(kind, target, mentions, factsOf), ...routeObjections(target, model, factsOf),
          ...nameObjections(target, model, factsOf),
        ]
        : marked;
    }
    // Of its gateway alone.
    case 'gatewayAccess': return [];
    case 'egress': return portObjections(statement, app, chart);
    case 'exposure': {
      const exposed = ledTo(model.route, 'exposed');
      return [
        ...formObjections(kind, target, exposed, factsOf), ...markObjections(kind, target, exposed, factsOf, app),
        ...exposureObjections(target, model, factsOf),
      ];
    }
    case 'externalAuthorization': {
      const { workload: { service: name, facts }, namespace, ports } = model;
      const own = portObjections(statement, app, chart);
      if (name === undefined) return own;
      const mention = { role: 'destination' as const, name, namespace, facts };
      return [
        ...own, ...formObjections(kind, target, [mention], factsOf),
        ...markObjections(kind, target, [{ ...mention, areRequests: true }], factsOf, app),
        ...governedObjections(kind, target, ports, () => true, mention, factsOf),
      ];
    }
    case 'access': {
      const own = portObjections(statement, app, chart);
      const { destination: { service: name, facts }, namespace } = model;
      if (name === undefined) return own;
      const mention = { role: 'destination' as const, name, namespace, facts };
      const isKnown = app.hasServices || facts !== undefined;
      if (!isKnown && !app.hasNamespaces) return own;
      const areRequests = model.destination.ports.some(tellsApart(model));
      const marked = [...own, ...markObjections(kind, target, [{ areRequests, ...mention }], factsOf, app)];
      return !isKnown || isUnknown(mention) ? marked : [
        ...marked,
        ...formObjections(kind, target, [mention], factsOf),
        ...governedObjections(kind, target, model.destination.ports, tellsApart(model), mention, factsOf),
      ];
    }
  }
}

/** Nothing is known of what is no Service. */
type FactsOf = (service: BackendRef & PodSelection) => readonly ServiceFacts[];

interface Mention extends ServiceRef, PodSelection {
  readonly role: ServiceRole;
}

function mentionsOf(model: RouteModel): Mention[] {
  return model.ports.some(({ rules }) => rules.length > 0) ? [...isService(model.service) ? [{ role: 'parent' as const, ...parent(model) }] : [], ...ledTo(model, 'backend')] : [];
}

/** Whether the model itself says something of the Services that it names. */
function saysOfServices(model: RouteModel): boolean {
  return model.service.facts !== undefined || allDestinationsOf(model).some(({ facts }) => facts !== undefined);
}

function ledTo(model: RouteModel, role: 'backend' | 'exposed'): Mention[] {
  const others = allDestinationsOf(model).filter(backend => role === 'exposed' || !isItself(model, backend));
  return [...new Map(others.map(({ name, namespace, facts }: ServiceRef & PodSelection) => {
    const mention = { name, namespace: namespaceOf(model, { name, namespace }), facts, role };
    return [qualified(name, mention.namespace), mention];
  })).values()];
}

function parent(model: RouteModel): BackendRef & PodSelection {
  return { ...model.service, namespace: namespaceOf(model, model.service) };
}

function secured({ namespace }: AuthenticationModel, { service, facts }: AuthenticatedWorkload): ServiceRef & PodSelection {
  return { name: service, namespace, facts };
}

const SPEECH: Readonly<Record<ServiceRole, string>> = {
  parent: 'a route of',
  backend: 'a route to',
  exposed: 'an exposure of',
  destination: 'a policy for the pods of',
};

const REMEDIES: Readonly<Record<ServiceForm, string>> = {
  headless: 'Leave `clusterIP: None` out of the Service, or name another Service of the same pods',
  externalName: 'Name the Service that has the pods',
  selectorless: 'Give the Service the `selector` of its pods',
};

function formObjections(kind: Spoken, target: MeshTarget, mentions: readonly Mention[], factsOf: FactsOf): Objection[] {
  return flatMap(mentions, mention => {
    const met = new Set(flatMap(factsOf(mention), ({ forms }) => forms));
    return flatMap([...met], (form): Objection[] => {
      const support = target._dialects.services.forms[form][mention.role];
      if (support.level === 'full') {
        return [];
      }
      const speech = kind === 'authentication' ? 'mutual TLS for the pods of' : kind === 'externalAuthorization' ? 'an authorizer for the pods of' : SPEECH[mention.role];
      const what = `${speech} Service '${qualified(mention.name, mention.namespace)}'`;
      const reason = `it ${SERVICE_FORMS[form]}, and ${support.reason}`;
      const isError = support.level === 'none';
      return [{ isError, diagnostic: (isError ? unsupported : doubtful)(kind, target.id, what, reason, REMEDIES[form]) }];
    });
  });
}

/** What is done with Services, because of what stands at them and at their namespaces. */
function markObjections(
  kind: Spoken, target: MeshTarget, mentions: readonly (Mention & { readonly areRequests?: boolean })[], factsOf: FactsOf, app: AppServices,
): Objection[] {
  const { marks } = target._dialects.services;
  if (marks === undefined) return [];
  return flatMap(mentions, ({ role, areRequests = false, ...service }) => {
    const { name, namespace = '' } = service;
    const [{ labels = {}, annotations = {} } = {}] = factsOf(service) as readonly Partial<ServiceFacts>[];
    const { labels: namespaceLabels, annotations: namespaceAnnotations } = app.marksOf(namespace);
    return flatMap(marks({ labels, annotations, namespaceLabels, namespaceAnnotations, namespace }), ({ by, roles, remedy: write }): Objection[] => {
      const support = (areRequests ? roles.requests : undefined) ?? roles[role];
      if (support === undefined || support.level === 'full') return [];
      const isError = support.level === 'none';
      const what = `${kind === 'externalAuthorization' ? 'an authorizer for the pods of' : SPEECH[role]} Service '${qualified(name, namespace)}'`;
      return [{ isError, diagnostic: (isError ? unsupported : doubtful)(kind, target.id, what, `because of ${by}, ${support.reason}`, write) }];
    });
  });
}

function routeObjections(target: MeshTarget, model: RouteModel, factsOf: FactsOf): Objection[] {
  const { words } = target._dialects.services;
  const service = parent(model);
  const facts = factsOf(service);
  return flatMap(model.ports.filter(({ rules, protocol }) => rules.length > 0 && protocol !== 'UDP'), port => {
    const what = `${ROUTE_FEATURES[routeFeature(port)]} (port ${port.port})`;
    const refuse = (reason: string, write: string): Objection => ({ isError: true, diagnostic: unsupported('routes', target.id, what, reason, write) });
    const other = otherTransport(facts, service, port);
    if (other !== undefined) {
      return [refuse(other, `Leave port ${port.port} out of the MeshService`)];
    }
    const spoken = spokenBy(port);
    const heard = words === undefined ? [] : [
      ...misheard(words, facts, port.port, [spoken]).map(found => refuse(`${said(words, service, found)}, ${words.routes}`, remedy(words, found, spoken))),
      ...words.backends === undefined ? [] : flatMap(flatMap(port.rules, ({ backends }) => backends), backend => {
        const at = { ...backend, namespace: namespaceOf(model, backend) };
        return isItself(model, backend) && words.speaksAsBackend === undefined ? [] : misheard(asBackend(words), factsOf(at), backend.port, [spoken])
          .map(found => refuse(`${said(asBackend(words), at, found)}, ${words.backends}`, remedy(words, found, spoken)));
      }),
    ];
    return distinctBy(heard, ({ diagnostic }) => diagnostic.sentence);
  });
}

/** Ports by other names than those which the Service gives them; and a Service with more ports than are spoken of. */
function nameObjections(target: MeshTarget, model: RouteModel, factsOf: FactsOf): Objection[] {
  const { portsByName } = target._dialects.services;
  if (portsByName === undefined) return [];
  const service = parent(model);
  return flatMap(factsOf(service).map(({ ports }) => ports.filter(({ transport }) => transport === 'TCP')).filter(known => known.length > 1), known => flatMap(model.ports.filter(({ rules }) => rules.length > 0), (port): Objection[] => {
    const own = known.find(one => one.port === port.port)?.name;
    return own === undefined || (own === port.name && model.ports.length > 1) ? [] : [{
      isError: true,
      diagnostic: unsupported('routes', target.id, `a route of port ${port.port} of Service '${qualified(service.name, service.namespace)}'`,
        `the Service has several ports, of which ${portsByName} knows this one by the name '${own}'`,
        `Give all of its ports to the MeshService, this one with \`name: '${own}'\`, or make it with \`MeshService.fromKubeService\``),
    }];
  }));
}

function exposureObjections(target: MeshTarget, model: ExposureModel, factsOf: FactsOf): Objection[] {
  const { gateways } = target._dialects.services;
  const { protocol } = exposedPort(model);
  if (gateways === undefined) return [];
  const heard = flatMap(exposedServices(model), (backend): Objection[] => {
    const at = { ...backend, namespace: namespaceOfService(model, backend) };
    const facts = factsOf(at);
    const what = `${SPEECH.exposed} port ${at.port} of Service '${qualified(at.name, at.namespace)}'`;
    const other = otherTransport(facts, at, { port: at.port, protocol });
    if (other !== undefined) {
      return [{ isError: true, diagnostic: unsupported('exposure', target.id, what, other, 'Name a port for TCP') }];
    }
    return flatMap(flatMap(facts, ({ ports }) => ports).filter(({ port, transport }) => port === at.port && transport === 'TCP'), (port): Objection[] => {
      const found = gateways(port, protocol, model.backendTls);
      if (found === undefined) {
        return [];
      }
      const { isCertain, why, remedy: write } = found;
      const reason = `${wordsOf(port)}, and ${why}`;
      return [{ isError: isCertain, diagnostic: (isCertain ? unsupported : doubtful)('exposure', target.id, what, reason, write) }];
    });
  });
  return distinctBy(heard, ({ diagnostic }) => diagnostic.sentence);
}

/** Whether something of a policy tells the requests to a port apart. */
function tellsApart({ denials, rules }: AccessModel): (port: WorkloadPort) => boolean {
  return port => [...denials, ...rules].some(rule => tellsRequestsApart(rule) && rule.ports.includes(port));
}

/** Ports of the Service that speak something else than is said of those of its pods; which matters for requests alone. */
function governedObjections(
  kind: 'access' | 'externalAuthorization', target: MeshTarget, ports: readonly WorkloadPort[], areRequests: (port: WorkloadPort) => boolean,
  service: ServiceRef & PodSelection, factsOf: FactsOf,
): Objection[] {
  const { words } = target._dialects.services;
  const facts = factsOf(service);
  return flatMap(ports, port => flatMap(servicePorts(port), number => {
    const what = `${GOVERNS[kind]} port ${number} of Service '${qualified(service.name, service.namespace)}'`;
    const refuse = (reason: string, write: string): Objection => ({ isError: true, diagnostic: unsupported(kind, target.id, what, reason, write) });
    const { protocol } = port;
    const other = protocol === undefined ? undefined : otherTransport(facts, service, { port: number, protocol });
    if (other !== undefined) {
      return [refuse(other, `Leave port ${number} out of the MeshService`)];
    }
    return words?.requests === undefined || protocol === undefined || !areRequests(port) ? [] : misheard(words, facts, number, ['HTTP', 'GRPC'])
      .map(found => refuse(`${said(words, service, found)}, ${words.requests}`, remedy(words, found, protocol)));
  }));
}

const GOVERNS = { access: 'a policy on', externalAuthorization: 'an authorizer for' } as const;

/** Ports whose mode differs, and which have none: mutual TLS is a matter of TCP. */
function authenticationObjections(target: MeshTarget, model: AuthenticationModel, workload: AuthenticatedWorkload, factsOf: FactsOf): Objection[] {
  const service = secured(model, workload);
  const others = flatMap(factsOf(service), ({ ports }) => ports).filter(({ transport }) => transport !== 'TCP');
  return flatMap(model.ports, ({ port }): Objection[] => {
    const isDatagrams = workload.ports.some(declared => declared.port === port && declared.protocol === 'UDP');
    const transport = isDatagrams ? 'UDP' : others.find(other => (other.targetPort ?? other.port) === port)?.transport;
    return transport === undefined ? [] : [{
      isError: true,
      diagnostic: unsupported('authentication', target.id, `mutual TLS on port ${port} of the pods of Service '${qualified(service.name, service.namespace)}'`,
        `it is one for ${transport}, and mutual TLS is for TCP`, 'Leave it out of `ports`'),
    }];
  });
}

function servicePorts(port: WorkloadPort): readonly number[] {
  const number = numberOf(port);
  return port.servicePorts ?? (number === undefined ? [] : [number]);
}

/** Without server names to tell apart, TLS is bytes. */
function spokenBy(port: PortRoute): Protocol {
  return routeFeature(port) === 'TCPRoute' ? 'TCP' : port.protocol;
}

/** A port of the Service that has the number, and is one for something else. */
function otherTransport(
  facts: readonly ServiceFacts[], { name, namespace }: ServiceRef, { port, protocol }: { readonly port: number; readonly protocol: Protocol },
): string | undefined {
  const wanted = protocol === 'UDP' ? 'UDP' : 'TCP';
  for (const { ports } of facts) {
    const same = ports.filter(p => p.port === port);
    if (same.length > 0 && same.every(({ transport }) => transport !== wanted)) {
      return `port ${port} of Service '${qualified(name, namespace)}' speaks ${same[0].transport}`;
    }
  }
  return undefined;
}

function asBackend(words: WordReading): WordReading {
  return words.speaksAsBackend === undefined ? words : { ...words, speaks: words.speaksAsBackend };
}

/** The port, where the mesh takes it for none of these. */
function misheard({ speaks }: WordReading, facts: readonly ServiceFacts[], port: number, spoken: readonly Protocol[]): PortFacts[] {
  return flatMap(facts, ({ ports }) => ports).filter(p => p.port === port && p.transport === 'TCP')
    .filter(found => !speaks(found).some(protocol => spoken.includes(protocol))).slice(0, 1);
}

function wordsOf({ name, appProtocol }: PortFacts): string {
  return appProtocol !== undefined ? `it says \`appProtocol: ${appProtocol}\`` : name !== undefined ? `it has the name '${name}'` : 'it does not name its protocol';
}

function said({ mesh, byName, speaks }: WordReading, { name, namespace }: ServiceRef, port: PortFacts): string {
  const words = port.appProtocol !== undefined ? `says \`appProtocol: ${port.appProtocol}\``
    : byName && port.name !== undefined ? `has the name '${port.name}'` : 'does not name its protocol';
  return `port ${port.port} of Service '${qualified(name, namespace)}' ${words}, so ${mesh} takes it for ${listed(speaks(port), 'or') || 'no protocol that it knows'}`;
}

function remedy({ write }: WordReading, { port, appProtocol }: PortFacts, spoken: Protocol): string {
  const word = write[spoken];
  const line = word === undefined ? `Leave out \`appProtocol: ${appProtocol}\` of port ${port}` : `Write \`appProtocol: ${word}\` on port ${port}`;
  return `${line} of the Service, or declare the protocol of the port in the MeshService`;
}
