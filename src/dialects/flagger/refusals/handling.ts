import type { RouteFeature } from '../../../model/features/route';
import { flatMap } from '../../../model/lists';
import type { ReleaseModel } from '../../../model/release';
import type { Refusal } from '../../contract/refusal';

/** What happens to requests on their way, which is the same for all of them. */
export function handlingRefusals({ route: { ports } }: ReleaseModel): Refusal<RouteFeature>[] {
  return flatMap(ports, ({ port, rules }) => flatMap(rules, ({ handling }, ruleIndex): Refusal<RouteFeature>[] => [
    ...handling.cors !== undefined && handling.cors.maxAge === undefined ? [{
      feature: 'HTTPRouteCORS' as const,
      what: 'CORS without a `maxAge`',
      port,
      ruleIndex,
      reason: 'the API server writes one of 5 seconds into the route, and Flagger takes it out again, and puts the weights back each time',
      remedy: 'Give `cors` a `maxAge`',
    }] : [],
    ...JSON.stringify(handling) === JSON.stringify(rules[0].handling) ? [] : [{
      what: 'other handling of the audience than of everyone else',
      port,
      ruleIndex,
      reason: 'Flagger writes the same for both',
      remedy: 'Handle all requests alike',
    }],
  ]));
}
