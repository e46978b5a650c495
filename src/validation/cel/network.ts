import { isIPv4, isIPv6 } from 'node:net';
import { own } from './names';
import type { Environment } from './package';

/** An address, as a number of 32 or 128 bits. */
class Ip {
  static parse(text: string): Ip | undefined {
    if (isIPv4(text)) return new Ip(4, text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n));
    if (!isIPv6(text) || text.includes('%')) return undefined;
    const ip = new Ip(6, parts(text).reduce((value, part) => value * 65536n + part, 0n));
    // An IPv4 address that is written as IPv6, which Kubernetes refuses.
    return ip.value / 2n ** 32n === 0xffffn ? undefined : ip;
  }

  constructor(readonly family: 4 | 6, readonly value: bigint) {}

  get bits(): number {
    return this.family === 4 ? 32 : 128;
  }

  /** Whether the first bits are those of a text. */
  in(text: string): boolean {
    return Cidr.parse(text)?.containsIp(this) === true;
  }

  equals(other: Ip): boolean {
    return this.family === other.family && this.value === other.value;
  }

  toString(): string {
    if (this.family === 4) return [24n, 16n, 8n, 0n].map(low => bits(this.value, low, 8n)).join('.');
    const groups = Array.from({ length: 8 }, (_, i) => bits(this.value, BigInt(112 - 16 * i), 16n).toString(16)).join(':');
    const zeros = (groups.match(/\b0(:0)+\b/g) ?? []).reduce((longest, run) => run.length > longest.length ? run : longest, '');
    return zeros === '' ? groups : groups.replace(new RegExp(`(^|:)${zeros}(:|$)`), '::');
  }
}

/** Some bits of a number, from the lowest on. */
function bits(value: bigint, low: bigint, count: bigint): bigint {
  return BigInt.asUintN(Number(count), value / 2n ** low);
}

function parts(text: string): bigint[] {
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes) =>
    bytes.slice(0, 4).map((byte, i) => `${i === 2 ? ':' : ''}${Number(byte).toString(16).padStart(2, '0')}`).join(''));
  const [head, tail] = plain.split('::').map(half => half === '' ? [] : half.split(':'));
  const groups = tail === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map(group => BigInt(`0x${group}`));
}

/** An address with the length of its prefix. */
class Cidr {
  static parse(text: string): Cidr | undefined {
    const [address, length, ...rest] = text.split('/');
    const ip = Ip.parse(address);
    if (ip === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length ?? '') || Number(length) > ip.bits) return undefined;
    return new Cidr(ip, Number(length));
  }

  constructor(readonly ip: Ip, readonly length: number) {}

  /** How many addresses it has. */
  private get size(): bigint {
    return 2n ** BigInt(this.ip.bits - this.length);
  }

  containsIp(ip: Ip): boolean {
    return this.ip.family === ip.family && this.ip.value / this.size === ip.value / this.size;
  }

  containsCidr(other: Cidr): boolean {
    return this.length <= other.length && this.containsIp(other.ip);
  }

  masked(): Cidr {
    return new Cidr(new Ip(this.ip.family, this.ip.value / this.size * this.size), this.length);
  }

  equals(other: Cidr): boolean {
    return this.length === other.length && this.ip.equals(other.ip);
  }

  toString(): string {
    return `${this.ip}/${this.length}`;
  }
}

function ipOf(text: string): Ip {
  const parsed = Ip.parse(text);
  if (parsed === undefined) throw new Error(`'${text}' is not an IP address`);
  return parsed;
}

function cidrOf(text: string): Cidr {
  const parsed = Cidr.parse(text);
  if (parsed === undefined) throw new Error(`'${text}' is not a CIDR`);
  return parsed;
}

/** Kubernetes' functions on addresses and networks. */
export function registerNetwork(environment: Environment): void {
  const [IP, CIDR] = ['kubernetes.IP', 'kubernetes.CIDR'];
  class Namespace {}
  environment
    .registerType(IP, Ip)
    .registerType(CIDR, Cidr)
    .registerFunction('isIP(string): bool', (text: string) => Ip.parse(text) !== undefined)
    .registerFunction('isCIDR(string): bool', (text: string) => Cidr.parse(text) !== undefined)
    .registerFunction(`ip(string): ${IP}`, ipOf)
    .registerFunction(`cidr(string): ${CIDR}`, cidrOf)
    .registerType('kubernetes.IPNamespace', Namespace)
    .registerConstant('ip', 'kubernetes.IPNamespace', new Namespace())
    .registerFunction('kubernetes.IPNamespace.isCanonical(string): bool', (_: Namespace, text: string) => ipOf(text).toString() === text)
    .registerOperator(`${IP} == ${IP}`, (a: Ip, b: Ip) => a.equals(b))
    .registerOperator(`${CIDR} == ${CIDR}`, (a: Cidr, b: Cidr) => a.equals(b))
    .registerFunction(`${own('string')}(${IP}): string`, String)
    .registerFunction(`${own('string')}(${CIDR}): string`, String)
    .registerFunction(`${IP}.family(): int`, (address: Ip) => BigInt(address.family))
    .registerFunction(`${IP}.isUnspecified(): bool`, (address: Ip) => address.value === 0n)
    .registerFunction(`${IP}.isLoopback(): bool`, (address: Ip) => address.in('127.0.0.0/8') || address.in('::1/128'))
    .registerFunction(`${IP}.isLinkLocalMulticast(): bool`, isLinkLocalMulticast)
    .registerFunction(`${IP}.isLinkLocalUnicast(): bool`, isLinkLocalUnicast)
    .registerFunction(`${IP}.isGlobalUnicast(): bool`, (address: Ip) => !LOCAL.some(network => address.in(network)) && !isLinkLocalUnicast(address))
    .registerFunction(`${CIDR}.containsIP(${IP}): bool`, (network: Cidr, address: Ip) => network.containsIp(address))
    .registerFunction(`${CIDR}.containsIP(string): bool`, (network: Cidr, address: string) => network.containsIp(ipOf(address)))
    .registerFunction(`${CIDR}.containsCIDR(${CIDR}): bool`, (network: Cidr, other: Cidr) => network.containsCidr(other))
    .registerFunction(`${CIDR}.containsCIDR(string): bool`, (network: Cidr, other: string) => network.containsCidr(cidrOf(other)))
    .registerFunction(`${CIDR}.ip(): ${IP}`, (network: Cidr) => network.ip)
    .registerFunction(`${CIDR}.masked(): ${CIDR}`, (network: Cidr) => network.masked())
    .registerFunction(`${CIDR}.prefixLength(): int`, (network: Cidr) => BigInt(network.length));
}

const LOCAL = ['0.0.0.0/32', '255.255.255.255/32', '127.0.0.0/8', '224.0.0.0/4', '::/128', '::1/128', 'ff00::/8'];

function isLinkLocalMulticast(address: Ip): boolean {
  // The second byte holds flags and, in its last four bits, the scope: 2 is the link.
  return address.in('224.0.0.0/24') || (address.family === 6 && address.in('ff00::/8') && bits(address.value, 112n, 4n) === 2n);
}

function isLinkLocalUnicast(address: Ip): boolean {
  return address.in('169.254.0.0/16') || address.in('fe80::/10');
}
