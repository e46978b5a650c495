import { BlockList, isIP } from 'net';
import { URL } from 'url';

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

function parse(cidr: string) {
  const [address, digits] = cidr.split('/');
  return { address, length: Number(digits), family: isIP(address) === 6 ? 'ipv6' as const : 'ipv4' as const };
}
