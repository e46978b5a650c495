import type { RequestMatch } from '../../index';
import type { Text } from '../../meaning/text';
import { grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { RequestPart } from '../policies/request-parts';
import { joinedPaths, matchOf, type Unsayable, type Words, wordsOf } from '../policies/requests';
import type { Term } from '../policies/terms';
import { call, type Node } from '../program';

/** The matches of a rule, with the prefix of paths that all of them have; or why there are none. */
export type Matches = { readonly nodes: readonly Node<RequestMatch>[]; readonly prefix?: string } | { readonly unsaid: string };

const UNSAID = {
  target: 'a route has no condition on the path with its query',
  host: 'a rule has no condition on hosts',
  claim: 'a route has no condition on tokens',
  serverName: 'a route has no condition on server names beside others',
} satisfies Unsayable;

/** Requests of which any of some terms holds, whoever sends them. */
export function matchesOf(terms: readonly Term[], protocol: Protocol): Matches {
  const said: Words[] = [];
  for (const { requests, except } of terms) {
    if (except.length > 0) return { unsaid: 'a route has no condition that must not hold' };
    if (protocol === 'TLS') return serverNames(terms);
    const words = wordsOf(requests, { unsaid: UNSAID });
    if ('unsaid' in words) return words;
    said.push(words.words);
  }
  const joined = joinedPaths([...grouped(said, ({ rest }) => JSON.stringify(rest)).values()].map(alike => ({
    methods: [...new Set(alike.flatMap(({ methods }) => methods))].sort(), rest: alike[0].rest,
  })));
  if (protocol === 'GRPC') return calls(joined);
  const [prefix, ...others] = new Set(joined.map(({ rest }) => rest.pathPrefix));
  return { nodes: joined.map(matchOf), ...typeof prefix === 'string' && others.length === 0 && { prefix } };
}

/** Calls are requests to paths of a service and a method. */
function calls(all: readonly Words[]): Matches {
  const nodes: Node<RequestMatch>[] = [];
  for (const { methods, rest: { path, pathPrefix, pathTemplate, headers, ...others } } of all) {
    const [, service, method] = /^\/([^/]+)\/([^/]+)$/.exec(typeof path === 'string' ? path : '') ?? [];
    const [, ofAny] = /^\/\{id\}\/([^/]+)$/.exec(typeof pathTemplate === 'string' ? pathTemplate : '') ?? [];
    const [, whole] = /^\/([^/]+)$/.exec(typeof pathPrefix === 'string' ? pathPrefix : '') ?? [];
    const isCall = [path, pathPrefix, pathTemplate].every(one => one === undefined) || (service ?? ofAny ?? whole) !== undefined;
    if (!isCall || methods.some(one => one !== 'POST') || Object.keys(others).length > 0) {
      return { unsaid: 'calls are known by their service, their method and their metadata' };
    }
    const [ofService, ofMethod] = [service ?? whole, method ?? ofAny];
    nodes.push(call('GrpcMatch', 'of', {
      ...ofService !== undefined && { service: ofService },
      ...ofMethod !== undefined && { method: ofMethod },
      ...headers !== undefined && { headers },
    }));
  }
  return { nodes };
}

/** Connections by the names that clients ask for. */
function serverNames(terms: readonly Term[]): Matches {
  const hosts = terms.map(({ requests }) => requests.length === 1 ? hostOf(requests[0]) : undefined);
  const known = hosts.filter(host => host !== undefined);
  return known.length < hosts.length ? { unsaid: 'the condition on the name of the server cannot be written' } : { nodes: [call('TlsMatch', 'sni', ...known)] };
}

function hostOf(part: RequestPart): string | undefined {
  const { type, value }: Partial<Extract<Text, { readonly value: string }>> = part.type === 'serverName' && 'value' in part.is ? part.is : {};
  if (type === 'suffix' && value?.startsWith('.') === true) return `*${value}`;
  return type === 'exact' ? value : undefined;
}
