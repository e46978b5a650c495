import type { PodsBypass } from './bypass';
import type { Refusal } from './refusal';
import type { EgressModel } from '../../model/egress';
import type { Kind, Kinds } from '../../model/kinds';
import { limitedPorts, portOfPods } from '../../model/limited-ports';
import { flatMap } from '../../model/lists';
import type { PodPort } from '../../model/pod-port';
import { numberOf } from '../../model/pod-port';
import type { RouteModel } from '../../model/route';

/**
 * What a mesh reserves for itself in a default installation: a namespace, ports, and keys of labels and annotations. Objects that
 * use them mean something else than they say.
 */
export interface Reserved {
  /** The name of the mesh, in sentences. */
  readonly mesh: string;
  /** The namespace where objects hold for every namespace, and the kinds of models whose objects do; absent where there is none. */
  readonly system?: { readonly namespace: string; readonly of: readonly Kind[] };
  /** Ports of pods: calls to them bypass the proxy. */
  readonly inbound: readonly PortRange[];
  /** Ports that pods call: these calls bypass the proxy. */
  readonly outbound: readonly PortRange[];
  readonly metadata: readonly ReservedKey[];
  /** What of pods and their namespace keeps calls from whoever reads its policies. */
  readonly bypass: PodsBypass;
}

/** The first and the last. */
export type PortRange = readonly [number, number];

/** Labels or annotations that change what an object means. */
export interface ReservedKey {
  readonly in: readonly ('label' | 'annotation')[];
  /** A key; or the start of several, which ends in a slash or a dash. */
  readonly key: string;
  /** What it does: the rest of a sentence that begins with the label or the annotation. */
  readonly effect: string;
  readonly remedy: string;
  /** Whether it may be among the labels of the chart, where all objects get it. */
  readonly ofChart?: true;
}

/** For a target without a proxy and without labels and annotations of its own. */
export function nothingReserved(mesh: string, bypass: PodsBypass = () => []): Reserved {
  return { mesh, inbound: [], outbound: [], metadata: [], bypass };
}

/** The places of a model in which a mesh may have reserved something. */
interface Places {
  readonly namespaces: readonly (string | undefined)[];
  /** Ports of pods. */
  readonly inbound: readonly PodPort[];
  readonly outbound: readonly number[];
}

const ports = <P extends PodPort & { readonly protocol?: string }>(all: readonly P[] = []) => all.filter(({ protocol }) => protocol !== 'UDP');
const numbers = (all: readonly PodPort[]) => flatMap(all, port => numberOf(port) ?? []);

const PLACES: { readonly [K in Kind]: (model: Kinds[K]['model']) => Places } = {
  access: ({ namespace, destination }) => ({ namespaces: [namespace], inbound: ports(destination.ports), outbound: [] }),
  gatewayAccess: ({ namespace }) => ({ namespaces: [namespace], inbound: [], outbound: [] }),
  jwtAuthentication: ({ namespace }) => ({ namespaces: [namespace], inbound: [], outbound: [] }),
  externalAuthorization: ({ namespace, ports: asked }) => ({ namespaces: [namespace], inbound: asked, outbound: [] }),
  authentication: ({ namespace, workload, ports: differing }) => ({
    namespaces: [namespace], inbound: [...ports(workload?.ports), ...differing], outbound: [],
  }),
  namespaceDefault: ({ namespace }) => ({ namespaces: [namespace], inbound: [], outbound: [] }),
  clusterAccess: () => ({ namespaces: [], inbound: [], outbound: [] }),
  egress: ({ namespace, destinations, gateway }: EgressModel) => ({
    namespaces: [namespace, gateway?.namespace], inbound: [], outbound: flatMap(destinations, destination => numbers(ports(destination.ports))),
  }),
  routes: (model: RouteModel) => ({
    namespaces: [model.namespace, model.service.namespace],
    inbound: model.traffic.rateLimit === undefined ? [] : limitedPorts(model).map(portOfPods),
    outbound: numbers(ports(model.ports).filter(({ rules }) => rules.length > 0)),
  }),
  release: ({ route }) => PLACES.routes(route),
  exposure: ({ route }) => ({ namespaces: [route.namespace], inbound: [], outbound: [] }),
  gateway: ({ namespace }) => ({ namespaces: [namespace], inbound: [], outbound: [] }),
  externalBackend: ({ namespace }) => ({ namespaces: [namespace], inbound: [], outbound: [] }),
};

/** What a mesh would not enforce, or enforce elsewhere too, because of reserved places. */
export function reservedRefusals<K extends Kind>(kind: K, { mesh, system, inbound, outbound }: Reserved, model: Kinds[K]['model']): Refusal<never>[] {
  if (system === undefined && inbound.length === 0 && outbound.length === 0) {
    return [];
  }
  const places = PLACES[kind](model);
  return [
    ...(system?.of.includes(kind) && places.namespaces.includes(system.namespace) ? [{
      what: `objects in namespace '${system.namespace}'`,
      reason: `in the system namespace of ${mesh} they hold for every namespace`,
      remedy: 'Use another namespace',
    }] : []),
    ...among(numbers(places.inbound), inbound).map(port => passedBy(`anything on port ${port} of pods`, mesh)),
    ...among(places.outbound, outbound).map(port => ({
      what: `anything for calls to port ${port}`,
      reason: `calls to it bypass the proxy of ${mesh}`,
      remedy: 'Use another port',
    })),
  ];
}

/** The same for ports of pods that are known by name, and whose numbers the app tells. */
export function reservedByName<K extends Kind>(
  kind: K, { mesh, inbound }: Reserved, model: Kinds[K]['model'], numbersOf: (name: string) => readonly number[],
): Passed[] {
  return flatMap(PLACES[kind](model).inbound, port => typeof port.port === 'number' || port.number !== undefined ? []
    : among(numbersOf(port.port), inbound).map(number => passedBy(`anything on port '${port.port}' of pods, which is ${number}`, mesh)));
}

/** What does not come to the proxies. */
interface Passed {
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
}

function passedBy(what: string, mesh: string): Passed {
  return { what, reason: `calls to it bypass the proxy of ${mesh}`, remedy: 'Let the pods listen on another port' };
}

function among(all: readonly number[], ranges: readonly PortRange[]): number[] {
  const kept = all.filter(port => ranges.some(([first, last]) => first <= port && port <= last));
  return kept.length < 2 ? kept : [...new Set(kept)];
}

/** The reserved keys of labels and annotations, each with what to write instead. */
export function reservedMetadata(
  { mesh, metadata }: Reserved, place: 'label' | 'annotation', keys: readonly string[], ofChart = false,
): { readonly key: string; readonly why: string; readonly remedy: string }[] {
  return flatMap(keys, key => {
    const kept = metadata.find(one => one.in.includes(place) && (one.key === key || (/[/-]$/.test(one.key) && key.startsWith(one.key))));
    return kept === undefined || (ofChart && kept.ofChart) ? [] : [{ key, why: `${mesh} ${kept.effect}`, remedy: kept.remedy }];
  });
}
