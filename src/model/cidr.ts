import { BlockList, isIP } from 'net';

/** Whether all addresses of one block are among those of another. */
export function isWithin(part: string, whole: string): boolean {
  const [inner, outer] = [part, whole].map(parse);
  if (inner.family !== outer.family || inner.length < outer.length) {
    return false;
  }
  const block = new BlockList();
  block.addSubnet(outer.address, outer.length, outer.family);
  return block.check(inner.address, inner.family);
}

function parse(cidr: string) {
  const [address, digits] = cidr.split('/');
  return { address, length: Number(digits), family: isIP(address) === 6 ? 'ipv6' as const : 'ipv4' as const };
}
