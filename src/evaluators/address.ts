import { isIPv4 } from 'node:net';

/** Whether a block has an address in it; an address alone is a block of one. */
export function contains(cidr: string, ip: string): boolean {
  const [address, length = Infinity] = cidr.split('/');
  return isIPv4(address) === isIPv4(ip) && bits(address).slice(0, Number(length)) === bits(ip).slice(0, Number(length));
}

/** Addresses of version 4, and those of version 6 that are written in full. */
function bits(ip: string): string {
  const [separator, base, width] = isIPv4(ip) ? ['.', 10, 8] as const : [':', 16, 16] as const;
  return ip.split(separator).map(part => parseInt(part, base).toString(2).padStart(width, '0')).join('');
}
