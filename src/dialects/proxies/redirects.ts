import type { RouteFeature } from '../../model/features/route';
import type { Redirect } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import type { Refusal } from '../contract/refusal';

/** Redirects that remove a prefix: proxies that put `/` in its place, and keep the slash after it, answer with `//path`. */
export function rootRedirects(model: RouteModel): Refusal<RouteFeature>[] {
  return flatMap(model.ports, ({ port, rules }) => flatMap(rules, ({ handling: { redirect } }, ruleIndex) =>
    redirect?.path?.type !== 'prefix' || redirect.path.value !== '/' ? [] : [{
      feature: 'RequestRedirect' as const,
      port,
      ruleIndex,
      reason: "the proxy writes '/' in place of the prefix and keeps the slash that follows, which gives '//'",
      remedy: 'Replace the prefix by a path, or the whole path',
    }]));
}

/** Redirects without a port, where the proxy picks another one than the well-known one of the scheme, or else that of the request. */
export function portlessRedirects(
  model: RouteModel, reason: string, isWrong: (redirect: Redirect, port: number) => boolean,
): Refusal<RouteFeature>[] {
  return flatMap(model.ports, ({ port, rules }) => flatMap(rules, ({ handling: { redirect } }, ruleIndex) =>
    redirect === undefined || redirect.port !== undefined || !isWrong(redirect, port) ? [] : [{
      feature: 'RequestRedirect' as const,
      port,
      ruleIndex,
      reason,
      remedy: 'Give its `port`',
    }]));
}
