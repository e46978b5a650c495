import { gatewayNamed } from './hosts';
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
  /** `mesh`, or `namespace/name`. Absent for those of the VirtualService. */
  readonly gateways?: readonly string[];
  /** What the proxy of the client looks at before it takes the route at all. */
  readonly client: Condition;
  /** The same, as waypoints read it, which do not ask whose request it is. */
  readonly source?: { readonly namespace?: string; readonly hasLabels: boolean };
  readonly request: Condition;
  /** Something in it that is not understood. */
  readonly doubt?: Doubt;
  /** Of server names, each as it is written. */
  readonly serverNames?: readonly string[];
  /** Whether it is for some addresses of what is called only. */
  readonly isBySubnet?: true;
  /** Of the path, where the match says something of it. */
  readonly path?: { readonly type: Text['type'] | 'any case'; readonly value: string };
}

/** For every request, and every connection. */
export const EVERY: Match = { client: ALWAYS, request: ALWAYS };

/** A match of a route that delegates: what the match of the delegate leaves out, it says. */
interface Over {
  readonly fields: Fields;
  readonly home: string;
}

export function httpMatch(fields: Fields, home: string, over?: Over): Match {
  const [own, ...others] = [fields, ...over === undefined ? [] : [over.fields]];
  const at = (name: string) => [own, ...others].find(one => one.field(name).isSaid)?.field(name) ?? own.field(name);
  const pairs = (name: string) => new Map([...others, own].flatMap(one => one.field(name).fields()));
  ['name', 'statPrefix'].forEach(name => fields.field(name).take());
  const ignoresCase = fields.field('ignoreUriCase').take() === true;
  const [uri, method] = ['uri', 'method'].map(at);
  const path = uri.isSaid ? textOf(uri, ignoresCase) : undefined;
  if (fields.field('scheme').isSaid) fields.field('scheme').doubt('it is not known which scheme clients use');
  // It has a port, if the client writes one.
  if (fields.field('authority').isSaid) fields.field('authority').doubt('it is not known whether clients write the port');
  const request = allOf(
    ...path === undefined ? [] : [{ type: 'path' as const, is: path }],
    ...method.isSaid ? [{ type: 'method' as const, is: textOf(method) ?? ANYTHING }] : [],
    ...values(pairs('headers'), 'header'),
    ...values(pairs('withoutHeaders'), 'header').map(missing),
    ...values(pairs('queryParams'), 'query'),
  );
  const match = base(fields, home, request, over);
  return {
    ...match,
    // Where gateways are named, it is not asked which pods these are (`sourceMatchHTTP` in `pilot/pkg/networking/core/route/route.go`).
    ...(match.gateways !== undefined && { client: ALWAYS }),
    ...(path !== undefined && 'value' in path && { path: { type: ignoresCase && path.type !== 'exact' ? 'any case' : path.type, value: path.value } }),
  };
}

/** Of server names, one has to be asked for; `*` is any. */
export function tlsMatch(fields: Fields, home: string): Match {
  const serverNames = fields.field('sniHosts').items().flatMap(item => {
    const name = item.text();
    return name !== undefined && name.startsWith('*') && !/^\*(?:\.|$)/.test(name) ? item.doubt('the proxy takes a star as the first label only') ?? [] : name ?? [];
  });
  if (serverNames.length === 0) fields.doubt('it names no server');
  return { ...connectionMatch(fields, home, { type: 'serverName', is: oneOf(serverNames.map(name => hostText(name.toLowerCase()))) }), serverNames };
}

/** `*.` stands for one or more labels, and a star alone for every name. */
export function hostText(name: string): Text {
  return name === '*' ? ANYTHING : name.startsWith('*') ? suffix(name.slice(1)) : exactly(name);
}

export function tcpMatch(fields: Fields, home: string): Match {
  return connectionMatch(fields, home, ALWAYS);
}

function connectionMatch(fields: Fields, home: string, request: Condition): Match {
  const subnets = fields.field('destinationSubnets');
  if (subnets.isSaid) subnets.doubt('the address of the Service is not known');
  return { ...base(fields, home, request), ...(subnets.isSaid && { isBySubnet: true }) };
}

function base(fields: Fields, home: string, request: Condition, over?: Over): Match {
  const all = [{ fields, home }, ...over === undefined ? [] : [over]];
  const [port] = all.flatMap(one => one.fields.field('port').integer() ?? []);
  const [namespace] = all.flatMap(one => one.fields.field('sourceNamespace').text() ?? []);
  const [gateways] = all.map(one => one.fields.field('gateways').items().flatMap(item => item.text() ?? []).map(name => name === 'mesh' ? name : gatewayNamed(name, one.home)))
    .filter(({ length }) => length > 0);
  const sources = Object.assign({}, ...all.map(one => labels(one.fields.field('sourceLabels'))).reverse());
  const hasLabels = Object.keys(sources).length > 0;
  const isAny = namespace === undefined && !hasLabels;
  const [doubt] = all.flatMap(one => understood(one.fields, ALWAYS)).filter((one): one is Doubt => one.type === 'unknown');
  return {
    ...(port !== undefined && { port }),
    ...(gateways !== undefined && { gateways }),
    client: isAny ? ALWAYS : {
      type: 'pod',
      ...(namespace !== undefined && { namespace: exactly(namespace) }),
      ...(hasLabels && { labels: { ...EVERYTHING, matchLabels: sources } }),
    },
    ...(!isAny && { source: { hasLabels, ...(namespace !== undefined && { namespace }) } }),
    // A field that is not understood may ask for more, and never for less.
    request: doubt === undefined ? request : allOf(request, doubt),
    ...(doubt && { doubt }),
  };
}

function values(conditions: ReadonlyMap<string, Fields>, type: 'header' | 'query'): RequestAtom[] {
  return [...conditions].flatMap(([name, condition]) => {
    if (name.startsWith('@')) return condition.doubt('conditions on claims are not read here') ?? [];
    return { type, name: type === 'header' ? name.toLowerCase() : name, is: textOf(condition) ?? ANYTHING };
  });
}

/** What is not there counts as empty, unless only its presence is asked for. */
function missing(atom: RequestAtom): Condition {
  const isThere = { ...atom, is: ANYTHING } as RequestAtom;
  return atom.is.type !== 'anything' && holdsFor(atom.is, '') !== 'no' ? allOf(isThere, noneOf(atom)) : noneOf(atom);
}
