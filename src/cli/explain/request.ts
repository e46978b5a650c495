import type { Request } from '../../meaning/call';
import { Misuse } from '../options';

const REQUEST = /^([A-Z]+) (\/\S*)$/;

/** Whether an operand is a request, not a file. */
export function isRequest(operand: string): boolean {
  return /^[A-Z]+ \S/.test(operand);
}

/** A request such as `GET /cart?all=yes`, with its headers. */
export function requestOf(text: string, headers: readonly string[], host: string | undefined, claims: string | undefined): Request {
  const [, method, target] = REQUEST.exec(text) ?? [];
  if (method === undefined) throw new Misuse(`'${text}' is no request. Write 'GET /path'`);
  const url = new URL(target, 'http://host');
  const path = target.split(/[?#]/)[0];
  if (url.pathname !== path || /\/\/|%|[\\;]/.test(path)) {
    throw new Misuse(`the path '${path}' is not plain. Write one slash at a time, no dot segments, and nothing encoded: meshes differ in how they read the rest`);
  }
  return {
    method,
    path,
    headers: Object.fromEntries(headers.map(header => {
      const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(header) ?? [];
      if (name === undefined) throw new Misuse(`'${header}' is no header. Write name:value`);
      return [name.toLowerCase(), value.trim()];
    })),
    query: Object.fromEntries(url.searchParams),
    ...(host !== undefined && { host: host.toLowerCase() }),
    ...(claims !== undefined && { claims: claimsOf(claims) }),
  };
}

function claimsOf(text: string): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(text);
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return claims as Record<string, unknown>;
  } catch {
    // It is no JSON.
  }
  throw new Misuse(`'--claims' is '${text}', which is no JSON object`);
}
