import * as fc from 'fast-check';
import { EgressDestination, EgressPort, Identity } from '../../src';
import { blockOf } from '../../src/model/cidr';
import { blockOf as read } from '../oracle/readers/reader';

test.each([
  ['10.20.0.0/16', []], ['192.0.2.7/32', []], ['2001:db8::/32', ['2001:db8:1::/48']], ['0.0.0.0/0', ['10.0.0.0/8', '192.168.0.0/16']],
])('%s without %j', (cidr, except) => {
  expect(Identity.ipBlock(cidr, except)._toModel('shop')).toEqual([{ kind: 'ipBlock', cidr, except }]);
});

test.each<[string, string[], RegExp]>([
  ['10.0.0.1', [], /'10\.0\.0\.1' is not a block of addresses\. Write '10\.0\.0\.1\/32' for this one/],
  ['2001:db8::1', [], /Write '2001:db8::1\/128' for this one/],
  ['10.0.0.0/33', [], /'10\.0\.0\.0\/33' is not a block/],
  ['10.0.0/8', [], /is not a block/],
  // Neither Go nor an API server takes it: an agent of Cilium would drop the whole policy.
  ['10.0.0.0/08', [], /is not a block/],
  ['10.0.0.0/8', ['10.1.0.0/016'], /is not a block/],
  ['::ffff:10.0.0.0/104', [], /is a block of IPv4 addresses in the form of IPv6/],
  ['0:0:0:0:0:ffff:a00:0/104', [], /is a block of IPv4 addresses in the form of IPv6/],
  // An API server refuses it (KEP-4858); others take it for the block, or for the address.
  ['10.0.0.1/8', [], /'10\.0\.0\.1\/8' is one address with a prefix length.* Write '10\.0\.0\.0\/8' for the block, or '10\.0\.0\.1\/32' for the address/],
  ['2001:db8::1/32', [], /Write '2001:db8::\/32' for the block, or '2001:db8::1\/128' for the address/],
  ['10.0.0.0/8', ['10.1.0.1/16'], /Write '10\.1\.0\.0\/16' for the block/],
  ['0.0.0.1/0', [], /Write '0\.0\.0\.0\/0' for the block/],
  ['shop', [], /Write it like '10\.20\.0\.0\/16'/],
  ['10.0.0.0/8', ['11.0.0.0/16'], /'11\.0\.0\.0\/16' is not a smaller block within '10\.0\.0\.0\/8'/],
  ['10.0.0.0/8', ['10.0.0.0/8'], /is not a smaller block within/],
  ['10.0.0.0/8', ['2001:db8::/32'], /is not a smaller block within/],
])('refuses %s without %j', (cidr, except, message) => {
  expect(() => Identity.ipBlock(cidr, except)).toThrow(message);
});

test('of any address with the length of a prefix, the block alone is taken, wherever blocks are', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).filter(([address]) => !address.startsWith('::'));
  fc.assert(fc.property(fc.oneof(v4, v6), ([address, length]) => {
    const cidr = `${address}/${length}`;
    const block = blockOf(cidr);

    expect(blockOf(block)).toBe(block);
    expect(() => Identity.ipBlock(block)).not.toThrow();
    if (!isBlock(cidr)) {
      expect(() => Identity.ipBlock(cidr)).toThrow(`Write '${block}' for the block`);
      expect(() => EgressDestination.cidr(cidr, EgressPort.tls())).toThrow(`Write '${block}' for the block`);
    }
  }));
});

/** By bits, as Go's `net.ParseCIDR` masks them. */
function isBlock(cidr: string): boolean {
  const { bits, length } = read(cidr);
  return !bits.slice(length).includes('1');
}
