import { BlockList, isIP } from 'net';
import { URL } from 'url';
import { flatMap } from './lists';

/** Blocks of addresses that nobody on the internet has: pods usually have one of them. */
export const PRIVATE_NETWORKS: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Whether one block contains all addresses of another. */
export function isWithin(part: string, whole: string): boolean {
  const [inner, outer] = [part, whole].map(parse);
  if (inner.family !== outer.family || inner.length < outer.length) {
    return false;
  }
  const block = new BlockList();
  block.addSubnet(outer.address, outer.length, outer.family);
  return block.check(inner.address, inner.family);
}

/** The block that an address with the length of a prefix is in, as Go writes it. */
export function blockOf(cidr: string): string {
  const { address, length, family } = parse(cidr);
  return family === 'ipv4' ? `${masked(address.split('.').map(Number), 8, length).join('.')}/${length}`
    : `${shortened(masked(groupsOf(address), 16, length))}/${length}`;
}

/** The blocks that have all addresses of a block but those of some others. */
export function blocksWithout(cidr: string, except: readonly string[]): string[] {
  const near = except.filter(part => isWithin(part, cidr) || isWithin(cidr, part));
  return near.length === 0 ? [cidr]
    : near.some(part => isWithin(cidr, part)) ? []
      : flatMap(halvesOf(cidr), half => blocksWithout(half, near));
}

/** The two blocks in the middle of which a block can be cut. */
function halvesOf(cidr: string): string[] {
  const { address, length, family } = parse(cidr);
  const [parts, bits] = family === 'ipv4' ? [address.split('.').map(Number), 8] : [groupsOf(address), 16];
  const first = masked(parts, bits, length);
  const second = first.map((part, i) => i === Math.floor(length / bits) ? part + 2 ** (bits - 1 - length % bits) : part);
  return [first, second].map(half => `${family === 'ipv4' ? half.join('.') : shortened(half)}/${length + 1}`);
}

/** The parts of an address, so many bits each, without what stands behind the prefix. */
function masked(parts: readonly number[], bits: number, length: number): number[] {
  return parts.map((part, i) => {
    const behind = bits - Math.min(bits, Math.max(0, length - i * bits));
    return part - part % 2 ** behind;
  });
}

function groupsOf(address: string): number[] {
  const [head, tail] = canonical(address).split('::').map(side => side === '' ? [] : side.split(':').map(group => parseInt(group, 16)));
  return tail === undefined ? head : [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function shortened(groups: readonly number[]): string {
  return canonical(groups.map(group => group.toString(16)).join(':'));
}

/** As a URL has it: the longest row of zeros left out, all else in hexadecimal digits. */
function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** An address alone is a block of one. */
function parse(cidr: string) {
  const [address, digits] = cidr.split('/');
  const [family, bits] = isIP(address) === 6 ? ['ipv6' as const, 128] : ['ipv4' as const, 32];
  return { address, length: digits === undefined ? bits : Number(digits), family };
}
