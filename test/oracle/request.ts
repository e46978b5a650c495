import type { AccessModel, Source } from '../../src/model/access';
import type { NamedCondition, RequestMatch } from '../../src/model/match';

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
  return (match.methods.length === 0 || match.methods.includes(request.method))
    && pathHolds(match, request.path)
    && match.headers.every(c => conditionHolds(c, request.headers))
    && match.query.every(c => conditionHolds(c, request.query));
}

function pathHolds({ path }: RequestMatch, actual: string): boolean {
  switch (path?.type) {
    case undefined: return true;
    case 'exact': return actual === path!.value;
    case 'prefix': return `${actual}/`.startsWith(`${path!.value}/`);
    case 'below': return actual.startsWith(`${path!.value}/`);
    case 'regex': return whole(path!.value).test(actual);
    case 'template': return whole(path!.value.replaceAll('{*}', '[^/]+')).test(actual);
    default: throw new Error('unreachable');
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
