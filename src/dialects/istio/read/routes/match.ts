import { textOf } from './texts';
import type { Fields } from '../../../../manifests/fields';
import { allOf, ALWAYS, type Condition, type Doubt, noneOf, type RequestAtom } from '../../../../meaning/condition';
import { EVERYTHING } from '../../../../meaning/selector';
import { ANYTHING, exactly, holdsFor, oneOf, suffix, type Text } from '../../../../meaning/text';
import { labels } from '../../../../reading/cluster/object';
import { understood } from '../../../../reading/understood';

/** One match of a route of a VirtualService. */
export interface Match {
  /** Absent for all ports. */
  readonly port?: number;
  /** Absent for those of the VirtualService. */
  readonly gateways?: readonly string[];
  /** What the proxy of the client looks at before it takes the route at all. */
  readonly client: Condition;
  readonly request: Condition;
  /** Of the path, where the match says something of it. */
  readonly path?: { readonly type: Text['type'] | 'any case'; readonly value: string };
}

/** For every request, and every connection. */
export const EVERY: Match = { client: ALWAYS, request: ALWAYS };

export function httpMatch(fields: Fields): Match {
  ['name', 'statPrefix'].forEach(name => fields.field(name).take());
  const ignoresCase = fields.field('ignoreUriCase').take() === true;
  const [uri, method] = ['uri', 'method'].map(name => fields.field(name));
  const path = uri.isSaid ? textOf(uri, ignoresCase) : undefined;
  if (fields.field('scheme').isSaid) fields.field('scheme').doubt('it is not known which scheme clients use');
  // It has a port, if the client writes one.
  if (fields.field('authority').isSaid) fields.field('authority').doubt('it is not known whether clients write the port');
  const request = allOf(
    ...path === undefined ? [] : [{ type: 'path' as const, is: path }],
    ...method.isSaid ? [{ type: 'method' as const, is: textOf(method) ?? ANYTHING }] : [],
    ...values(fields.field('headers'), 'header'),
    ...values(fields.field('withoutHeaders'), 'header').map(missing),
    ...values(fields.field('queryParams'), 'query'),
  );
  const match = base(fields, request);
  return {
    ...match,
    // Where gateways are named, it is not asked which pods these are (`sourceMatchHTTP` in `pilot/pkg/networking/core/route/route.go`).
    ...(match.gateways !== undefined && { client: ALWAYS }),
    ...(path !== undefined && 'value' in path && { path: { type: ignoresCase && path.type !== 'exact' ? 'any case' : path.type, value: path.value } }),
  };
}

/** Of server names, one has to be asked for; `*` is any. */
export function tlsMatch(fields: Fields): Match {
  if (fields.field('destinationSubnets').isSaid) fields.field('destinationSubnets').doubt('the address of the Service is not known');
  const names = fields.field('sniHosts').items().flatMap(item => item.text()?.toLowerCase() ?? []);
  if (names.length === 0) fields.doubt('it names no server');
  return base(fields, { type: 'serverName', is: oneOf(names.map(hostText)) });
}

/** `*.` stands for one or more labels, and a star alone for every name. */
export function hostText(name: string): Text {
  return name === '*' ? ANYTHING : name.startsWith('*') ? suffix(name.slice(1)) : exactly(name);
}

export function tcpMatch(fields: Fields): Match {
  if (fields.field('destinationSubnets').isSaid) fields.field('destinationSubnets').doubt('the address of the Service is not known');
  return base(fields, ALWAYS);
}

function base(fields: Fields, request: Condition): Match {
  const [port, sourceNamespace] = [fields.field('port').integer(), fields.field('sourceNamespace').text()];
  const gateways = fields.field('gateways').items().flatMap(item => item.text() ?? []);
  const sources = labels(fields.field('sourceLabels'));
  const hasSources = Object.keys(sources).length > 0;
  const isAny = sourceNamespace === undefined && !hasSources;
  return {
    ...(port !== undefined && { port }),
    ...(gateways.length > 0 && { gateways }),
    client: isAny ? ALWAYS : {
      type: 'pod',
      ...(sourceNamespace !== undefined && { namespace: exactly(sourceNamespace) }),
      ...(hasSources && { labels: { ...EVERYTHING, matchLabels: sources } }),
    },
    request: doubted(fields, request),
  };
}

/** A field that is not understood may ask for more, and never for less. */
function doubted(fields: Fields, request: Condition): Condition {
  const doubt = understood(fields, ALWAYS);
  return doubt === ALWAYS ? request : allOf(request, doubt as Doubt);
}

function values(fields: Fields, type: 'header' | 'query'): RequestAtom[] {
  return fields.fields().flatMap(([name, condition]) => {
    if (name.startsWith('@')) return condition.doubt('conditions on claims are not read here') ?? [];
    return { type, name: type === 'header' ? name.toLowerCase() : name, is: textOf(condition) ?? ANYTHING };
  });
}

/** What is not there counts as empty, unless only its presence is asked for. */
function missing(atom: RequestAtom): Condition {
  const isThere = { ...atom, is: ANYTHING } as RequestAtom;
  return atom.is.type !== 'anything' && holdsFor(atom.is, '') !== 'no' ? allOf(isThere, noneOf(atom)) : noneOf(atom);
}
