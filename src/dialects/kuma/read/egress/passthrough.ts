import type { Fields } from '../../../../manifests/fields';
import { isBlock } from '../../../../meaning/address';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { blockOf } from '../../../../model/cidr';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';
import { type Target, targetOf } from '../target';

export const MODES = ['All', 'Matched', 'None'] as const;

const PROTOCOLS = ['tcp', 'tls', 'grpc', 'http', 'http2', 'mysql'] as const;

/** Requests, which Envoy tells from other bytes, and not from each other. */
export const REQUESTS: readonly Match['protocol'][] = ['http', 'http2', 'grpc'];

/** What a MeshPassthrough says to the proxies of pods. */
export interface Passthrough extends Target {
  /** Absent where it says nothing: then the next one says it. */
  readonly mode?: typeof MODES[number];
  readonly matches: readonly Match[];
  /** Something of it that is not understood, beside whom it is for. */
  readonly unknown?: Doubt;
}

/** Something outside that is let out. */
export interface Match {
  readonly source: Source;
  /** As it stands there. */
  readonly value: string;
  /** Where it names addresses. */
  readonly block?: string;
  /** Where it names hosts: one, all below one (`*.example.com`), or all (`*`). */
  readonly host?: string;
  /** Absent for every port. */
  readonly port?: number;
  readonly protocol: typeof PROTOCOLS[number];
}

export function passthroughOf(object: ReadObject): Passthrough | undefined {
  const target = targetOf(object);
  if (target === undefined) return undefined;
  const { fields } = object;
  const conf = fields.field('spec').field('default');
  const said = conf.field('passthroughMode').text();
  const mode = MODES.find(one => one === said);
  if (said !== undefined && mode === undefined) conf.field('passthroughMode').doubt('Kuma has no such mode');
  const items = conf.field('appendMatch').items();
  const matches = items.map(item => matchOf(item, object));
  refuseTogether(items, matches);
  const [doubt] = fields.doubts();
  return {
    ...target,
    ...(mode !== undefined && { mode }),
    matches,
    ...(doubt !== undefined && { unknown: doubtOf(doubt) }),
  };
}

/** As the webhook takes it (`meshpassthrough/api/v1alpha1/validator.go`). */
function matchOf(item: Fields, object: ReadObject): Match {
  const [type, value = ''] = ['type', 'value'].map(field => item.field(field).text());
  const port = item.field('port').integer();
  const spoken = item.field('protocol').text() ?? 'tcp';
  const protocol = PROTOCOLS.find(one => one === spoken) ?? item.field('protocol').doubt('Kuma has no such protocol') ?? 'tcp';
  if (port !== undefined && (port < 1 || port > 65535)) item.field('port').doubt('it is not a port');
  if (port === undefined && protocol === 'mysql') item.doubt('Kuma wants a port with mysql');
  return { source: sourceOf(object, item), value, ...whereTo(item, type, value, port, protocol), ...(port !== undefined && { port }), protocol };
}

function whereTo(
  item: Fields, type: string | undefined, value: string, port: number | undefined, protocol: Match['protocol'],
): Pick<Match, 'block' | 'host'> {
  const isPlain = protocol === 'tcp' || protocol === 'mysql';
  if (type === 'Domain') {
    if (isPlain) item.doubt('only requests and TLS say which host they are for');
    if (!/^(?:\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)$/.test(value)) item.field('value').doubt('Kuma takes it for no host');
    const isTooWide = value.startsWith('*') && (port === undefined || value === '*');
    if (REQUESTS.includes(protocol) && isTooWide) item.doubt('Envoy takes no such host for requests');
    return { host: value };
  }
  const isMeant = isBlock(value) && (type === 'IP' ? !value.includes('/') : type === 'CIDR' && value.includes('/'));
  if (!isMeant) return item.doubt('it names no addresses') ?? {};
  return { block: blockOf(type === 'CIDR' ? value : `${value}/${value.includes(':') ? 128 : 32}`) };
}

/** What the webhook takes no two of. */
function refuseTogether(items: readonly Fields[], matches: readonly Match[]): void {
  const spoken = new Map<number, string>();
  const seen = new Set<string>();
  matches.forEach(({ value, port, protocol }, i) => {
    if (port === undefined) return;
    const before = spoken.get(port);
    const isBehind = before !== undefined && before !== protocol && REQUESTS.includes(protocol);
    if (isBehind) items[i].doubt('Kuma takes no requests behind another protocol on the port');
    else spoken.set(port, protocol);
    const key = [port, protocol, value].join(' ');
    if (seen.has(key)) items[i].doubt('it is there twice');
    seen.add(key);
  });
}
