import type { Exchange } from './exchange';
import type { Scenario } from './scenario';
import { cart, to, v1, v2 } from './scenario';
import { HttpMatch, ServiceRoute, StringMatch } from '../../../../src';

const version = (value: string) => ({ headers: { Version: StringMatch.exact(value) } });
const animal = (value: string) => ({ query: { animal: StringMatch.exact(value) } });
const sent = (path: string, name: string, headers?: Record<string, string>): Exchange => ({ ask: { path, headers }, expect: { to: name } });
const lost = (path: string): Exchange => ({ ask: { path }, expect: { status: 404 } });

/** Where upstream lets the longer path win, the narrower rule comes first. */
export const matching: Scenario = {
  build: chart => new ServiceRoute(chart, 'route', {
    service: cart,
    ports: [80],
    rules: [
      { matches: [HttpMatch.of({ pathPrefix: '/v2' }), HttpMatch.of(version('two'))], backends: to(v2) },
      { backends: to(v1) },
    ],
  }),
  exchanges: [
    sent('/', 'cart-v1'), sent('/example', 'cart-v1'), sent('/', 'cart-v1', { Version: 'one' }),
    sent('/v2', 'cart-v2'), sent('/v2/example', 'cart-v2'), sent('/', 'cart-v2', { Version: 'two' }), sent('/v2/', 'cart-v2'),
    sent('/v2example', 'cart-v1'), sent('/foo/v2/example', 'cart-v1'),
  ],
};

export const queryParamMatching: Scenario = {
  build: chart => new ServiceRoute(chart, 'route', {
    service: cart,
    ports: [80],
    rules: [
      { matches: [HttpMatch.of({ pathPrefix: '/path1', ...animal('whale') })], backends: to(v1) },
      {
        matches: [HttpMatch.of({ pathPrefix: '/path3', ...animal('shark') }), HttpMatch.of({ pathPrefix: '/path4', ...version('three'), ...animal('kraken') })],
        backends: to(v1),
      },
      { matches: [HttpMatch.of({ pathPrefix: '/path5' })], backends: to(v1) },
      { matches: [HttpMatch.of({ ...version('one'), ...animal('whale') })], backends: to(v2) },
      { matches: [HttpMatch.of(animal('whale'))], backends: to(v1) },
      { matches: [HttpMatch.of(animal('dolphin')), HttpMatch.of(animal('hydra'))], backends: to(v2) },
    ],
  }),
  exchanges: [
    sent('/?animal=whale', 'cart-v1'), sent('/?animal=dolphin', 'cart-v2'),
    sent('/?animal=whale&otherparam=irrelevant', 'cart-v1'), sent('/?animal=dolphin&color=yellow', 'cart-v2'),
    ...['/?color=blue', '/?animal=dog', '/?animal=whaledolphin', '/'].map(lost),
    sent('/path1?animal=whale', 'cart-v1'), sent('/?animal=whale', 'cart-v2', { version: 'one' }),
    sent('/path3?animal=shark', 'cart-v1'), sent('/path4?animal=kraken', 'cart-v1', { version: 'three' }),
    ...['/?animal=shark', '/path4?animal=kraken'].map(lost),
    sent('/path5?animal=hydra', 'cart-v1'),
  ],
  refusedBy: ['kuma'],
};
