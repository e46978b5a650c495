import * as fc from 'fast-check';
import type { Dialect } from '../../../src/dialects/contract/dialect';
import type { Manifest } from '../../../src/dialects/contract/manifest';
import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes } from '../../../src/dialects/gateway-api/routes';
import { istioRoutes } from '../../../src/dialects/istio/routes';
import { kumaNativeRoutes } from '../../../src/dialects/kuma/native-routes';
import { kumaRoutes } from '../../../src/dialects/kuma/routes';
import { linkerdRoutes } from '../../../src/dialects/linkerd/routes';
import { milliseconds } from '../../../src/evaluators/routes/duration';
import type { RouteFeature } from '../../../src/model/features/route';
import type { RateLimit } from '../../../src/model/handling';
import type { RouteModel } from '../../../src/model/route';
import { expectValid } from '../../schema';
import { applied } from '../../setup';
import { backend, routeModel, rule } from '../route-models';

/** Of all requests together. */
type Limit = Required<Pick<RateLimit, 'requests' | 'interval'>>;

type Reader = (manifests: any[]) => Limit | undefined;

interface Counting {
  readonly dialect: Dialect<RouteModel, RouteFeature>;
  /** What a target lets through of the written limit. */
  readonly read: Reader;
  /** What it can say. */
  readonly can: (limit: Limit) => boolean;
}

const YEAR = 365 * 24 * 3_600_000;
const yearly = ({ requests, interval }: Limit) => interval <= requests * YEAR;
const found = (manifests: any[], kind: string) => manifests.find(one => one.kind === kind)?.spec;
const time = (written: string) => milliseconds({ time: written }).time!;

const ofKuma: Reader = manifests => {
  const rate = found(manifests, 'MeshRateLimit')?.rules[0].default.local.http.requestRate;
  return rate && { requests: rate.num, interval: time(rate.interval) };
};
const byKuma = ({ requests, interval }: Limit) => interval > 50 && requests < 2 ** 31 && yearly({ requests, interval });

const COUNTING: Record<string, Counting> = {
  'Istio': {
    dialect: gatewayApiRoutes(GatewayApiChannel.STANDARD, istioRoutes),
    read: manifests => {
      const bucket = found(manifests, 'EnvoyFilter')?.configPatches[0].patch.value.typed_config.token_bucket;
      expect(bucket?.tokens_per_fill).toBe(bucket?.max_tokens);
      expect(bucket?.fill_interval ?? '1s').toMatch(/^\d+(\.\d{1,3})?s$/);
      return bucket && { requests: bucket.max_tokens, interval: Math.round(1000 * Number(bucket.fill_interval.slice(0, -1))) };
    },
    can: limit => limit.interval >= 50 && yearly(limit),
  },
  'Kuma': { dialect: kumaNativeRoutes('default.zone.mesh.local'), read: ofKuma, can: byKuma },
  'Gateway API, Kuma': { dialect: gatewayApiRoutes(GatewayApiChannel.STANDARD, kumaRoutes({})), read: ofKuma, can: byKuma },
  'Linkerd': {
    dialect: gatewayApiRoutes(GatewayApiChannel.STANDARD, linkerdRoutes(GatewayApiChannel.STANDARD)),
    read: manifests => {
      const total = found(manifests, 'HTTPLocalRateLimitPolicy')?.total;
      return total && { requests: total.requestsPerSecond, interval: 1000 };
    },
    can: ({ interval }) => interval === 1000,
  },
};

const limited = (rateLimit: RateLimit, more: Partial<RouteModel> = {}) =>
  routeModel([rule()], 'HTTP', { service: { name: 'cart', podSelector: { app: 'cart' } }, traffic: { rateLimit }, ...more });

const requests = fc.oneof(fc.integer({ min: 1, max: 4_294_967_295 }), fc.integer({ min: 1, max: 100 }), fc.constantFrom(2 ** 31 - 1, 2 ** 31));
const interval = fc.oneof(
  fc.integer({ min: 1, max: 359_999_999_000 }), fc.integer({ min: 1, max: 100 }), fc.constantFrom(49, 50, 51, 1000, 60_000, YEAR, YEAR + 1));

describe.each(Object.entries(COUNTING))('%s', (_, { dialect, read, can }) => {
  test('the limit that is written is the one that counts, or is refused', () => {
    fc.assert(fc.property(fc.record({ requests, interval }), limit => {
      const refusals = dialect.render(limited(limit)).refusals;

      expect(refusals.length === 0).toBe(can(limit));
      expect(refusals.every(({ feature, remedy }) => feature === 'LocalRateLimit' && remedy !== undefined)).toBe(true);
      if (refusals.length === 0) {
        const manifests = applied(dialect.render(limited(limit)).manifests);
        expect(read(manifests)).toEqual(limit);
        expectValid(...manifests.filter(({ kind }: Manifest) => !kind.endsWith('Route')));
      }
    }), { numRuns: 300 });
  });

  test('what is not limited gets no object for it', () => {
    const kinds = (model: RouteModel) => dialect.render(model).manifests.map(({ kind }) => kind);

    expect(kinds({ ...limited({ requests: 1, interval: 1000 }), traffic: {} })).toEqual(kinds(routeModel([rule()])));
    expect(dialect.render({ ...limited({ requests: 1, interval: 1 }), traffic: {} }).refusals).toEqual([]);
  });

  test('refuses backends with other pods, or on another port, which have no such limit', () => {
    const to = (more: object) => dialect.render({
      ...limited({ requests: 1, interval: 1000 }),
      ports: [
        { port: 80, podPort: { port: 8080 }, protocol: 'HTTP', rules: [rule({ backends: [backend('cart-v1', 1, more)] })] },
      ],
    }).refusals.map(({ reason }) => reason);

    const stranger = ["the limit holds for one port of the pods of 'cart', and 'cart-v1' gets its requests on other pods or on another port"];
    expect(to({ podPort: { port: 8080 } })).toEqual([]);
    expect(to({ podPort: { port: 8080 }, podSelector: { app: 'cart', version: 'v1' } })).toEqual([]);
    expect(to({ podPort: { port: 8080 }, podSelector: { app: 'other' } })).toEqual(stranger);
    expect(to({ podPort: { port: 8080 }, namespace: 'next' })).toEqual(stranger);
    expect(to({})).toEqual(stranger);
  });

  test('it stands where the pods are', () => {
    const there = { namespace: 'next', service: { name: 'cart', namespace: 'next', podSelector: { app: 'cart' } } };
    const objects = dialect.render(limited({ requests: 1, interval: 1000 }, there)).manifests;

    expect(objects.find(({ kind }) => /RateLimit|EnvoyFilter/.test(kind))?.metadata.namespace).toBe('next');
  });
});
