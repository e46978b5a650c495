import { podsBehind, type ReleaseStep, type Version } from './release';
import type { Outcome } from '../../../src/evaluators/routes/outcome';

/** Which part of some requests each version gets; those to Services without pods go to `nobody`, and those to pods of both versions to `either`. */
export type Shares = Partial<Record<Version | 'nobody' | 'either', number>>;

/** By the parts that Services get, which lead to pods. */
export function sharesByPods(step: ReleaseStep, parts: readonly (readonly [namespace: string, service: string, part: number])[]): Shares {
  const shares: Shares = {};
  for (const [namespace, service, part] of parts) {
    const versions = [...new Set(podsBehind(step, namespace, service).map(({ version }) => version))];
    const who = versions.length === 0 ? 'nobody' : versions.length === 1 ? versions[0] : 'either';
    shares[who] = (shares[who] ?? 0) + part;
  }
  return shares;
}

/** The parts of a request that an evaluator of routes sends to Services. */
export function partsOf(outcome: Outcome): readonly (readonly [namespace: string, service: string, part: number])[] {
  if (outcome.kind !== 'forwarded') throw new Error(`the request is ${outcome.kind}`);
  return outcome.arrivals.map(({ service, share }) => {
    const [namespace, name] = service.split(/[/:]/);
    const [some, all] = share.split('/').map(Number);
    return [namespace, name, some / all];
  });
}
