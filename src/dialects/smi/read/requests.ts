import type { MatchReading } from './readings';
import type { HttpMatch } from './tree';
import { isRegex } from '../../../model/regex';
import type { Plain } from '../../../model/regex-plain';
import { plainly, plainRegex } from '../../../model/regex-plain';
import { regexRelation } from '../../../model/regex-relation';
import { simply } from '../../../model/regex-simple';
import { wholeRegex } from '../../../model/regex-whole';

/** Requests by what they have to be; without conditions, all of them. */
export interface Requests {
  /** Any of these; empty for all. */
  readonly methods: readonly string[];
  /** Without a query. */
  readonly path?: Plain;
  /** In the order of their names, all of which have to be there. A name stands twice where both values have to hold. */
  readonly headers: readonly { readonly name: string; readonly value: Plain }[];
}

export const ALL_REQUESTS: Requests = { methods: [], headers: [] };

/** What a match means, or why nobody knows. */
export function requestsOf(match: HttpMatch, reading: MatchReading): Requests | { readonly unknown: string } {
  const path = pathOf(match.pathRegex, reading);
  if (path === 'unknown') return { unknown: `its path '${match.pathRegex}' is no expression that can be followed` };
  const headers: Requests['headers'][number][] = [];
  if (reading.header !== 'unread') {
    for (const { name, value } of match.headers) {
      const expression = expressionOf(value, reading.header, 'header');
      if (expression === undefined) return { unknown: `the value of its header '${name}' is no expression that can be followed` };
      headers.push({ name, value: expression });
    }
  }
  const methods = match.methods === undefined || match.methods.includes('*') ? [] : match.methods;
  return { methods, ...path === undefined || path.type === 'everything' ? {} : { path }, headers };
}

function pathOf(pattern: string | undefined, reading: MatchReading): Plain | undefined | 'unknown' {
  if (reading.path === 'literal') return literalPath(pattern);
  if (pattern === undefined || pattern === '') return undefined;
  if (pattern === '*') return reading.star === 'everything' ? undefined : 'unknown';
  if (reading.path !== 'afterSlash') return expressionOf(pattern, reading.path, 'path') ?? 'unknown';
  // Traefik refuses groups that capture, and a path that is nothing but the slash.
  const behind = pattern.replace(/^\//, '');
  if (behind === '' || behind.includes('`') || /(?<!\\)\((?!\?)|\(\?P?</.test(behind)) return 'unknown';
  return expressionOf(`/(?:${behind})`, 'start', 'path') ?? 'unknown';
}

/** As Istio's roles of old had it. */
function literalPath(pattern: string | undefined): Plain | undefined | 'unknown' {
  if (pattern === undefined || pattern === '') return 'unknown';
  if (pattern === '*') return undefined;
  if (pattern.startsWith('*')) return { type: 'end', value: pattern.slice(1) };
  return pattern.endsWith('*') ? { type: 'start', value: pattern.slice(0, -1) } : { type: 'exact', value: pattern };
}

function expressionOf(pattern: string, reach: 'whole' | 'start' | 'part', texts: 'path' | 'header'): Plain | undefined {
  const simple = simply(pattern, reach);
  if (simple !== undefined) return simple;
  if (!isRegex(pattern)) return undefined;
  const whole = wholeRegex(pattern, reach);
  if (whole !== undefined) return plainly(whole, texts);
  // All that RE2 takes stands for itself where all of the text has to match.
  return reach === 'whole' ? { type: 'expression', value: pattern } : undefined;
}

/** Whether it is certain that no request is both. */
export function areApart(a: Requests, b: Requests): boolean {
  const apart = (one: Plain, other: Plain, texts: 'path' | 'header') => regexRelation(plainRegex(one), plainRegex(other), texts) === 'disjoint';
  return (a.methods.length > 0 && b.methods.length > 0 && !a.methods.some(method => b.methods.includes(method)))
    || (a.path !== undefined && b.path !== undefined && apart(a.path, b.path, 'path'))
    || a.headers.some(one => b.headers.some(other => one.name === other.name && apart(one.value, other.value, 'header')));
}
