import * as fc from 'fast-check';
import { stored } from './case';
import type { TrafficTarget } from '../../src/dialects/smi/read/tree';
import type { Pod, Request } from '../../src/evaluators/access/request';
import { allowedBySmi } from '../../src/evaluators/access/smi';
import type { Outcome } from '../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../src/evaluators/routes/request';
import { sharesBy } from '../../src/evaluators/smi/shares';
import { objectsOf } from '../../src/evaluators/smi/spelling';
import { Unknown } from '../../src/evaluators/unknown';
import type { Readable } from '../../src/manifests/documents';
import type { Migration } from '../../src/migrate/migrate';
import type { Verdict } from '../../src/migrate/plan';
import { AccessProof } from '../../src/migrate/prove/access';
import { type AccessJudge, hasPolicies, JUDGES } from '../../src/migrate/prove/judges';
import { Comparisons } from '../../src/migrate/prove/proof';
import { Random } from '../../src/migrate/prove/random';
import { SplitProof } from '../../src/migrate/prove/splits';
import { Vocabulary } from '../../src/migrate/prove/vocabulary';
import { generated, made } from '../../test/migrate/prove/generated';

/** What SMI of Open Service Mesh becomes, and what is asked of it. */
export interface MigratedWorld {
  readonly services: readonly any[];
  readonly pods: readonly Pod[];
  /** What is written for the target. */
  readonly manifests: readonly any[];
  /** Requests to the pods. */
  readonly access: readonly Asked<Request, boolean>[];
  /** Requests to the Services with splits. */
  readonly splits: readonly Asked<RouteRequest, Shares>[];
}

/** A request, and what becomes of it. */
export interface Asked<R, Decision> {
  readonly request: R;
  /** By the evaluator of what is written. */
  readonly after: Decision;
  /** By Open Service Mesh; absent where the report says that it is less now, or where it is not certain. */
  readonly before?: Decision;
}

/** The share of each backend, by `namespace/name:port`. */
export type Shares = Readonly<Record<string, number>>;

/** Enough for each pod to be asked by clients of all kinds. */
const REQUESTS = 40;

/** Generated SMI with its Services and Deployments, as it is migrated; with the requests by which `--prove` compares before and after. */
export function migratedWorlds(to: 'istio' | 'cilium', seed: number, count: number): MigratedWorld[] {
  const samples = fc.sample(fc.record({ world: generated([to], ['osm']), random: fc.nat() }), { seed, numRuns: Math.ceil(count / 4) });
  return samples.flatMap(({ world, random }) => {
    const { documents, migration, manifests } = made(world);
    // Of pods that are not there nobody knows the labels.
    if (migration.beside.workloads.length === 0) return [];
    const smi = documents.map(({ content }) => (content as Readable).manifest);
    const access: Asked<Request, boolean>[] = [];
    const splits: Asked<RouteRequest, Shares>[] = [];
    const judge = JUDGES[to]({});
    if (!hasPolicies(judge)) throw new Error(`${to} has no policies`);
    const asking: AccessJudge = {
      ...judge,
      letsIn: (own, request) => {
        const after = judge.letsIn(own, request);
        const before = allowedBySmi('osm')(smi, request);
        access.push({ request, after, ...(before === after || !before || !letsInLess(migration, request)) && { before } });
        return after;
      },
      sends: (own, request) => {
        const outcome = judge.sends(own, request);
        splits.push({ request, after: sharesOf(outcome), ...!sendsElsewhere(migration, request) && { before: sharesBefore(smi, request) } });
        return outcome;
      },
    };
    const asked = [new Vocabulary(objectsOf(smi), manifests), new Random(random), new Comparisons(new Map())] as const;
    new AccessProof(migration, smi, manifests, asking).compare(REQUESTS, ...asked);
    new SplitProof(migration, smi, manifests, asking).compare(REQUESTS, ...asked);
    const pods = [...new Set(access.map(({ request }) => request.pod))];
    return [{ services: smi.filter(({ kind }) => kind === 'Service'), pods, manifests: manifests.map(stored), access, splits }];
  });
}

/** Who says what becomes of a request, in the words of the component that is asked. */
export function answersOf<D>({ after, before }: Asked<unknown, D>, said: (decision: D) => string): Record<string, string> {
  return { evaluator: said(after), ...before !== undefined && { 'SMI before': said(before) } };
}

/** Whether the report says of a TrafficTarget for this client and pod that less is let in. */
function letsInLess({ judged }: Migration, { pod, client }: Request): boolean {
  const isFor = ({ destination, sources }: TrafficTarget) => destination?.name === pod.serviceAccount
    && sources.some(({ name, namespace }) => name === client.serviceAccount && namespace === client.namespace);
  return judged.some(({ document, verdict }) => isLess(verdict) && document.kind === 'TrafficTarget' && isFor(document));
}

/** Whether the report says so of a split of the Service. */
function sendsElsewhere({ judged }: Migration, { to }: RouteRequest): boolean {
  return judged.some(({ document, verdict }) => isLess(verdict) && document.kind === 'TrafficSplit' && document.root?.name === to.service);
}

function isLess(verdict: Verdict): boolean {
  return !['same', 'assumed', 'inert'].includes(verdict);
}

function sharesOf(outcome: Outcome): Shares {
  if (outcome.kind !== 'forwarded') return {};
  return Object.fromEntries(outcome.arrivals.map(({ service, share }) => {
    const [numerator, denominator] = share.split('/').map(Number);
    return [service, numerator / denominator];
  }));
}

/** Undefined where it is not certain. */
function sharesBefore(smi: readonly any[], { to: { namespace, service, port }, method, path, headers }: RouteRequest): Shares | undefined {
  try {
    const shares = sharesBy('osm', smi, { namespace, service, sent: { method, path, headers } });
    return Object.fromEntries(Object.entries(shares).map(([name, share]) => [`${namespace}/${name}:${port}`, share]));
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return undefined;
  }
}
