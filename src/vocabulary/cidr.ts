import { BlockList, isIP } from 'net';
import { misuse } from '../diagnostics';
import { listOf, TEXT } from '../shape';

/** A block of addresses, and blocks among them that are left out. */
export function checkCidr(where: string, cidr: string, except: readonly string[]): void {
  TEXT(where, 'cidr', cidr);
  listOf(TEXT)(where, 'except', except);
  const block = parse(where, cidr);
  for (const part of except) {
    const { address, length, family } = parse(where, part);
    if (family !== block.family || length <= block.length || !blockList(block).check(address, family)) {
      throw misuse(where, `'${part}' is not a part of '${cidr}'`, 'Except addresses only that are among the others');
    }
  }
}

interface Block {
  readonly address: string;
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parse(where: string, cidr: string): Block {
  const [, address, digits] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const version = isIP(address ?? '');
  const length = Number(digits);
  if (version === 0 || length > (version === 4 ? 32 : 128)) {
    const single = isIP(cidr);
    throw misuse(where, `'${cidr}' is not a block of addresses`,
      single === 0 ? "Write it like '10.20.0.0/16'" : `Write '${cidr}/${single === 4 ? 32 : 128}' for this one`);
  }
  return { address, length, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function blockList({ address, length, family }: Block): BlockList {
  const list = new BlockList();
  list.addSubnet(address, length, family);
  return list;
}
