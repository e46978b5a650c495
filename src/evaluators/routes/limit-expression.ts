import { Unknown } from '../unknown';

/** What an expression may ask for, by its name: texts, and what is true or not. What is absent is an error there. */
export type Attributes = Readonly<Record<string, string | boolean | Readonly<Record<string, string>> | undefined>>;

type Value = string | boolean | Readonly<Record<string, string>>;
type Term = (attributes: Attributes) => Value;

/**
 * What an expression of Envoy says of a request; `undefined` where it is an error. Of CEL, it knows what the expressions of rate limits use.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes
 */
export function evaluated(expression: string, attributes: Attributes): string | undefined {
  const tokens = expression.match(/"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z_.]*|&&|\|\||==|[()[\]?:]|\S/g) ?? [];
  const [term, rest] = choice(tokens);
  if (rest.length > 0) {
    throw new Unknown(`not known here: ${rest[0]}`);
  }
  try {
    return String(term(attributes));
  } catch (error) {
    if (error instanceof Absent) return undefined;
    throw error;
  }
}

class Absent extends Error {}

type Parsed = readonly [term: Term, rest: readonly string[]];

/** What binds least comes first. */
function choice(tokens: readonly string[]): Parsed {
  const [condition, rest] = anyOf(tokens);
  if (rest[0] !== '?') return [condition, rest];
  const [then, afterThen] = choice(rest.slice(1));
  const [otherwise, end] = choice(past(':', afterThen));
  return [attributes => condition(attributes) === true ? then(attributes) : otherwise(attributes), end];
}

function anyOf(tokens: readonly string[]): Parsed {
  const [first, rest] = allOf(tokens);
  if (rest[0] !== '||') return [first, rest];
  const [others, end] = anyOf(rest.slice(1));
  return [attributes => first(attributes) === true || others(attributes) === true, end];
}

function allOf(tokens: readonly string[]): Parsed {
  const [first, rest] = comparison(tokens);
  if (rest[0] !== '&&') return [first, rest];
  const [others, end] = allOf(rest.slice(1));
  return [attributes => first(attributes) === true && others(attributes) === true, end];
}

function comparison(tokens: readonly string[]): Parsed {
  const [first, rest] = single(tokens);
  if (rest[0] !== '==' && rest[0] !== 'in') return [first, rest];
  const [second, end] = single(rest.slice(1));
  return [rest[0] === '==' ? attributes => first(attributes) === second(attributes)
    : attributes => Object.hasOwn(second(attributes) as object, first(attributes) as string), end];
}

const METHODS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

function single([token, ...rest]: readonly string[]): Parsed {
  if (token === '(') {
    const [inner, end] = choice(rest);
    return [inner, past(')', end)];
  }
  if (token.startsWith('"')) return [() => JSON.parse(token), rest];
  const [, name, method] = /^((?:connection|request)\.[a-z_]+)(?:\.(startsWith|endsWith|contains))?$/.exec(token) ?? [];
  if (name === undefined) {
    throw new Unknown(`not known here: ${token}`);
  }
  const attribute: Term = attributes => there(attributes[name]);
  return method === undefined ? entry(attribute, rest) : called(attribute, method, rest);
}

/** An attribute, or an entry of it, of which something may be asked. */
function entry(attribute: Term, rest: readonly string[]): Parsed {
  if (rest[0] !== '[') return [attribute, rest];
  const [key, end] = single(rest.slice(1));
  const value: Term = attributes => there((attribute(attributes) as Readonly<Record<string, string>>)[key(attributes) as string]);
  const [next = '', ...after] = past(']', end);
  return next === '.' ? called(value, after[0], after.slice(1)) : [value, past(']', end)];
}

function called(text: Term, method: string, rest: readonly string[]): Parsed {
  const [part, end] = single(past('(', rest));
  return [attributes => METHODS[method](text(attributes) as string, part(attributes) as string), past(')', end)];
}

function past(token: string, [first, ...rest]: readonly string[]): readonly string[] {
  if (first !== token) {
    throw new Unknown(`not known here: ${first}`);
  }
  return rest;
}

function there(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Absent();
  }
  return value;
}
