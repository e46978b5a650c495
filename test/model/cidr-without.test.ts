import { BlockList, isIPv4 } from 'net';
import * as fc from 'fast-check';
import { blocksWithout } from '../../src/model/cidr';

const v4 = fc.record({ n: fc.integer({ min: 0, max: 255 }), length: fc.integer({ min: 24, max: 32 }) })
  .map(({ n, length }) => `203.0.113.${n - n % 2 ** (32 - length)}/${length}`);
const v6 = fc.record({ n: fc.integer({ min: 0, max: 255 }), length: fc.integer({ min: 120, max: 128 }) })
  .map(({ n, length }) => `2001:db8::${(n - n % 2 ** (128 - length)).toString(16)}/${length}`);
function contains(cidr: string, ip: string): boolean {
  const [address, length] = cidr.split('/');
  const block = new BlockList();
  block.addSubnet(address, Number(length), isIPv4(address) ? 'ipv4' : 'ipv6');
  return block.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6');
}

const last = fc.integer({ min: 0, max: 255 });

test.each([
  ['IPv4', v4, last.map(n => `203.0.113.${n}`)],
  ['IPv6', v6, last.map(n => `2001:db8::${n.toString(16)}`)],
] as const)('what remains of a block of %s has the addresses that are in none of its exceptions, each once', (_, block, address) => {
  fc.assert(fc.property(block, fc.array(block, { maxLength: 4 }), address, (cidr, except, ip) => {
    const remaining = blocksWithout(cidr, except).filter(part => contains(part, ip));
    expect(remaining).toHaveLength(contains(cidr, ip) && !except.some(part => contains(part, ip)) ? 1 : 0);
  }));
});
