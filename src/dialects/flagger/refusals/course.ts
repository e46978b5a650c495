import type { ReleaseFeature } from '../../../model/features/release';
import { flatMap } from '../../../model/lists';
import type { NamedCondition, RequestMatch } from '../../../model/match';
import type { Course, ReleaseModel } from '../../../model/release';
import type { PortRoute } from '../../../model/route';
import type { Refusal } from '../../contract/refusal';

type Refused = Refusal<ReleaseFeature>;

/** Whose requests go to the new version, beside the steps of the release. */
export function courseRefusals({ course, canary, route: { ports } }: ReleaseModel): Refused[] {
  return [
    ...flatMap(ports, port => ruleRefusals(course, canary.name, port)),
    ...course.kind === 'audience' ? flatMap(course.audience, matchRefusals) : [],
  ];
}

/** Flagger writes one rule for all requests; and before it one for an audience, while the release goes on. */
function ruleRefusals(course: Course, canary: string, { port, rules }: PortRoute): Refused[] {
  const reason = 'Flagger writes one rule, for all requests to the Service';
  const ownRules = rules.slice(0, -1).map((_, ruleIndex): Refused => ({ feature: 'OrderedRules', port, ruleIndex, reason, remedy: REMEDIES[course.kind](canary) }));
  const last = rules.slice(-1).filter(({ matches }) => matches.length > 0).map((): Refused => (
    { feature: 'OrderedRules', port, ruleIndex: rules.length - 1, reason, remedy: 'Route all requests' }));
  return [...course.kind === 'audience' ? ownRules.slice(1) : ownRules, ...last];
}

const REMEDIES: Readonly<Record<Course['kind'], (canary: string) => string>> = {
  weights: canary => `Leave \`matches\` out: those who test the new version can call '${canary}'`,
  switch: canary => `Leave \`preview\` out: those who test the new version can call '${canary}'`,
  audience: () => 'Leave all rules but that of the audience out',
};

/**
 * The conditions of a match are a map, whose order changes each time: two of them and Flagger puts the weights back. It leaves out what it
 * cannot read, and everyone is in the audience then (`pkg/router/gateway_api.go`, mapRouteMatches).
 */
function matchRefusals(match: RequestMatch): Refused[] {
  const { headers, query } = match;
  return [
    ...several('headers', headers),
    ...several('query parameters', query),
    ...[...headers, ...query].filter(({ type, value }) => type === 'exact' && value === '').map(({ name }): Refused => ({
      feature: 'AudienceRelease',
      what: `an audience by an empty '${name}'`,
      reason: 'Flagger takes an empty value for none, and everyone for the audience',
      remedy: 'Give the header or the query parameter a value',
    })),
    ...headers.length + query.length > 0 ? [] : [{
      feature: 'AudienceRelease' as const,
      what: 'an audience of everyone',
      reason: 'Flagger knows an audience by headers and query parameters only',
      remedy: 'Tell the audience by a header or a cookie',
    }],
  ];
}

function several(of: string, conditions: readonly NamedCondition[]): Refused[] {
  return conditions.length < 2 ? [] : [{
    feature: 'AudienceRelease',
    what: `an audience by several ${of} together (${conditions.map(({ name }) => `'${name}'`).join(', ')})`,
    reason: 'Flagger writes them in another order each time, and then puts the weights back',
    remedy: 'Tell the audience by one header or cookie',
  }];
}
