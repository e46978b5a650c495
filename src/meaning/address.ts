import { isIP } from 'net';
import { isWithin } from '../model/cidr';

/** Whether an address is in a block, or is that address. */
export function isIn(block: string, address: string): boolean {
  const whole = block.includes('/') ? block : `${block}/${block.includes(':') ? 128 : 32}`;
  return isWithin(`${address}/${address.includes(':') ? 128 : 32}`, whole);
}

/** Whether a text is a block of addresses, or one of them. */
export function isBlock(text: string): boolean {
  const [address, length = '0', ...rest] = text.split('/');
  return isIP(address) !== 0 && rest.length === 0 && /^(?:0|[1-9]\d{0,2})$/.test(length) && Number(length) <= (isIP(address) === 6 ? 128 : 32);
}
