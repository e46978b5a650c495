import * as fc from 'fast-check';
import { stored, verdict } from './case';
import type { TrafficTarget } from '../../src/dialects/smi/read/tree';
import type { Pod, Request } from '../../src/evaluators/access/request';
import { allowedBySmi } from '../../src/evaluators/access/smi';
import { objectsOf } from '../../src/evaluators/smi/spelling';
import type { Readable } from '../../src/manifests/documents';
import type { Migration } from '../../src/migrate/migrate';
import { AccessProof } from '../../src/migrate/prove/access';
import { JUDGES } from '../../src/migrate/prove/judges';
import { Comparisons } from '../../src/migrate/prove/proof';
import { Random } from '../../src/migrate/prove/random';
import { Vocabulary } from '../../src/migrate/prove/vocabulary';
import { generated, made } from '../../test/migrate/prove/generated';

/** What SMI of Open Service Mesh becomes, and requests to the pods in it. */
export interface MigratedWorld {
  readonly services: readonly any[];
  readonly pods: readonly Pod[];
  /** What is written for the target. */
  readonly manifests: readonly any[];
  readonly asked: readonly Asked[];
}

/** A request, and who says what becomes of it. */
export interface Asked {
  readonly request: Request;
  readonly answers: Readonly<Record<string, string>>;
}

/** Enough for each pod to be asked by clients of all kinds. */
const REQUESTS = 40;

/** Generated SMI with its Services and Deployments, as it is migrated; with the requests by which `--prove` compares before and after. */
export function migratedWorlds(to: 'istio' | 'cilium', seed: number, count: number): MigratedWorld[] {
  const samples = fc.sample(fc.record({ world: generated([to], ['osm']), random: fc.nat() }), { seed, numRuns: Math.ceil(count / 4) });
  return samples.flatMap(({ world, random }) => {
    const { documents, migration, manifests } = made(world);
    // Of pods that are not there nobody knows the labels.
    if (migration.beside.workloads.length === 0) return [];
    const before = documents.map(({ content }) => (content as Readable).manifest);
    const asked: Asked[] = [];
    const { letsIn, ...judge } = JUDGES[to]({});
    const asking = (own: readonly any[], request: Request) => {
      const isLetIn = letsIn!(own, request);
      const wasLetIn = allowedBySmi('osm')(before, request);
      const isMeant = wasLetIn === isLetIn || !wasLetIn || !saysLess(migration, request);
      asked.push({ request, answers: { evaluator: verdict(isLetIn), ...isMeant && { 'SMI before': verdict(wasLetIn) } } });
      return isLetIn;
    };
    const proof = new AccessProof(migration, before, manifests, { ...judge, letsIn: asking });
    proof.compare(REQUESTS, new Vocabulary(objectsOf(before), manifests), new Random(random), new Comparisons(new Map()));
    return [{
      services: before.filter(({ kind }) => kind === 'Service'),
      pods: [...new Set(asked.map(({ request }) => request.pod))],
      manifests: manifests.map(stored),
      asked,
    }];
  });
}

/** Whether the report says of a TrafficTarget for this client and pod that less is let in. */
function saysLess({ judged }: Migration, { pod, client }: Request): boolean {
  const isFor = ({ destination, sources }: TrafficTarget) => destination?.name === pod.serviceAccount
    && sources.some(({ name, namespace }) => name === client.serviceAccount && namespace === client.namespace);
  return judged.some(({ document, verdict: one }) => !['same', 'assumed', 'inert'].includes(one) && document.kind === 'TrafficTarget' && isFor(document));
}
