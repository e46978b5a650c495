import { isIPv4, isIPv6 } from 'node:net';
import { matches } from './regex';

/** Whether a text has a format. API servers accept every text for a format that they do not know, and so does this. */
export function hasFormat(format: string, text: string): boolean {
  return FORMATS.get(format.replaceAll('-', ''))?.(text) ?? true;
}

const NAME = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const HOST = '[a-zA-Z0-9\\p{S}\\p{L}]';
const HOSTNAME = `^(${HOST}((-?${HOST}{0,62})?)|(${HOST}(([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}${HOST})?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$`;

const uuid = (version: string, variant: string) => (text: string) =>
  matches(`(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, text);

/** @see https://github.com/kubernetes/kube-openapi/tree/master/pkg/validation/strfmt */
const FORMATS = new Map<string, (text: string) => boolean>(Object.entries({
  byte: text => matches('^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$', text),
  cidr: isCidr,
  date: isDate,
  datetime: isDateTime,
  duration: text => nanoseconds(text) !== undefined,
  hexcolor: text => matches('^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$', text),
  hostname: text => Buffer.byteLength(text) <= 255 && matches(HOSTNAME, text) && text.split('.').every(label => Buffer.byteLength(label) <= 63),
  ipv4: text => isIp(text) && text.includes('.'),
  ipv6: text => isIPv6(text) && !text.includes('%'),
  k8slongname: text => text.length <= 253 && matches(`^${NAME}(\\.${NAME})*$`, text),
  k8sshortname: text => text.length <= 63 && matches(`^${NAME}$`, text),
  mac: text => matches('^([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}|([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4})$', text),
  uri: text => matches('^(/|[a-zA-Z][a-zA-Z0-9+.-]*:)[^\\s\\x00-\\x1f\\x7f]*$', text),
  uuid: uuid('[0-9a-f]', '[0-9a-f]'),
  uuid3: uuid('3', '[0-9a-f]'),
  uuid4: uuid('4', '[89ab]'),
  uuid5: uuid('5', '[89ab]'),
} satisfies Record<string, (text: string) => boolean>));

/** Leading zeros are accepted, as API servers accept them for the sake of old objects. */
function isIp(text: string): boolean {
  return text.length < 100 && (isIPv4(text.replace(/(^|\.)0+(?=\d)/g, '$1')) || (isIPv6(text) && !text.includes('%')));
}

function isCidr(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  return rest.length === 0 && isIp(address) && /^\d{1,3}$/.test(bits ?? '') && Number(bits) <= (address.includes(':') ? 128 : 32);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const [date, time] = text.toLowerCase().split('t');
  const [, hour, minute, second] = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/.exec(time ?? '') ?? [];
  return isDate(date) && hour <= '23' && minute <= '59' && second <= '59';
}

const GO_UNITS: Record<string, bigint> = {
  ns: 1n, us: 1_000n, µs: 1_000n, μs: 1_000n, ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n,
};

/** The length of a duration of Go, such as `1h30m`. */
export function goNanoseconds(text: string): bigint | undefined {
  if (/^[-+]?0$/.test(text)) return 0n;
  if (!matches('^[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$', text)) return undefined;
  let total = 0n;
  for (const [, whole, fraction = '', unit] of text.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const digits = fraction.slice(0, 18);
    total += BigInt(whole) * GO_UNITS[unit] + BigInt(`0${digits}`) * GO_UNITS[unit] / 10n ** BigInt(digits.length);
  }
  if (total >= 2n ** 63n) return undefined;
  return text.startsWith('-') ? -total : total;
}

const WORDS: [unit: RegExp, nanoseconds: bigint][] = [
  [/^(ns$|nano)/i, 1n],
  [/^(us$|µs$|micro)/i, 1_000n],
  [/^(ms$|milli)/i, 1_000_000n],
  [/^(s$|sec)/i, 1_000_000_000n],
  [/^(m$|min)/i, 60_000_000_000n],
  [/^(h$|hr$|hour)/i, 3_600_000_000_000n],
  [/^(d$|day)/i, 86_400_000_000_000n],
  [/^(w$|wk$|week)/i, 604_800_000_000_000n],
];

/** The length of what API servers take for a duration: one of Go, or any text in which a number stands before a unit. */
export function nanoseconds(text: string): bigint | undefined {
  const exact = goNanoseconds(text);
  if (exact !== undefined) return exact;
  let total: bigint | undefined;
  for (const [, factor, unit] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    if (factor.length > 18) return undefined;
    for (const [word, length] of WORDS) {
      // API servers count in 64 bits, which overflow.
      if (word.test(unit)) total = BigInt.asIntN(64, (total ?? 0n) + BigInt(factor) * length);
    }
  }
  return total;
}
