import type { AccessModel, Source } from '../../src/model/access';
import type { NamedCondition, RequestMatch } from '../../src/model/match';
import type { PathCondition } from '../../src/model/path';
import type { Readings } from '../total';
import { allHold, unsaid } from '../total';

/** A request that arrives at a pod. */
export interface Request {
  readonly source?: { readonly namespace: string; readonly serviceAccount: string };
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** What the model says, read as naively as can be. */
export function holds(match: RequestMatch, request: Request): boolean {
  return allHold(READINGS, match, request);
}

const READINGS: Readings<RequestMatch, Request> = {
  methods: (methods, { method }) => methods.length === 0 || methods.includes(method),
  path: (condition, { path }) => pathHolds(condition, path),
  headers: (conditions, { headers }) => conditions.every(c => conditionHolds(c, headers)),
  query: (conditions, { query }) => conditions.every(c => conditionHolds(c, query)),
  hosts: unsaid,
};

function pathHolds({ type, value }: PathCondition, actual: string): boolean {
  switch (type) {
    case 'exact': return actual === value;
    case 'prefix': return `${actual}/`.startsWith(`${value}/`);
    case 'below': return actual.startsWith(`${value}/`);
    case 'regex': return whole(value).test(actual);
    case 'template': return whole(value.replaceAll('{*}', '[^/]+')).test(actual);
  }
}

function conditionHolds({ name, type, value }: NamedCondition, values: Readonly<Record<string, string>>): boolean {
  const actual = values[name];
  return actual !== undefined && (type === 'exact' ? actual === value : whole(value).test(actual));
}

export function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

export function allowedByModel(model: AccessModel, request: Request): boolean {
  return model.rules.some(rule => rule.sources.some(source => isSource(source, request))
    && rule.ports.some(({ port }) => port === request.port)
    && (rule.requests.length === 0 || rule.requests.some(match => holds(match, request))));
}

function isSource(source: Source, { source: client }: Request): boolean {
  switch (source.kind) {
    case 'serviceAccount': return client?.namespace === source.namespace && client.serviceAccount === source.name;
    case 'namespace': return client?.namespace === source.name;
    case 'anyAuthenticated': return client !== undefined;
    default: throw new Error(`not generated: ${source.kind}`);
  }
}
