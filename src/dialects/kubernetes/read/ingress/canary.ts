import type { Condition } from '../../../../meaning/condition';
import { type Branch, type Decision, isUndecided, type Source, type Verdict } from '../../../../meaning/decision';
import { exactly, regex, type Text } from '../../../../meaning/text';
import type { Way, WayBackend } from '../../../../meaning/world';
import { escapeRegex } from '../../../../model/regex';

/** Which requests a canary of the NGINX controller of Kubernetes takes from the Ingress beside it. The first condition that holds decides. */
export interface Shaping {
  readonly conditions: readonly { readonly when: Condition; readonly isForCanary: boolean }[];
  /** Of all others. */
  readonly weight: number;
  readonly of: number;
}

const PREFIX = 'nginx.ingress.kubernetes.io/canary';

/** What the annotations of a canary may say so that it is known what comes of it. A header with an underscore is dropped, unless NGINX is told otherwise. */
const UNDERSTOOD: Readonly<Record<string, RegExp>> = {
  '': /^(?:true|false)$/,
  '-weight': /^\d{1,9}$/,
  '-weight-total': /^\d{1,9}$/,
  '-by-header': /^[A-Za-z\d-]+$/,
  '-by-header-value': /^[\w.~-]+$/,
  '-by-header-pattern': /^\^?(?:[\w-]|\.[*+?]?)+\$?$/,
  '-by-cookie': /^\w[\w-]*$/,
};

/** Undefined for any other annotation. */
export function isUnderstood(annotation: string, value: string): boolean | undefined {
  const name = annotation.startsWith(PREFIX) ? annotation.slice(PREFIX.length) : undefined;
  return name === undefined || !Object.hasOwn(UNDERSTOOD, name) ? undefined : UNDERSTOOD[name].test(value);
}

/**
 * Undefined where it is not a canary (`Parse` in `internal/ingress/annotations/canary/main.go` of kubernetes/ingress-nginx); which requests it takes
 * stands in `route_to_alternative_balancer` of `rootfs/etc/nginx/lua/balancer.lua`.
 */
export function shapingOf(all: Readonly<Record<string, string>>): Shaping | undefined {
  const said = (name: string) => all[PREFIX + name] || undefined;
  if (said('') !== 'true') return undefined;
  // A total below 100 does not count.
  const of = Math.max(100, Number(said('-weight-total') ?? 100));
  return {
    conditions: [...byHeader(said('-by-header'), said('-by-header-value'), said('-by-header-pattern')), ...byCookie(said('-by-cookie'))],
    weight: Math.min(of, Number(said('-weight') ?? 0)),
    of,
  };
}

function byHeader(name: string | undefined, value: string | undefined, pattern: string | undefined): Shaping['conditions'] {
  if (name === undefined) return [];
  const is = (text: Text): Condition => ({ type: 'header', name: name.toLowerCase(), is: text });
  if (value !== undefined) return [{ when: is(exactly(value)), isForCanary: true }];
  if (pattern !== undefined) return [{ when: is(foundBy(pattern)), isForCanary: true }];
  return [{ when: is(exactly('always')), isForCanary: true }, { when: is(exactly('never')), isForCanary: false }];
}

/** An expression is looked for anywhere. */
function foundBy(pattern: string): Text {
  const [starts, ends] = [pattern.startsWith('^'), pattern.endsWith('$')];
  return regex(`${starts ? '' : '.*'}${pattern.slice(starts ? 1 : 0, ends ? -1 : undefined)}${ends ? '' : '.*'}`);
}

/** Of several cookies of one name, NGINX takes the first; that there are some is left out here. */
function byCookie(name: string | undefined): Shaping['conditions'] {
  if (name === undefined) return [];
  const is = (value: string): Condition => ({ type: 'header', name: 'cookie', is: regex(`(?:.*; *)?${escapeRegex(name)}=${value}(?: *;.*)?`) });
  return [{ when: is('always'), isForCanary: true }, { when: is('never'), isForCanary: false }];
}

/** A canary that stands beside a backend. */
export interface Beside {
  readonly source: Source;
  readonly backend: WayBackend;
  readonly shaping: Shaping;
}

/** What becomes of requests to a backend, with the canary that takes some of them. */
export function shared(main: Verdict<Way>, { source, backend, shaping: { conditions, weight, of } }: Beside): Verdict<Way> | Decision<Way> {
  const { value } = main;
  if (isUndecided(value) || value.backends.length === 0) return main;
  const to = (backends: readonly WayBackend[], why: string): Verdict<Way> => (
    { value: { ...value, backends: backends.filter(one => one.weight > 0) }, why, source });
  const own = value.backends.map(one => ({ ...one, weight: of - weight }));
  return {
    branches: conditions.map(({ when, isForCanary }): Branch<Way> => (
      { when, then: isForCanary ? to([backend], `Ingress '${source.name}' is a canary for it`) : to(value.backends, 'its canary leaves it'), source })),
    otherwise: to([...own, { ...backend, weight }], `Ingress '${source.name}' is a canary, which takes ${weight} of ${of}`),
  };
}
