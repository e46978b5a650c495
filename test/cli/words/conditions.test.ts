import { conditionWords } from '../../../src/cli/words/conditions';
import { allOf, ALWAYS, anyOf, type Condition, NEVER, noneOf } from '../../../src/meaning/condition';
import { exactly } from '../../../src/meaning/text';

const get: Condition = { type: 'method', is: exactly('GET') };
const cart: Condition = { type: 'path', is: exactly('/cart') };
const admin: Condition = { type: 'path', is: exactly('/admin') };

test.each([
  [ALWAYS, 'everything'],
  [NEVER, 'nothing'],
  [allOf(ALWAYS, allOf(ALWAYS, cart)), 'path /cart'],
  [allOf(ALWAYS, ALWAYS), 'everything'],
  [allOf(get, allOf(cart, noneOf(admin))), 'method GET and path /cart and not path /admin'],
  [allOf(get, anyOf(cart, admin)), 'method GET and (path /cart or path /admin)'],
  [noneOf(get, cart), 'not (method GET or path /cart)'],
])('%#: %j is %s', (condition, words) => expect(conditionWords(condition)).toBe(words));
