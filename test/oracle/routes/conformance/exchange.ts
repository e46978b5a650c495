import { CONSUMER_NAMESPACE, NAMESPACE } from './scenario';
import type { Outcome, Policies } from '../../../../src/evaluators/routes/outcome';
import { fraction } from '../../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../../src/evaluators/routes/request';

/** A request, and what has to become of it. */
export interface Exchange {
  readonly ask: Ask;
  readonly expect: Expected;
}

export interface Ask {
  /** The Service that is called; none for the address of a pod. */
  readonly service?: string | null;
  readonly port?: number;
  readonly from?: typeof NAMESPACE | typeof CONSUMER_NAMESPACE;
  readonly host?: string;
  /** With its query. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How whoever gets it answers one try after the other. */
  readonly backend?: Backend;
}

export interface Expected {
  /** Where all such requests go, or which share of them goes where, in percent. */
  readonly to?: string | Readonly<Record<string, number>>;
  readonly path?: string;
  /** Headers that arrive, and those that do not. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  /** Headers of the response, and those it has not. */
  readonly response?: Readonly<Record<string, string>>;
  readonly responseWithout?: readonly string[];
  /** Which percentage of the requests is copied to whom. */
  readonly copies?: Readonly<Record<string, number>>;
  readonly redirect?: { readonly scheme?: string; readonly host?: string; readonly port?: number; readonly path?: string };
  readonly status?: number;
}

/** How the backend answers: after so many failures, and how long each of them takes. */
export interface Backend {
  readonly failures?: number;
  readonly fails?: number | 'connection';
  readonly delay?: number;
}

export function requestOf({ service = 'cart', port = 80, from = NAMESPACE, host = 'cart', path = '/', headers = {} }: Ask): RouteRequest {
  const { pathname, searchParams } = new URL(path, 'http://cart');
  return {
    client: { namespace: from },
    to: { service: service ?? 'no Service', namespace: NAMESPACE, port },
    protocol: port === 7070 ? 'GRPC' : 'HTTP',
    host,
    method: port === 7070 ? 'POST' : 'GET',
    path: port === 7070 ? '/cart.Echo/Echo' : pathname,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    query: Object.fromEntries(searchParams),
    response: {},
  };
}

/** Expects an outcome to be as it is said. */
export function expectExchange(outcome: Outcome, { ask, expect: expected }: Exchange): void {
  const { to, path, headers = {}, without = [], response = {}, responseWithout = [], copies, redirect, status } = expected;
  expect(statusOf(outcome, ask.backend)).toBe(status ?? (redirect === undefined ? 200 : 302));
  if (redirect !== undefined) {
    expectRedirect(outcome, redirect);
  }
  const arrivals = outcome.kind === 'forwarded' ? outcome.arrivals : [];
  if (to !== undefined) {
    const shares: readonly (readonly [string, number])[] = typeof to === 'string' ? [[to, 100]] : Object.entries(to);
    expect(arrivals.map(({ service, share }) => [service.replace(/:.*/, ''), share]))
      .toEqual(shares.map(([name, percent]) => [`${NAMESPACE}/${name}`, fraction(percent, 100)]));
  }
  for (const arrival of arrivals) {
    expect(arrival.request).toMatchObject({ ...(path !== undefined && { path }), headers });
    expect(arrival.response).toMatchObject(response);
    without.forEach(name => expect(arrival.request!.headers).not.toHaveProperty([name]));
    responseWithout.forEach(name => expect(arrival.response).not.toHaveProperty([name]));
  }
  if (copies !== undefined) {
    expect(outcome).toMatchObject({
      copies: Object.entries(copies).map(([name, percent]) => expect.stringMatching(new RegExp(`^${NAMESPACE}/${name}:\\d+ ${fraction(percent, 100)}$`))),
    });
  }
}

function expectRedirect(outcome: Outcome, { scheme = 'http', host = 'cart', port, path }: NonNullable<Expected['redirect']>): void {
  expect(outcome.kind).toBe('redirected');
  const location = new URL(outcome.kind === 'redirected' ? outcome.location : '');
  expect([location.protocol, location.hostname, location.port]).toEqual([`${scheme}:`, host, port === undefined ? '' : String(port)]);
  if (path !== undefined) {
    expect(location.pathname).toBe(path);
  }
}

function statusOf(outcome: Outcome, backend: Backend = {}): number {
  switch (outcome.kind) {
    case 'forwarded': return answered(outcome.policies, backend);
    case 'redirected':
    case 'responded': return outcome.status;
    case 'failed': return 404;
  }
}

/** The status that the client gets, with all tries. A try that has no answer in time is tried again, too. */
function answered({ timeouts = {}, retries }: Policies, { failures = 0, fails = 200, delay = 0 }: Backend): number {
  const [request, backendRequest] = [timeouts.request || Infinity, timeouts.backendRequest || Infinity];
  let elapsed = 0;
  for (let attempt = 0; ; attempt++) {
    const failing = attempt < failures;
    const took = failing ? delay : 0;
    elapsed += Math.min(took, backendRequest);
    if (elapsed >= request) {
      return 504;
    }
    const late = took > backendRequest;
    const again = late || (failing && (fails === 'connection' ? retries?.connectionFailures : retries?.statusCodes.includes(fails)));
    if (attempt >= (retries?.attempts ?? 0) || again !== true) {
      return late ? 504 : !failing ? 200 : fails === 'connection' ? 503 : fails;
    }
  }
}
