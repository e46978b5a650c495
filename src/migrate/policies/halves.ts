import type { Group } from './groups';
import { spiffeParts } from './spiffe-parts';
import type { Pod, ServicePort } from '../../meaning/call';
import type { Half } from '../../meaning/compare/half';
import { allOf, anyOf, type Condition } from '../../meaning/condition';
import { type Decision, isUndecided, mapVerdicts } from '../../meaning/decision';
import { EVERYTHING, knownLabels, selects } from '../../meaning/selector';
import { exactly, regex } from '../../meaning/text';
import type { Gate, Passage, PodPort, Reading, Way, WayBackend } from '../../meaning/world';
import type { Protocol } from '../../model/protocol';
import type { Probe } from '../../reading/cluster/probes';
import { isPoliced, type Policed } from '../exits/policed';

type Change = (gate: Gate, to: PodPort) => Gate;

/** A half without what pods may call, and what is said of gateways beside their entrances; and with other gates. */
export function changed(half: Half, change: Change): Half {
  const gatesOf = ({ entering }: Reading) => (to: PodPort) =>
    entering?.(to).map(gate => change({ ...gate, decision: inParts(gate.decision) }, to)) ?? [];
  return {
    ...half,
    readings: half.readings.map(({ title, reading }) => ({
      title,
      reading: {
        ...reading,
        leaving: undefined,
        ...reading.entering !== undefined && { entering: gatesOf(reading) },
        ...reading.asides !== undefined && { asides: () => reading.asides?.().filter(({ source: { kind } }) => !/^(?:Gateway|X?ListenerSet)$/.test(kind)) ?? [] },
      },
    })),
  };
}

/** What leaves some pods, and nothing else. */
export function leaving(half: Half, policed: readonly Policed[]): Half {
  return {
    ...half,
    readings: half.readings.map(({ title, reading }) => ({
      title,
      reading: {
        leaving: (client, to) => client.kind === 'pod' && policed.some(one => isPoliced(one, client)) ? reading.leaving?.(client, to) ?? [] : [],
      },
    })),
  };
}

/** The same half, where requests are sent to a Service of their own in place of some pods of another one. */
export function toServices(half: Half, serviceOf: (backend: WayBackend) => string | undefined): Half {
  return withWays(half, way => ({
    ...way,
    backends: way.backends.map(backend => {
      const service = serviceOf(backend);
      const { subset: _, ...whole } = backend;
      return service === undefined ? backend : { ...whole, service };
    }),
  }));
}

/** The same half, without what its mesh makes of routes beyond what is written: no other mesh can be told to do the same. */
export function asWritten(half: Half): Half {
  return withWays(half, ({ byMesh: _, ...way }) => way);
}

function withWays(half: Half, change: (way: Way) => Way): Half {
  return {
    ...half,
    readings: half.readings.map(({ title, reading }) => ({
      title,
      reading: {
        ...reading,
        ...reading.ways !== undefined && {
          ways: (to: ServicePort, protocol: Protocol) => {
            const decision = reading.ways?.(to, protocol);
            return decision && withValues(decision, change);
          },
        },
        ...reading.entries !== undefined && {
          entries: () => reading.entries?.().map(entry => ({ ...entry, ways: withValues(entry.ways, change) })) ?? [],
        },
      },
    })),
  };
}

function withValues<T>(decision: Decision<T>, change: (value: T) => T): Decision<T> {
  return mapVerdicts(decision, verdict => isUndecided(verdict.value) ? verdict : { ...verdict, value: change(verdict.value) });
}

/** A decision in which all meshes call clients by the parts of their names. */
function inParts<T>({ branches, otherwise }: Decision<T>): Decision<T> {
  return {
    branches: branches.map(({ when, then, source }) => ({ when: conditionInParts(when), then: 'branches' in then ? inParts(then) : then, source })),
    otherwise,
  };
}

function conditionInParts(condition: Condition): Condition {
  switch (condition.type) {
    case 'all':
    case 'any': return { type: condition.type, of: condition.of.map(conditionInParts) };
    case 'not': return { type: 'not', of: conditionInParts(condition.of) };
    case 'spiffeId': {
      const parts = spiffeParts(condition.is);
      if (parts === undefined) return condition;
      const { trustDomain, namespace, serviceAccount } = parts;
      return {
        type: 'certificate',
        trustDomain: exactly(trustDomain),
        ...namespace !== undefined && { namespace: exactly(namespace) },
        ...serviceAccount !== undefined && { serviceAccount: exactly(serviceAccount) },
      };
    }
    default: return condition;
  }
}

/** What an option of the installation decides is known. */
export function settled(gate: Gate, unsaid: Passage): Gate {
  const { otherwise } = gate.decision;
  if (!isUndecided(otherwise.value) || otherwise.source !== undefined) return gate;
  return { ...gate, decision: { ...gate.decision, otherwise: { value: unsaid, why: otherwise.why } } };
}

/** The same half, where anyone may make health checks: some meshes do not know the kubelet. */
export function withProbes(half: Half, groups: readonly Group[]): Half {
  return changed(half, (gate, to) => {
    const probes = groupsAt(to, groups).flatMap(({ workloads }) => workloads.flatMap(one => one.probes)).filter(({ port }) => port === to.port);
    const [first] = probes;
    const source = { kind: 'Pod', name: 'health checks', place: { file: '', line: 0, path: '' } };
    return first === undefined ? gate : {
      ...gate,
      decision: {
        ...gate.decision,
        branches: [{ when: anyOf(...probes.map(probed)), then: { value: 'allowed', why: 'it is a health check' }, source }, ...gate.decision.branches],
      },
    };
  });
}

/** The groups that some pods are of. */
export function groupsAt(to: PodPort, groups: readonly Group[]): readonly Group[] {
  return groups.filter(({ ports }) => ports.some(one => isSamePort(one.to, to)));
}

/** The same of whichever of their ports. */
export function groupsOfPods({ pod }: PodPort, groups: readonly Group[]): readonly Group[] {
  return groups.filter(({ ports }) => ports.some(({ to }) => isSamePod(to.pod, pod)));
}

function probed({ kind, path = '/' }: Probe): Condition {
  if (kind === 'tcp') return anyOf();
  const [method, asked] = kind === 'grpc' ? ['POST', '/grpc.health.v1.Health/Check'] : ['GET', path.split('?')[0]];
  return allOf({ type: 'method', is: exactly(method) }, { type: 'path', is: exactly(asked) });
}

/** Elements of a path that some servers take for `..`, and others for a name. */
export const DOTS = regex('(?:.*/)?\\.\\.?;[^/]*(?:/.*)?');

/** The same half, where nobody asks for such paths. */
export function withoutDots(half: Half): Half {
  return changed(half, gate => {
    const source = { kind: 'Pod', name: 'dots', place: { file: '', line: 0, path: '' } };
    const branch = { when: { type: 'path' as const, is: DOTS }, then: { value: 'denied' as const, why: 'the path may be another one' }, source };
    return { ...gate, decision: { ...gate.decision, branches: [branch, ...gate.decision.branches] } };
  });
}

/** Whether two ports are of pods that are the same. */
export function isSamePort(a: PodPort, b: PodPort): boolean {
  return a.port === b.port && isSamePod(a.pod, b.pod);
}

/** Those of two Services that are not in the files may be the same, unless a label tells them apart. */
function isSamePod(a: Pod, b: Pod): boolean {
  return a.namespace === b.namespace && JSON.stringify(a.labels) === JSON.stringify(b.labels)
    && selects({ ...EVERYTHING, matchLabels: knownLabels(a) }, b) !== 'no';
}
