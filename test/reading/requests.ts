import * as fc from 'fast-check';
import { type Answer, entering, reading } from './world';
import type { Request } from '../../src/evaluators/access/request';
import { portOf } from '../../src/evaluators/access/request';
import { Unknown } from '../../src/evaluators/unknown';
import type { Client } from '../../src/meaning/call';
import type { World } from '../../src/reading/world';

/** Whether a reader lets in a request, as evaluators ask for it. */
export function answerTo(world: World, request: Request): Answer {
  const { client: { kind, ip, meshed, ...of }, pod, port, entrance, method, path, headers, query } = request;
  const { namespace, serviceAccount, namespaceLabels, labels, trustDomain } = of;
  const { name, protocol, servicePorts = [port] } = portOf(request);
  const client: Client = kind === 'pod'
    ? { kind, namespace: namespace!, meshed, address: ip, ...JSON.parse(JSON.stringify({ serviceAccount, namespaceLabels, labels, trustDomain })) }
    : { kind, meshed: false, address: ip };
  const sorted = (all: object) => JSON.stringify(Object.entries(all).sort());
  const workload = world.cluster.workloads.find(one => one.namespace === pod.namespace && sorted(one.labels) === sorted(pod.labels));
  const isHttp = protocol === 'HTTP' || protocol === 'GRPC';
  return entering(world, {
    pod: { ...workload && world.cluster.podOf(workload), namespace: pod.namespace, labels: pod.labels, serviceAccount: pod.serviceAccount },
    port,
    protocol,
    entrances: servicePorts.map(one => ({ namespace: pod.namespace, service: pod.service, port: one })),
    ...(name !== undefined && { name }),
  }, client, {
    ...(isHttp && { request: { method, path, headers, query } }),
    ...(entrance !== undefined && { entrance: { namespace: entrance.namespace ?? pod.namespace, service: entrance.service, port: entrance.port } }),
  });
}

/** Whether a request can be asked of a reader: pods without an identity, or of another cluster, are no clients there, a machine outside has no certificate, and a path is plain. */
export function canBeAsked({ client: { kind, meshed, cluster }, path, tokens }: Request): boolean {
  return kind !== 'uninitialized' && cluster === undefined && (kind === 'pod' || !meshed) && tokens === undefined && /^\/(?!.*(?:\/\/|%|\\))/.test(path) && !path.split('/').some(part => part === '.' || part === '..');
}

/** What was answered, and how often only the evaluator knew, neither of both, or only the reader. */
export type Counts = Record<Answer | 'neither' | 'beyond', number>;

export const none = (): Counts => ({ allowed: 0, denied: 0, unknown: 0, neither: 0, beyond: 0 });

export type Evaluate = (manifests: readonly any[], request: Request) => boolean;

/** What an evaluator says; undefined where it does not know. */
export function decided(evaluate: Evaluate, manifests: readonly any[], request: Request): Answer | undefined {
  try {
    return evaluate(manifests, request) ? 'allowed' : 'denied';
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return undefined;
  }
}

/** Asks about manifests that no dialect writes. A reader says what the evaluator does, or that it does not know. */
export function saysWhat(
  evaluate: Evaluate, manifests: fc.Arbitrary<readonly any[]>, requests: fc.Arbitrary<Request>,
  read = (all: readonly any[]) => reading(all), numRuns = 400,
): Counts {
  const counts = none();
  fc.assert(fc.property(manifests, fc.array(requests.filter(canBeAsked), { minLength: 10, maxLength: 10 }), (all, some) => {
    const plain = JSON.parse(JSON.stringify(all));
    const world = read(plain);
    for (const request of some) {
      const answer = answerTo(world, request);
      const wanted = decided(evaluate, plain, request);
      counts[wanted !== undefined ? answer : answer === 'unknown' ? 'neither' : 'beyond']++;
      if (answer !== 'unknown' && wanted !== undefined && answer !== wanted) {
        throw new Error(`${answer}, and not ${wanted}: ${JSON.stringify(request)}\n${plain.map((one: any) => JSON.stringify(one)).join('\n')}`);
      }
    }
  }), { numRuns });
  return counts;
}

/** Misspells one field of some manifests: what they mean is not known, but where it does not matter. */
export function misspelt(manifests: fc.Arbitrary<readonly any[]>, within = 'spec'): fc.Arbitrary<{ readonly before: any[]; readonly after: any[] }> {
  return fc.tuple(manifests, fc.nat()).map(([all, chosen]) => {
    const before = JSON.parse(JSON.stringify(all));
    const after = JSON.parse(JSON.stringify(all));
    const fields: (() => void)[] = after.flatMap((one: any) => fieldsIn(one, within));
    if (fields.length > 0) fields[chosen % fields.length]();
    return { before, after };
  });
}

/** A way to misspell each field below one. */
function fieldsIn(value: any, name?: string): (() => void)[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).filter(key => name === undefined || key === name).flatMap(key => [
    ...Array.isArray(value) || name !== undefined || hasNames(key, value[key]) ? [] : [() => {
      value[`${key}X`] = value[key];
      delete value[key];
    }],
    ...hasNames(key, value[key]) ? [] : fieldsIn(value[key]),
  ]);
}

/** Whether there are names in it that somebody else chose. */
function hasNames(key: string, below: unknown): boolean {
  return ['matchLabels', 'labels', 'set', 'add', 'subsets'].includes(key) && !Array.isArray(below);
}

/** An evaluator that asks a reader, and only where that does not know, the evaluator. */
export function byReader(evaluate: Evaluate, counts: Counts, read = (all: readonly any[]) => reading(all)): Evaluate {
  const worlds = new WeakMap<readonly any[], World>();
  return (manifests, request) => {
    if (!canBeAsked(request)) return evaluate(manifests, request);
    const world = worlds.get(manifests) ?? read(manifests);
    worlds.set(manifests, world);
    const answer = answerTo(world, request);
    counts[answer]++;
    return answer === 'unknown' ? evaluate(manifests, request) : answer === 'allowed';
  };
}
