import type { AppServices } from './app-services';
import type { Policies } from './policies';
import type { Objection, Speaker, Statement, Told } from './statement';
import { reservedByName } from '../dialects/contract/reserved';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { nameless, otherTarget, stale, unsupported } from '../errors/diagnostics';
import type { WorkloadPort } from '../model/access';
import { byKind } from '../model/by-kind';
import { limitedPorts, portOfPods } from '../model/limited-ports';
import { flatMap } from '../model/lists';
import type { PodFacts } from '../model/pod-facts';
import { numbersOfPort } from '../model/pod-facts';
import type { PodPort } from '../model/pod-port';
import { numberOf } from '../model/pod-port';
import { allDestinationsOf, namespaceOf, qualified } from '../model/route';
import type { PortFacts } from '../model/service-facts';
import { isService, workloadInWords } from '../model/service-ref';

/** Ports of pods by which a construct goes. */
interface Governed {
  /** Of the Service; or what the pods without one are called. */
  readonly service: string;
  readonly namespace?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  /** Those by which it goes that are behind ports of the Service. */
  readonly behind: readonly PortBehind[];
  /** Those of which it matters what their containers call them. */
  readonly selected: readonly (PodPort & { readonly name?: string })[];
}

/** A port of the pods, and the one of the Service that leads there. */
interface PortBehind {
  /** With its protocol, where that is known: a Service may have one number for TCP and for UDP. */
  readonly pod: PodPort & Pick<WorkloadPort, 'protocol'>;
  readonly port: number;
}

/** Exposures, and policies of gateways, are for no ports of pods. */
type OfPods = Exclude<Statement, { readonly kind: 'exposure' | 'gatewayAccess' }>;

const governedBy = byKind<OfPods, readonly Governed[], [TargetDialects]>({
  access: ({ model: { namespace, destination, rules } }, { services }) => [{
    namespace,
    behind: services.governsPorts === false ? [] : flatMap(destination.ports, pod => (pod.servicePorts ?? []).map(port => ({ pod, port }))),
    selected: rules.length === 0 ? [] : destination.ports,
    ...destination,
    service: destination.service ?? workloadInWords(destination),
  }],
  authentication: ({ model: { namespace, workload, ports } }, { services }) => [{
    service: workload?.service ?? '',
    podSelector: workload?.podSelector,
    namespace,
    ports: [...workload?.ports ?? [], ...ports],
    behind: (workload?.ports ?? []).filter(pod => services.securesPorts === true || ports.some(({ port }) => port === pod.port))
      .map(pod => ({ pod, port: pod.servicePort })),
    selected: ports,
  }],
  externalAuthorization: ({ model: { namespace, workload, ports } }) => [{
    namespace,
    ...workload,
    service: workload.service ?? workloadInWords(workload),
    ports,
    behind: flatMap(ports, pod => (pod.servicePorts ?? []).map(port => ({ pod, port }))),
    selected: ports,
  }],
  routes: ({ model }) => {
    if (!isService(model.service)) return [];
    const limited = model.traffic.rateLimit === undefined ? [] : limitedPorts(model);
    return [{
      service: model.service.name,
      podSelector: model.service.podSelector,
      namespace: namespaceOf(model, model.service),
      ports: flatMap(model.ports, port => port.podPort ?? []),
      behind: limited.map(port => ({ pod: portOfPods(port), port: port.port })),
      selected: limited.map(port => ({ ...portOfPods(port), name: port.podPortName })),
    }];
  },
  egress: ({ model: { inside = [], denials = [] } }) => flatMap([...inside, ...denials], to => to.kind !== 'service' ? [] : [{
    service: to.service,
    namespace: to.namespace,
    podSelector: to.podSelector,
    ports: to.ports,
    behind: flatMap(to.ports, pod => (pod.servicePorts ?? []).map(port => ({ pod, port }))),
    selected: to.ports,
  }]),
});

/** What is wrong with the ports of pods by which a construct goes, by what the app says of these pods. */
export function portObjections(statement: Statement, app: AppServices, chart: unknown): Objection[] {
  if (statement.kind === 'exposure' || statement.kind === 'gatewayAccess' || !(app.hasServices || app.hasPods)) return [];
  return flatMap(governedBy(statement, statement.target._dialects), governed => objectionsTo(governed, statement, app, chart));
}

function objectionsTo(governed: Governed, { kind, target, model }: Statement, app: AppServices, chart: unknown): Objection[] {
  const { services, reserved } = target._dialects;
  const { byContainerNames } = services;
  const wrong = otherTargets(governed, app, chart);
  if (!app.hasPods || (byContainerNames === undefined && governed.ports.every(({ port }) => typeof port === 'number'))) return wrong;
  const pods = podsOf(governed, app);
  const refuse = (what: string, reason: string, remedy: string): Objection =>
    ({ isError: true, diagnostic: unsupported(kind, target.id, what, reason, remedy) });
  return pods.length === 0 ? wrong : [
    ...wrong,
    ...staleNumbers(governed, pods),
    ...reservedByName(kind, reserved, model, name => numbersOfPort(name, pods))
      .map(({ what, reason, remedy }) => refuse(what, reason, remedy)),
    ...byContainerNames === undefined ? [] : otherNames(governed, pods).map(([port, name]) => refuse(
      `anything for port ${port} of the pods of Service '${qualified(governed.service, governed.namespace)}'`,
      `${byContainerNames} goes by the name that the container gives a port, which is ${name === undefined ? 'none here' : `'${name}'`}`,
      name === undefined ? 'Name it there' : `Write \`containerPortName: '${name}'\` on that port of the MeshService`)),
  ];
}

/** Without a label to know them by, no pods are those of the Service. */
function podsOf({ namespace = '', podSelector }: Pick<Governed, 'namespace' | 'podSelector'>, app: AppServices): readonly PodFacts[] {
  return podSelector === undefined ? [] : app.podsWith(namespace, podSelector);
}

/** Ports that a construct takes for others than those to which the Service of the app leads. */
function otherTargets({ service, namespace, podSelector, behind }: Omit<Governed, 'ports' | 'selected'>, app: AppServices, chart: unknown): Objection[] {
  const facts = behind.length === 0 ? [] : flatMap(app.factsOf(namespace ?? '', service, chart), ({ ports }) => ports);
  if (facts.length === 0) return [];
  const pods = podsOf({ namespace, podSelector }, app);
  return flatMap(behind, ({ pod, port }): Objection[] => {
    const meant = facts.filter(known => known.port === port && (pod.protocol === undefined || known.transport === (pod.protocol === 'UDP' ? 'UDP' : 'TCP')));
    return meant.length === 0 || meant.some(known => isTarget(pod, known, pods)) ? [] : [{
      isError: true, diagnostic: otherTarget(qualified(service, namespace), port, meant[0].targetPort ?? port, pod.port),
    }];
  });
}

function isTarget({ port }: PodPort, { port: own, targetPort = own }: PortFacts, pods: readonly PodFacts[]): boolean {
  const numbers = (name: number | string) => typeof name === 'number' ? [name] : numbersOfPort(name, pods);
  const [said, real] = [numbers(port), numbers(targetPort)];
  return port === targetPort || (said.length > 0 && real.length > 0 && said.every(number => real.every(one => one === number)));
}

/**
 * Backends whose pods have a policy, and take the requests of a route on another port than the construct says. Asked when all constructs
 * are made.
 */
export function otherBackends(speakers: readonly Speaker[], app: AppServices, policiesOf: (targetId: string) => Policies): Told[] {
  return !app.hasServices ? [] : flatMap(speakers, ({ intent, statements, chart }) => flatMap(statements, ({ kind, target, model }) => {
    if (kind !== 'routes' && kind !== 'exposure') return [];
    const route = kind === 'routes' ? model : model.route;
    const backends = allDestinationsOf(route).map(backend => ({ ...backend, namespace: namespaceOf(route, backend) }));
    const governed = backends.filter(backend =>
      policiesOf(target.id).of(backend).some(policy => policy.target._dialects.services.governsPorts !== false));
    return flatMap(governed, ({ name, namespace, podSelector, port, podPort: pod = { port } }) =>
      otherTargets({ service: name, namespace, podSelector, behind: [{ pod, port }] }, app, chart).map(objection => ({ intent, objection })));
  }));
}

/** Numbers of ports that go by their names, which the app says otherwise of now than when they were read; and names that no pod has. */
function staleNumbers({ service, namespace, ports }: Governed, pods: readonly PodFacts[]): Objection[] {
  const haveNames = pods.some(pod => pod.ports.size > 0);
  return flatMap(ports, ({ port, number }): Objection[] => {
    if (typeof port === 'number') return [];
    const now = numbersOfPort(port, pods);
    if (now.length === 0 && haveNames) return [{ isError: true, diagnostic: nameless(qualified(service, namespace), port) }];
    return number === undefined || now.every(other => other === number) ? []
      : [{ isError: true, diagnostic: stale(qualified(service, namespace), port, number, now) }];
  });
}

/** Ports that containers call otherwise than the construct does, and how. */
function otherNames({ selected }: Governed, pods: readonly PodFacts[]): [number | string, string | undefined][] {
  return flatMap(selected, (port): [number | string, string | undefined][] => {
    const number = numberOf(port);
    if (number === undefined) return [];
    const names = pods.map(({ ports }) => [...ports].find(([, of]) => of === number)?.[0]);
    const other = names.findIndex(name => (name ?? String(number)) !== (port.name ?? String(port.port)));
    return other === -1 ? [] : [[port.port, names[other]]];
  });
}
