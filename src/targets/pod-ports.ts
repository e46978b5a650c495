import type { AppServices } from './app-services';
import type { Objection, Statement } from './statement';
import { reservedByName } from '../dialects/contract/reserved';
import { stale, unsupported } from '../errors/diagnostics';
import type { Kind, Kinds } from '../model/kinds';
import { limitedPorts, portOfPods } from '../model/limited-ports';
import type { PodFacts } from '../model/pod-facts';
import { numbersOfPort } from '../model/pod-facts';
import type { PodPort } from '../model/pod-port';
import { numberOf } from '../model/pod-port';
import { namespaceOf, qualified } from '../model/route';

/** Ports of pods by which a construct goes. */
interface Governed {
  readonly service: string;
  readonly namespace?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  /** Those of which it matters what their containers call them. */
  readonly selected: readonly (PodPort & { readonly name?: string })[];
}

const GOVERNED: { readonly [K in Exclude<Statement['kind'], 'exposure'>]: (model: Kinds[K]['model']) => Governed } = {
  access: ({ namespace, destination, rules }) => ({ namespace, selected: rules.length === 0 ? [] : destination.ports, ...destination }),
  authentication: ({ namespace, workload, ports }) =>
    ({ service: workload?.service ?? '', podSelector: workload?.podSelector, namespace, ports: [...workload?.ports ?? [], ...ports], selected: ports }),
  routes: model => ({
    service: model.service.name,
    podSelector: model.service.podSelector,
    namespace: namespaceOf(model, model.service),
    ports: model.ports.flatMap(port => port.podPort ?? []),
    selected: model.traffic.rateLimit === undefined ? [] : limitedPorts(model).map(port => ({ ...portOfPods(port), name: port.podPortName })),
  }),
};

/** What is wrong with the ports of pods by which a construct goes, by what the app says of these pods. */
export function portObjections({ kind, target, model }: Statement, app: AppServices): Objection[] {
  if (kind === 'exposure' || !app.hasPods) return [];
  const said: { readonly [K in Kind]?: (model: any) => Governed } = GOVERNED;
  const governed = said[kind]!(model);
  const { services, reserved } = target._dialects;
  const { byContainerNames } = services;
  if (byContainerNames === undefined && governed.ports.every(({ port }) => typeof port === 'number')) return [];
  // Without a label to know them by, no pods are those of the Service.
  const pods = governed.podSelector === undefined ? [] : app.podsWith(governed.namespace ?? '', governed.podSelector);
  const refuse = (what: string, reason: string, remedy: string): Objection =>
    ({ isError: true, diagnostic: unsupported(kind, target.id, what, reason, remedy) });
  return pods.length === 0 ? [] : [
    ...staleNumbers(governed, pods),
    ...reservedByName(kind, reserved, model, name => numbersOfPort(name, pods))
      .map(({ what, reason, remedy }) => refuse(what!, reason, remedy!)),
    ...byContainerNames === undefined ? [] : otherNames(governed, pods).map(([port, name]) => refuse(
      `anything for port ${port} of the pods of Service '${qualified(governed.service, governed.namespace)}'`,
      `${byContainerNames} goes by the name that the container gives a port, which is ${name === undefined ? 'none here' : `'${name}'`}`,
      name === undefined ? 'Name it there' : `Write \`containerPortName: '${name}'\` on that port of the MeshService`)),
  ];
}

/** Numbers of ports that go by their names, which the app says otherwise of now than when they were read. */
function staleNumbers({ service, namespace, ports }: Governed, pods: readonly PodFacts[]): Objection[] {
  return ports.flatMap(({ port, number }): Objection[] => {
    if (typeof port === 'number' || number === undefined) {
      return [];
    }
    const now = numbersOfPort(port, pods);
    return now.every(other => other === number) ? [] : [{ isError: true, diagnostic: stale(qualified(service, namespace), port, number, now) }];
  });
}

/** Ports that containers call otherwise than the construct does, and how. */
function otherNames({ selected }: Governed, pods: readonly PodFacts[]): [number | string, string | undefined][] {
  return selected.flatMap((port): [number | string, string | undefined][] => {
    const number = numberOf(port);
    if (number === undefined) return [];
    const names = pods.map(({ ports }) => [...ports].find(([, of]) => of === number)?.[0]);
    const other = names.findIndex(name => (name ?? String(number)) !== (port.name ?? String(port.port)));
    return other === -1 ? [] : [[port.port, names[other]]];
  });
}
