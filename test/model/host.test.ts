import * as fc from 'fast-check';
import { coversHost, intersectHosts } from '../../src/model/host';

const names = ['example.com', 'a.example.com', 'b.example.com', 'a.b.example.com', 'other.com', 'xexample.com'];
const patterns = fc.subarray([...names, '*.example.com', '*.b.example.com', '*.com'], { minLength: 1 });
const holds = (hosts: readonly string[] | undefined, name: string) =>
  hosts === undefined || hosts.some(host => host.startsWith('*.') ? name.length > host.length - 1 && name.endsWith(host.slice(1)) : host === name);

test('what two lists have in common holds for the hosts that both hold for', () => {
  fc.assert(fc.property(fc.option(patterns, { nil: undefined }), fc.option(patterns, { nil: undefined }), (a, b) => {
    const common = intersectHosts(a, b);
    names.forEach(name => expect(common !== 'disjoint' && holds(common, name)).toBe(holds(a, name) && holds(b, name)));
    expect(common === 'disjoint').toBe(!names.some(name => holds(a, name) && holds(b, name)));
    expect(common).toEqual(intersectHosts(b, a));
  }), { numRuns: 1000 });
});

test('what is common to two lists is said once, in the order of its names', () => {
  expect(intersectHosts(['b.com', '*.a.com', 'a.com'], ['x.a.com', 'b.com', 'a.com', '*.x.a.com', '*.a.com'])).toEqual([
    '*.a.com', '*.x.a.com', 'a.com', 'b.com', 'x.a.com',
  ]);
});

test('a domain covers the hosts in it, and not itself', () => {
  expect(['a.example.com', 'a.b.example.com', '*.b.example.com', '*.example.com'].every(host => coversHost('*.example.com', host))).toBe(true);
  expect(['example.com', 'xexample.com', '*.com'].some(host => coversHost('*.example.com', host))).toBe(false);
});
