import { isIP } from 'net';
import { misuse } from '../diagnostics';
import { isWithin } from '../model/cidr';
import { listOf, TEXT } from '../shape';

/** A block of addresses, and blocks among them that are left out. */
export function checkCidr(where: string, cidr: string, except: readonly string[]): void {
  TEXT(where, 'cidr', cidr);
  listOf(TEXT)(where, 'except', except);
  const length = lengthOf(where, cidr);
  for (const part of except) {
    if (lengthOf(where, part) === length || !isWithin(part, cidr)) {
      throw misuse('MESH1014', where, `'${part}' is not a part of '${cidr}'`, 'Except addresses only that are among the others');
    }
  }
}

/** The length of the prefix, of what is a block of addresses. */
function lengthOf(where: string, cidr: string): number {
  const [, address, digits] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const version = isIP(address ?? '');
  const length = Number(digits);
  if (version === 0 || length > (version === 4 ? 32 : 128)) {
    const single = isIP(cidr);
    throw misuse('MESH1013', where, `'${cidr}' is not a block of addresses`,
      single === 0 ? "Write it like '10.20.0.0/16'" : `Write '${cidr}/${single === 4 ? 32 : 128}' for this one`);
  }
  return length;
}
