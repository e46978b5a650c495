import { SERVED_KINDS } from '../../../imports/schemas';
import { compile, evaluate } from '../../../src/validation/cel/evaluate';
import { prepared, type Rule, type Schema } from '../../../src/validation/schema';

const self = { n: 5n, none: null, list: [1n, 2n], map: { k: 'v' }, objects: [{ x: 1n }], emoji: '\u{1f600}a', empty: [], text: 'abc 123 def 456' };

const valueOf = (expression: string) => {
  const result = evaluate(expression, self, { left: 10_000_000 });
  return 'failure' in result ? 'failure' : result.value;
};

describe('expressions have the value that an API server gives them', () => {
  // Each was compared with what Kubernetes 1.37 answers.
  const holding = [
    'has(self.objects[0].x) && !has(self.objects[0].y)',
    "self.n != 'x' && self.n == 5.0 && self.none == null && !(self.n in ['a'])",
    "self.emoji.size() == 2 && self.emoji.indexOf('a') == 1 && 'a\u{1f600}b'.substring(1, 2) == '\u{1f600}'",
    "'tacocat'.indexOf('a', 3) == 5 && 'tacocat'.lastIndexOf('at', 2) == -1 && 'tacocat'.indexOf('a', 8) == -1 && 'tacocat'.charAt(7) == ''",
    "'\u00c0BC'.lowerAscii() == '\u00c0bc' && 'abc'.upperAscii() == 'ABC' && '  x '.trim() == 'x'",
    "'hello hello'.replace('he', 'we', 1) == 'wello hello' && 'abc'.replace('', '_', 2) == '_a_bc'",
    "'a b c'.split(' ', 2) == ['a', 'b c'] && ['x', 'y'].join('-') == 'x-y' && 'a b'.split(' ', 0) == []",
    "'%s is %d, %.2f'.format(['a', 5, 1.234]) == 'a is 5, 1.23' && '100%%'.format([]) == '100%'",
    "'ABC'.matches('^(?i)abc$') && self.text.find('[0-9]+') == '123' && self.text.findAll('[0-9]+', 1) == ['123']",
    '[1, 2, 2].isSorted() && ![2, 1].isSorted() && [1, 3].sum() == 4 && [3, 1].min() == 1 && [1, 2, 2].lastIndexOf(2) == 2',
    'sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && !sets.intersects([1], [2])',
    "url('https://u:p@example.com:80/path?k=a&k=b#f').getHost() == 'example.com:80' && url('/p').getScheme() == ''",
    "url('https://e.com/p?k=a&k=b').getQuery() == {'k': ['a', 'b']} && !isURL('https://a:b:c/') && !isURL('../x')",
    "quantity('1.5G').compareTo(quantity('1500M')) == 0 && !isQuantity('200K') && quantity('50k').add(20).asInteger() == 50020",
    "!isIP('127.0.0.01') && !isIP('::ffff:1.2.3.4') && ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')",
    "string(ip('1:0:0:2:0:0:0:3')) == '1:0:0:2::3' && ip('ff02::1').isLinkLocalMulticast() && !ip('ff00::1').isGlobalUnicast()",
    "cidr('192.168.0.0/24').containsIP('192.168.0.1') && string(cidr('192.168.0.1/24').masked()) == '192.168.0.0/24' && !isCIDR('10.0.0.0')",
    "!format.dns1123Label().validate('my-label').hasValue() && format.dns1123Label().validate('My').hasValue() && !format.named('no').hasValue()",
    "semver('1.2.3').compareTo(semver('1.10.0')) == -1 && semver('1.0.0-rc.1').isLessThan(semver('1.0.0')) && !isSemver('1.2')",
    "duration('1h') > duration('30m') && duration('90m') == duration('1h30m') && string(duration('1h30m')) == '5400s'",
    'self.?absent.orValue(3) == 3 && self.?n.optMap(x, x + 1).orValue(0) == 6 && !oldSelf.hasValue() && self.list[?5].orValue(7) == 7',
    "self.list.all(i, v, v > i) && self.map.exists(k, v, v == 'v') && self.list.transformList(i, v, v + i) == [1, 3]",
    'true || self.absent && (self.absent || true) && !(self.absent && false)',
    "int('+5') == 5 && int(1.9) == 1 && type(self.n) == int",
    "'has(x) matches('.size() == 15 && r'\\d'.matches('d')",
  ];

  test.each(holding)('%s', expression => {
    expect(valueOf(expression)).toBe(true);
  });

  test.each([
    "self.n > 'a'", 'self.absent', 'has(self.absent.x)', 'self.list[5]', '1 / 0', '9223372036854775807 + 1', "int('')", "int('0x5')",
    "duration('PT1H')", "duration('1d')",
    "'abc'.matches('(')", "ip('x')", "cidr('10.0.0.0/33')",
    "quantity('Three')", "url('../x')", '[].min()', "'tacocat'.substring(4, 3)", "'%d'.format([])",
  ])('%s fails', expression => {
    expect(valueOf(expression)).toBe('failure');
  });

  test('what this CEL does not have fails', () => {
    expect(evaluate('self.list.sortBy(x, x)', self, { left: 1000 })).toEqual({ failure: expect.any(String) });
  });
});

describe('the rules of every schema', () => {
  const rulesOf = ({ rules, properties, items, additional }: Schema): Rule[] =>
    [...rules, ...[...properties.values(), items, additional].flatMap(below => below === undefined ? [] : rulesOf(below))];

  const kinds = SERVED_KINDS.map(({ apiVersion, kind, channel = '', load }) => [`${apiVersion} ${kind} ${channel}`, load] as const);

  test.each(kinds)('%s compile', (_, load) => {
    for (const { rule, messageExpression } of rulesOf(prepared(load()))) {
      expect(() => compile(rule)).not.toThrow();
      if (messageExpression !== undefined) expect(() => compile(messageExpression)).not.toThrow();
    }
  });

  test('are found', () => {
    const found = SERVED_KINDS.flatMap(({ load }) => rulesOf(prepared(load())).map(({ rule }) => rule));

    expect(found).toContain("self.filter(f, f.type == 'CORS').size() <= 1");
    expect(found).toContain('self.all(key, 0 < int(key) && int(key) <= 65535)');
  });
});
