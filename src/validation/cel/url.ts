import { spend } from '../cost';
import type { Environment } from './package';

/** An absolute URI or an absolute path, as Go's net/url parses it. */
class Url {
  static parse(text: string): Url | undefined {
    spend(1 + text.length / 10);
    const [, scheme = '', authority, path, query] = SHAPE.exec(text) ?? [undefined, undefined, undefined, undefined, undefined];
    if (path === undefined || (scheme === '' && !text.startsWith('/'))) return undefined;
    const host = authority === undefined ? '' : authority.slice(authority.lastIndexOf('@') + 1);
    const [, name, port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(host) ?? [undefined, undefined, undefined];
    if (name === undefined || BAD_ESCAPE.test(path)) return undefined;
    return new Url(scheme.toLowerCase(), host, name.replace(/^\[|\]$/g, ''), port ?? '', path, query ?? '');
  }

  private constructor(
    readonly scheme: string, readonly host: string, readonly hostname: string, readonly port: string, readonly path: string, readonly query: string,
  ) {}

  equals(other: Url): boolean {
    return JSON.stringify(this) === JSON.stringify(other);
  }
}

// eslint-disable-next-line no-control-regex
const SHAPE = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#\s]*))?([^?#\x00-\x1f\x7f]*)(?:\?([^#\x00-\x1f\x7f]*))?(?:#[^\x00-\x1f\x7f]*)?$/;
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/;

export function isUrl(text: string): boolean {
  return Url.parse(text) !== undefined;
}

/** Kubernetes' functions on URLs. */
export function registerUrl(environment: Environment): void {
  environment
    .registerType('kubernetes.URL', Url)
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): kubernetes.URL', (text: string) => {
      const url = Url.parse(text);
      if (url === undefined) throw new Error(`'${text}' is not a URL`);
      return url;
    })
    .registerOperator('kubernetes.URL == kubernetes.URL', (a: Url, b: Url) => a.equals(b))
    .registerFunction('kubernetes.URL.getScheme(): string', (url: Url) => url.scheme)
    .registerFunction('kubernetes.URL.getHost(): string', (url: Url) => url.host)
    .registerFunction('kubernetes.URL.getHostname(): string', (url: Url) => url.hostname)
    .registerFunction('kubernetes.URL.getPort(): string', (url: Url) => url.port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', (url: Url) => encodeURI(decodeEscapes(url.path)))
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', (url: Url) => {
      const parameters = new URLSearchParams(url.query);
      return new Map([...new Set(parameters.keys())].map(key => [key, [...parameters.getAll(key)]]));
    });
}

function decodeEscapes(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
