import type { RouteRequest } from './request';
import { only } from '../fields';
import { Unknown } from '../unknown';

interface Upstream {
  readonly backend: any;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly isCanary: boolean;
}

/** A part of the requests for a backend. */
export interface Part extends Pick<Upstream, 'backend' | 'namespace'> {
  readonly weight: number;
}

const PREFIX = 'nginx.ingress.kubernetes.io/canary';
const NAMES = ['', '-weight', '-weight-total', '-by-header', '-by-header-value', '-by-header-pattern', '-by-cookie'];

export function isCanary({ annotations }: any): boolean {
  return annotations[PREFIX] === 'true';
}

/**
 * Where the NGINX controller of Kubernetes sends what is for a backend: to that, or to the canary beside it (`mergeAlternativeBackends` in
 * `internal/ingress/controller/controller.go` and `route_to_alternative_balancer` in `rootfs/etc/nginx/lua/balancer.lua` of kubernetes/ingress-nginx).
 */
export function partsOf(all: readonly any[], of: Pick<Upstream, 'backend' | 'namespace'>, { headers }: RouteRequest): Part[] {
  const upstreams = upstreamsOf(all);
  const alternatives = merged(all, upstreams).get(nameOf(of)) ?? [];
  if (alternatives.length > 1) throw new Unknown('the oldest canary is taken');
  const [name] = alternatives;
  const alternative = name === undefined ? undefined : upstreams.get(name);
  const main: Part = { ...of, weight: 1 };
  if (alternative === undefined) return [main];
  const { backend, namespace, annotations } = alternative;
  const canary: Part = { backend, namespace, weight: 1 };
  const shaped = only(annotations, ...NAMES.map(one => PREFIX + one), 'nginx.ingress.kubernetes.io/ssl-redirect');
  const said = (one: string): string => shaped[PREFIX + one] ?? '';
  const header = said('-by-header') === '' ? undefined : headers[said('-by-header').toLowerCase()];
  if (header !== undefined) {
    if (said('-by-header-value') !== '') {
      if (header === said('-by-header-value')) return [canary];
    } else if (said('-by-header-pattern') !== '') {
      if (new RegExp(said('-by-header-pattern')).test(header)) return [canary];
    } else if (header === 'always') {
      return [canary];
    } else if (header === 'never') {
      return [main];
    }
  }
  const cookie = said('-by-cookie') === '' ? undefined : cookieOf(headers.cookie ?? '', said('-by-cookie'));
  if (cookie === 'always') return [canary];
  if (cookie === 'never') return [main];
  const total = Number(said('-weight-total')) > 100 ? Number(said('-weight-total')) : 100;
  const weight = Math.min(total, Number(said('-weight')));
  return [{ ...main, weight: total - weight }, { ...canary, weight }];
}

function nameOf({ backend: { service: { name, port } }, namespace }: Pick<Upstream, 'backend' | 'namespace'>): string {
  return `${namespace}-${name}-${port.number ?? port.name}`;
}

function upstreamsOf(all: readonly any[]): Map<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  for (const { rules = [], defaultBackend, namespace, annotations } of all) {
    const own = isCanary({ annotations });
    const ofPaths = rules.flatMap(({ http = { paths: [] } }: any) => http.paths.map((path: any) => path.backend));
    const backends = [...ofPaths, ...defaultBackend ? [defaultBackend] : []];
    for (const backend of backends) {
      const name = nameOf({ backend, namespace });
      const known = upstreams.get(name);
      const isShared = known !== undefined && (own || known.isCanary) && (own !== known.isCanary || known.annotations !== annotations);
      if (isShared) throw new Unknown('the oldest Ingress with it makes it');
      upstreams.set(name, { backend, namespace, annotations, isCanary: own });
    }
  }
  return upstreams;
}

/** The canaries of each backend. One that a path finds no backend for is deleted. */
function merged(all: readonly any[], upstreams: Map<string, Upstream>): Map<string, string[]> {
  const [main, canaries] = [all.filter(one => !isCanary(one)), all.filter(isCanary)];
  const alternatives = new Map<string, string[]>();
  for (const { rules = [], defaultBackend, namespace } of canaries) {
    if (defaultBackend !== undefined) throw new Unknown('a canary with a default backend');
    for (const { host = '', http = { paths: [] } } of rules) {
      const servers = main.flatMap(one => (one.rules ?? []).filter((rule: any) => (rule.host ?? '') === host).map((rule: any) => ({ rule, of: one })));
      if (servers.length === 0 && host !== '') continue;
      for (const { path = '', pathType, backend } of http.paths) {
        const name = nameOf({ backend, namespace });
        if (!upstreams.has(name)) continue;
        const locations = servers.flatMap(({ rule, of: { namespace: home } }) => (rule.http?.paths ?? [])
          .filter((one: any) => (one.path ?? '/') === path && one.pathType === pathType).map((one: any) => nameOf({ backend: one.backend, namespace: home })));
        if (locations.length === 0 && path === '/' && main.some(one => one.defaultBackend !== undefined)) throw new Unknown('a canary of a default backend');
        for (const one of locations) alternatives.set(one, [...new Set([...alternatives.get(one) ?? [], name])]);
        if (locations.length === 0) upstreams.delete(name);
      }
    }
  }
  return alternatives;
}

/** The first of a name (`ngx_http_parse_multi_header_lines` in nginx). */
function cookieOf(header: string, name: string): string | undefined {
  const found = header.split(/[;,] */).map(one => one.split('=')).find(([own]) => own.trim().toLowerCase() === name.toLowerCase());
  return found?.slice(1).join('=');
}
