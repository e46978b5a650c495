import { duration } from './durations';
import type { Fields } from '../../../../manifests/fields';
import type { Traffic } from '../../../../meaning/world';
import type { HashKey } from '../../../../model/load-balancing';

/** How pods are picked; what has no place there is kept as text. */
export function balancerOf(fields: Fields): Pick<Traffic, 'loadBalancing' | 'stickiness' | 'besides'> {
  const [simple, warmup, hash] = ['simple', 'warmup', 'consistentHash'].map(name => fields.field(name));
  const kind = SIMPLE[simple.text() ?? ''];
  const warmUp = duration(warmup.field('duration')) ?? duration(fields.field('warmupDurationSecs'));
  const warmed = warmUp !== undefined && kind !== undefined && kind !== 'random';
  const hashed = hashOf(hash);
  return {
    ...(kind !== undefined && { loadBalancing: { kind, ...(warmed && { warmUp }) } }),
    ...hashed,
    besides: [
      ...textOf('simple', kind === undefined ? simple.text() : undefined),
      ...textOf('warmup.duration', warmed ? undefined : warmUp),
      ...['minimumPercent', 'aggression'].flatMap(name => textOf(`warmup.${name}`, warmup.field(name).take())),
      ...hashed.besides,
    ],
  };
}

const SIMPLE: Readonly<Record<string, 'roundRobin' | 'leastRequest' | 'random'>> = {
  ROUND_ROBIN: 'roundRobin', LEAST_REQUEST: 'leastRequest', LEAST_CONN: 'leastRequest', RANDOM: 'random',
};

/** A cookie that has a lifetime is set where the client has none (`ConsistentHashToHashPolicy` in `pilot/pkg/networking/core/route/route.go`). */
function hashOf(fields: Fields): Pick<Traffic, 'loadBalancing' | 'stickiness' | 'besides'> {
  const [maglev, ring, cookie] = ['maglev', 'ringHash', 'httpCookie'].map(name => fields.field(name));
  const tableSize = maglev.field('tableSize').integer();
  const [ofRing, deprecated] = [ring, fields].map(one => one.field('minimumRingSize').integer());
  // 0 is as if nothing were said.
  const minimumRingSize = ofRing || deprecated || undefined;
  const [name, path, ttl] = [cookie.field('name').text(), cookie.field('path').text(), duration(cookie.field('ttl'))];
  const key = keyOf(fields, name);
  const ofMaglev = textOf('consistentHash.maglev.tableSize', tableSize === USUAL_TABLE ? undefined : tableSize);
  if (name !== undefined && ttl !== undefined) {
    if (path !== '/') cookie.doubt('the cookie is for some paths only');
    return {
      stickiness: { type: 'cookie', name, ...(ttl > 0 && { absoluteTimeout: ttl }) },
      besides: [...ofMaglev, ...maglev.isSaid ? ['loadBalancer.consistentHash is by maglev'] : [], ...textOf('consistentHash.ringHash.minimumRingSize', minimumRingSize)],
    };
  }
  if (key === undefined) return { besides: fields.isSaid ? ['loadBalancer.consistentHash has no key'] : [] };
  return {
    loadBalancing: maglev.isSaid ? { kind: 'maglev', key } : { kind: 'ringHash', key, ...(minimumRingSize !== undefined && { minimumRingSize }) },
    besides: ofMaglev,
  };
}

const USUAL_TABLE = 65_537;

function keyOf(fields: Fields, cookie: string | undefined): HashKey | undefined {
  const [header, parameter] = ['httpHeaderName', 'httpQueryParameterName'].map(name => fields.field(name).text());
  const isAddress = fields.field('useSourceIp').take() === true;
  return header !== undefined ? { kind: 'header', name: header.toLowerCase() }
    : cookie !== undefined ? { kind: 'cookie', name: cookie }
      : parameter !== undefined ? { kind: 'queryParameter', name: parameter }
        : isAddress ? { kind: 'sourceAddress' } : undefined;
}

function textOf(name: string, said: unknown): string[] {
  return said === undefined ? [] : [`loadBalancer.${name} is ${JSON.stringify(said)}`];
}
