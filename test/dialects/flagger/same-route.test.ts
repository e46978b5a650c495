import { KINDS } from '../../../src/model/kinds';
import type { ReleaseModel } from '../../../src/model/release';
import { DELIVERED } from '../../../src/targets/delivered';
import { releaseOf, toAudience } from '../../models';
import { routerOf } from '../../oracle/releases/flagger-routes';
import { SAMPLES } from '../../targets/laws.samples';

/** What Flagger writes of a Canary says the same as what the target would have rendered in its place, for every feature that both have. */

const TARGETS = DELIVERED.filter(({ title, dialects }) => title.endsWith(', Flagger') && ['gatewayApi', 'split'].includes(dialects.deliverable.moved.api));

/** But for the one that shares requests out before anything is released. */
const MODELS: readonly (readonly [string, ReleaseModel])[] = [
  ...Object.entries(SAMPLES.release).filter(([feature]) => feature !== 'WeightedBackends').map(([feature, { using }]) => [feature, using] as const),
  ['an audience by a query parameter', releaseOf(toAudience([{ methods: [], headers: [], query: [{ name: 'v', type: 'exact', value: '2' }] }]))],
  ['an audience by a header, and by a cookie', releaseOf(toAudience([
    { methods: [], headers: [{ name: 'x-group', type: 'exact', value: 'beta' }], query: [] },
    { methods: [], headers: [{ name: 'cookie', type: 'regex', value: '(?:.*; *)?group=beta(?: *;.*)?' }], query: [{ name: 'v', type: 'regex', value: '[0-9]+' }] },
  ]))],
];

test('there are targets, and models', () => {
  expect(TARGETS.length).toBeGreaterThan(7);
});

describe.each(TARGETS)('$title', ({ dialects }) => {
  const { release, routes } = dialects;
  const isExpressed = (model: ReleaseModel) => KINDS.release.uses(model).every(({ feature }) => release.supports[feature].level !== 'none')
    && release.render(model).refusals.length === 0;
  const expressed = MODELS.filter(([, model]) => isExpressed(model));

  test('it expresses some of them', () => {
    expect(expressed.length).toBeGreaterThan(8);
  });

  test.each(expressed)('%s', (_, model) => {
    const [canary] = release.render(model).manifests as any[];
    const [written] = routerOf(canary.spec.provider).write(canary, { primary: 100, canary: 0, mirrored: false })!;
    // Flagger has no GRPCRoutes.
    const [own] = routes.render({ ...model.route, ports: model.route.ports.map(port => port.protocol === 'GRPC' ? { ...port, protocol: 'HTTP' as const } : port) }).manifests as any[];

    expect(normal(written.spec, model)).toEqual(normal(own.spec, model));
    expect(canary.spec.service.apex?.annotations).toEqual(own.metadata.annotations);
  });
});

/** With what the API server adds, and without what is nothing: backends of no weight, and the order of filters. */
function normal({ parentRefs, rules, service, backends }: any, { course }: ReleaseModel): any {
  if (rules === undefined) return { service, backends: backends.filter((one: any) => Number(one.weight) > 0) };
  const everyone = [{ path: { type: 'PathPrefix', value: '/' } }];
  return {
    parentRefs,
    rules: rules.map(({ matches = everyone, filters = [], backendRefs, timeouts }: any, i: number) => ({
      matches: matches.map((match: any) => ({ path: everyone[0].path, ...match })),
      filters: filters.map((filter: any) => JSON.stringify(filter.requestMirror === undefined ? sorted(filter) : {
        ...filter, requestMirror: { backendRef: sorted({ group: '', kind: 'Service', ...filter.requestMirror.backendRef }) },
      })).sort(),
      // The audience comes to the new version while the release goes on; before it, nobody does.
      backends: course.kind === 'audience' && i === 0 ? 'of the audience' : backendRefs.filter(({ weight }: any) => weight > 0).map(({ name, port }: any) => ({ name, port })),
      ...timeouts !== undefined && { timeouts },
    })),
  };
}

function sorted(value: any): any {
  return value === null || typeof value !== 'object' || Array.isArray(value) ? value
    : Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
}
