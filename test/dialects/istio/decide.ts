import { BlockList } from 'net';

/** What comes to whoever enforces a policy. */
export interface Arrival {
  /** The identity that mutual TLS shows: a SPIFFE id. */
  readonly client?: string;
  readonly ip?: string;
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether AuthorizationPolicies of action ALLOW let something in, by all fields that we write. */
export function lets(policies: readonly any[], arrival: Arrival): boolean {
  return policies.length === 0 || policies.some(({ spec }) => (spec.rules ?? []).some((rule: any) =>
    (rule.from ?? [{ source: {} }]).some(({ source }: any) => isFrom(source, arrival))
    && rule.to.some(({ operation }: any) => isTo(operation, arrival))
    && (rule.when ?? []).every(({ key, values }: any) => hasHeader(key, values, arrival))));
}

function isFrom({ principals, notPrincipals = [], ipBlocks, notIpBlocks = [] }: any, { client, ip }: Arrival): boolean {
  const is = (principal: string) => client !== undefined && like(principal, client.replace('spiffe://', ''));
  return (principals === undefined || principals.some(is)) && !notPrincipals.some(is)
    && (ipBlocks === undefined || ipBlocks.some((block: string) => isIn(block, ip))) && !notIpBlocks.some((block: string) => isIn(block, ip));
}

function isTo({ ports, methods, paths }: any, { port, method, path }: Arrival): boolean {
  return ports.includes(String(port))
    && (methods === undefined || methods.includes(method))
    && (paths === undefined || paths.some((p: string) => path !== undefined && pathLike(p, path)));
}

function hasHeader(key: string, values: string[], { headers = {} }: Arrival): boolean {
  const value = headers[key.slice('request.headers['.length, -1)];
  return value !== undefined && values.some(v => v === '*' || like(v, value));
}

function pathLike(pattern: string, path: string): boolean {
  if (!pattern.includes('{*}')) {
    return like(pattern, path);
  }
  const [wanted, elements] = [pattern.split('/'), path.split('/')];
  return wanted.length === elements.length && wanted.every((element, i) => element === '{*}' ? elements[i] !== '' : element === elements[i]);
}

function like(pattern: string, actual: string): boolean {
  if (pattern === '*') return actual !== '';
  return pattern.endsWith('*') ? actual.startsWith(pattern.slice(0, -1)) : actual === pattern;
}

function isIn(block: string, ip: string | undefined): boolean {
  const [address, length] = block.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(length), family);
  return ip !== undefined && list.check(ip, family);
}
