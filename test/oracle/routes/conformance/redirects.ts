import type { Mesh, Scenario } from './scenario';
import { cart } from './scenario';
import type { RequestRedirect } from '../../../../src';
import { HttpMatch, ServiceRoute } from '../../../../src';

interface Sent extends RequestRedirect {
  /** The prefix that is matched. */
  readonly under: string;
  /** What is asked; the prefix itself, if nothing else. */
  readonly ask?: string;
  /** The path that the client is sent to. */
  readonly arrives?: string;
}

/** A rule for each redirect. */
function redirects(all: readonly Sent[], refusedBy: readonly Mesh[] = []): Scenario {
  return {
    build: chart => new ServiceRoute(chart, 'route', {
      service: cart,
      ports: [80],
      rules: all.map(({ under, ask: _, arrives: __, ...redirect }) => ({ matches: [HttpMatch.of({ pathPrefix: under })], redirect })),
    }),
    exchanges: all.map(({ under, ask = under, arrives, hostname, scheme, port, statusCode }) => ({
      ask: { path: ask },
      expect: { redirect: { host: hostname, scheme, port, path: arrives }, status: statusCode },
    })),
    refusedBy: ['kuma', ...refusedBy],
  };
}

const HOST = { hostname: 'example.org' };

export const hostAndStatus = redirects([
  { under: '/hostname-redirect', ...HOST },
  { under: '/host-and-status', ...HOST, statusCode: 301 },
]);

const REPLACED = { pathPrefix: '/replacement-prefix', arrives: '/replacement-prefix' };
const WHOLE = { path: '/replacement-full', arrives: '/replacement-full' };

export const path = redirects([
  { under: '/original-prefix', ask: '/original-prefix/lemon', pathPrefix: '/replacement-prefix', arrives: '/replacement-prefix/lemon' },
  { under: '/full', ask: '/full/path/original', path: '/full-path-replacement', arrives: '/full-path-replacement' },
  { under: '/path-and-host', ...HOST, ...REPLACED },
  { under: '/path-and-status', ...REPLACED, statusCode: 301 },
  { under: '/full-path-and-host', ...HOST, ...WHOLE },
  { under: '/full-path-and-status', ...WHOLE, statusCode: 301 },
]);

export const port = redirects([
  { under: '/port', port: 8083 },
  { under: '/port-and-host', ...HOST, port: 8083 },
  { under: '/port-and-status', port: 8083, statusCode: 301 },
  { under: '/port-and-host-and-status', ...HOST, port: 8083, statusCode: 302 },
]);

export const scheme = redirects([
  { under: '/scheme', scheme: 'https' },
  { under: '/scheme-and-host', ...HOST, scheme: 'https' },
  { under: '/scheme-and-status', scheme: 'https', statusCode: 301 },
  { under: '/scheme-and-host-and-status', ...HOST, scheme: 'https', statusCode: 302 },
]);

/** Upstream's has a status and nothing else, which is a misuse here: replacing a prefix by itself is the same. */
export const sentBack = (prefix: string, statusCode: number) => redirects([{ under: prefix, pathPrefix: prefix, arrives: prefix, statusCode }]);
