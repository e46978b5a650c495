import { isWithin } from '../model/cidr';

/** Whether an address is in a block, or is that address. */
export function isIn(block: string, address: string): boolean {
  const whole = block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`;
  return isWithin(`${address}/${address.includes(':') ? 128 : 32}`, whole);
}
