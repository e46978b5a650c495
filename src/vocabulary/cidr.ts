import { isIP } from 'net';
import { misuse } from '../errors/misuse';
import { listOf, TEXT } from '../input/shape';
import { blockOf, isWithin } from '../model/cidr';

/**
 * A block of addresses, and blocks within it that are left out. An API server rejects a block with bits behind its prefix, which
 * others read as a block or as one address.
 */
export function checkCidr(where: string, cidr: string, except: readonly string[]): void {
  TEXT(where, 'cidr', cidr);
  listOf(TEXT)(where, 'exceptCidrs', except);
  const length = lengthOf(where, cidr);
  for (const part of except) {
    if (lengthOf(where, part) === length || !isWithin(part, cidr)) {
      throw misuse('MESH1014', where, `'${part}' is not a smaller block within '${cidr}'`, 'Use exceptions that are within the block');
    }
  }
}

/** The length of the prefix, of what is a block of addresses. */
function lengthOf(where: string, cidr: string): number {
  const [, address, digits] = /^([0-9a-fA-F.:]+)\/(0|[1-9]\d{0,2})$/.exec(cidr) ?? [];
  const version = isIP(address ?? '');
  const length = Number(digits);
  if (version === 0 || length > SINGLE[version]) {
    const single = isIP(cidr);
    throw misuse('MESH1013', where, `'${cidr}' is not a block of addresses`,
      single === 0 ? "Write it like '10.20.0.0/16'" : `Write '${cidr}/${SINGLE[single]}' for this one`);
  }
  if (version === 6 && isWithin(cidr, '::ffff:0:0/96')) {
    throw misuse('MESH1013', where, `'${cidr}' is a block of IPv4 addresses in the form of IPv6`, "Write it as IPv4, like '10.20.0.0/16'");
  }
  const block = blockOf(cidr);
  const first = block.slice(0, block.indexOf('/'));
  if (!isWithin(`${first}/${SINGLE[version]}`, `${address}/${SINGLE[version]}`)) {
    throw misuse('MESH1013', where, `'${cidr}' is one address with a prefix length, not a block of addresses`,
      `Write '${block}' for the block, or '${address}/${SINGLE[version]}' for the address`);
  }
  return length;
}

/** The length of the prefix of a single address, by the version of IP. */
const SINGLE: Readonly<Record<number, number>> = { 4: 32, 6: 128 };
