import type { PathModifier, RouteFilter } from './apis';
import type { OF_PORT } from './common-handling';
import { backendRef } from './mesh-service';
import type { Fields } from '../../model/fields';
import { collected } from '../../model/fields';
import type { Handling, Mirror, PathChange, Redirect, Rewrite } from '../../model/handling';
import type { PortRoute, RouteModel } from '../../model/route';
import { refused } from '../contract/unwritten';
import { headerModifiers } from '../gateway-api/spelling/header-modifier';
import { withoutSlash } from '../specificity/path-change';

/** What happens to the requests of a rule. A redirect comes last: behind it, no filter has anything to change. */
export const routeFilters = collected<Omit<Handling, typeof OF_PORT[number]>, RouteFilter, [RouteModel, PortRoute]>({
  requestHeaders: requestHeaders => headerModifiers({ requestHeaders }),
  responseHeaders: responseHeaders => headerModifiers({ responseHeaders }),
  rewrite: rewrite => [urlRewrite(rewrite)],
  mirrors: (mirrors, model) => mirrors.map(mirror => requestMirror(model, mirror)),
  redirect: (redirect, _, port) => [requestRedirect(port, redirect)],
  directResponse: refused,
  cors: refused,
  faults: refused,
});

function urlRewrite({ hostname, path }: Fields<Rewrite, 'hostname' | 'path'>): RouteFilter {
  return {
    type: 'URLRewrite',
    urlRewrite: { ...(hostname !== undefined && { hostname }), ...(path !== undefined && { path: pathModifier(path) }) },
  };
}

function requestMirror(model: RouteModel, { fraction: { numerator, denominator }, ...to }: Mirror): RouteFilter {
  const percent = numerator * 100 / denominator;
  const percentage = Number.isInteger(percent) ? percent : String(percent);
  return { type: 'RequestMirror', requestMirror: { ...(percent < 100 && { percentage }), backendRef: backendRef(model, to) } };
}

const WELL_KNOWN = { http: 80, https: 443 };

/** Without a port, the proxy keeps that of the request, whatever the scheme, or leaves it out, where there is a host. */
function requestRedirect({ port }: PortRoute, redirect: Redirect): RouteFilter {
  const { scheme, path, ...rest }: Fields<Redirect, 'scheme' | 'hostname' | 'port' | 'path' | 'statusCode'> = redirect;
  return {
    type: 'RequestRedirect',
    requestRedirect: {
      ...(scheme !== undefined && { scheme }),
      ...rest,
      port: redirect.port ?? (scheme === undefined ? port : WELL_KNOWN[scheme]),
      ...(path !== undefined && { path: pathModifier(path) }),
    },
  };
}

/** The prefix that the proxy replaces ends in a slash, and so does its replacement. */
function pathModifier({ type, value }: Fields<PathChange, 'type' | 'value'>): PathModifier {
  return type === 'full'
    ? { type: 'ReplaceFullPath', replaceFullPath: value }
    : { type: 'ReplacePrefixMatch', replacePrefixMatch: `${withoutSlash(value)}/` };
}
