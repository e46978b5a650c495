import { Identity } from '../../src';

test.each([['10.20.0.0/16', []], ['192.0.2.7/32', []], ['2001:db8::/32', ['2001:db8:1::/48']], ['0.0.0.0/0', ['10.0.0.0/8', '192.168.0.0/16']]])('%s without %j', (cidr, except) => {
  expect(Identity.ipBlock(cidr, except)._toModel('shop')).toEqual({ kind: 'ipBlock', cidr, except });
});

test.each<[string, string[], RegExp]>([
  ['10.0.0.1', [], /'10\.0\.0\.1' is not a block of addresses\. Write '10\.0\.0\.1\/32' for this one/],
  ['2001:db8::1', [], /Write '2001:db8::1\/128' for this one/],
  ['10.0.0.0/33', [], /'10\.0\.0\.0\/33' is not a block/],
  ['10.0.0/8', [], /is not a block/],
  // Neither Go nor an API server takes it: an agent of Cilium would drop the whole policy.
  ['10.0.0.0/08', [], /is not a block/],
  ['10.0.0.0/8', ['10.1.0.0/016'], /is not a block/],
  ['::ffff:10.0.0.0/104', [], /is addresses of IPv4 in the form of IPv6/],
  ['0:0:0:0:0:ffff:a00:0/104', [], /is addresses of IPv4 in the form of IPv6/],
  ['shop', [], /Write it like '10\.20\.0\.0\/16'/],
  ['10.0.0.0/8', ['11.0.0.0/16'], /'11\.0\.0\.0\/16' is not a part of '10\.0\.0\.0\/8'/],
  ['10.0.0.0/8', ['10.0.0.0/8'], /is not a part of/],
  ['10.0.0.0/8', ['2001:db8::/32'], /is not a part of/],
])('refuses %s without %j', (cidr, except, message) => {
  expect(() => Identity.ipBlock(cidr, except)).toThrow(message);
});
