import { Duration } from 'cdk8s';
import type { Backend, Exchange } from './exchange';
import type { Scenario } from './scenario';
import { cart, to, v1, v3 } from './scenario';
import type { RequestHandling } from '../../../../src';
import { HttpMatch, ServiceRoute } from '../../../../src';

/** A rule for each prefix. Upstream asks for it at a gateway. */
function handled(rules: Readonly<Record<string, RequestHandling>>, exchanges: Exchange[], more: Pick<Scenario, 'refusedBy'>): Scenario {
  const service = Object.values(rules).some(({ retries }) => retries) ? v3 : v1;
  return {
    build: chart => new ServiceRoute(chart, 'route', {
      service: cart,
      ports: [80],
      rules: Object.entries(rules)
        .map(([prefix, handling]) => ({ matches: [HttpMatch.of({ pathPrefix: prefix })], backends: to(service), ...handling })),
    }),
    exchanges,
    ...more,
  };
}

const asked = (path: string, backend: Backend, status: number): Exchange => ({ ask: { path, backend }, expect: { status } });
const slow: Backend = { failures: 1, delay: 1000 };

const timeout = (name: 'request' | 'backendRequest', prefix: string): Scenario => handled(
  { [prefix]: { timeouts: { [name]: Duration.millis(500) } }, [`/disable${prefix}`]: { timeouts: { [name]: Duration.millis(0) } } },
  [asked(prefix, {}, 200), asked(prefix, slow, 504), asked(`/disable${prefix}`, {}, 200), asked(`/disable${prefix}`, slow, 200)],
  { refusedBy: ['linkerd', 'kuma'] },
);

export const requestTimeout = timeout('request', '/request-timeout');
export const backendTimeout = timeout('backendRequest', '/backend-timeout');

const ALL = [500, 502, 503, 504];

export const retry = handled({
  '/retry/code-500-attempts-3': { retries: { attempts: 3, statusCodes: [500] } },
  '/retry/code-all-attempts-2': { retries: { attempts: 2, statusCodes: ALL } },
}, [
  asked('/retry/code-500-attempts-3', { failures: 2, fails: 500 }, 200),
  asked('/retry/code-500-attempts-3', { failures: 4, fails: 500 }, 500),
  asked('/retry/code-500-attempts-3', { failures: 2, fails: 503 }, 503),
  ...ALL.flatMap(fails => [
    asked('/retry/code-all-attempts-2', { failures: 1, fails }, 200),
    asked('/retry/code-all-attempts-2', { failures: 3, fails }, fails),
  ]),
], { refusedBy: ['linkerd', 'kuma'] });

export const retryConnectionError = handled({ '/retry/no-status-code-attempts-3': { retries: { attempts: 3 } } }, [
  asked('/retry/no-status-code-attempts-3', { failures: 2, fails: 'connection' }, 200),
  asked('/retry/no-status-code-attempts-3', { failures: 4, fails: 'connection' }, 503),
], { refusedBy: ['kuma'] });

export const retryWithTimeouts = handled({
  '/retry/backend-request-timeout-200ms': { retries: { attempts: 2 }, timeouts: { backendRequest: Duration.millis(200) } },
  '/retry/request-timeout-200ms': {
    retries: { attempts: 5, statusCodes: [500] }, timeouts: { backendRequest: Duration.millis(200), request: Duration.millis(400) },
  },
}, [
  asked('/retry/backend-request-timeout-200ms', { failures: 2, fails: 500, delay: 300 }, 200),
  asked('/retry/backend-request-timeout-200ms', { failures: 3, fails: 500, delay: 300 }, 504),
  asked('/retry/request-timeout-200ms', { failures: 1, fails: 500 }, 200),
  asked('/retry/request-timeout-200ms', { failures: 4, fails: 500, delay: 100 }, 504),
], { refusedBy: ['linkerd', 'cilium', 'kuma'] });
