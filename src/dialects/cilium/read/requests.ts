import { notKnown } from './selector';
import { targetIs } from './target';
import type { Fields } from '../../../manifests/fields';
import { allOf, ALWAYS, anyOf, type Condition } from '../../../meaning/condition';
import { ANYTHING, exactly, regex } from '../../../meaning/text';
import { understood } from '../../../reading/understood';

/** Requests that the rules of a proxy let pass: those for which one of them holds. */
export function requestsOf(http: Fields): Condition {
  const rules = http.items().map(rule => understood(rule, ruleOf(rule)));
  return rules.length === 0 ? notKnown(http, 'an empty list may mean all requests, or none') : anyOf(...rules);
}

/** Expressions hold for the whole of the method, and of the path with its query. */
function ruleOf(rule: Fields): Condition {
  const [method, path, host] = ['method', 'path', 'host'].map(name => rule.field(name));
  const headers = rule.field('headers').items().map(line => headerLine(line));
  const matches = rule.field('headerMatches').items().map(match => headerMatch(match));
  return allOf(
    ...ifSaid(method, is => ({ type: 'method', is: regex(is) })),
    ...ifSaid(path, targetIs),
    ...ifSaid(host, expression => saidHostIs(expression, host)),
    ...headers, ...matches,
  );
}

/** It holds for what the client says, with the port behind it if the client says that too. */
const WITH_PORT = /\((?:\?:)?:(?:\[0-9\]|\\d)\+\)\?$/;

function saidHostIs(expression: string, fields: Fields): Condition {
  const host = expression.replace(WITH_PORT, '');
  const is: Condition = { type: 'host', is: regex(host) };
  if (host !== expression) return is;
  // What has no colon, nor anything that stands for others, has no port.
  const doubt = notKnown(fields, 'it is not known whether the host has its port behind it');
  return /^(?:[-\w]|\\\.|\[\.\])+$/.test(expression) ? allOf(is, doubt) : doubt;
}

function ifSaid(fields: Fields, conditionOf: (expression: string) => Condition): Condition[] {
  const said = fields.text();
  return said === undefined || said === '' ? [] : [conditionOf(said)];
}

/** `Name value`, or a name alone, which is there. */
function headerLine(line: Fields): Condition {
  const [first, ...rest] = (line.text() ?? '').split(' ');
  return { type: 'header', name: first.replace(/:$/, '').toLowerCase(), is: rest.length === 0 ? ANYTHING : exactly(rest.join(' ')) };
}

function headerMatch(match: Fields): Condition {
  const [name, value] = ['name', 'value'].map(field => match.field(field).text());
  if (name === undefined) return match.doubt('the header has no name') ?? ALWAYS;
  return { type: 'header', name: name.toLowerCase(), is: value === undefined || value === '' ? ANYTHING : exactly(value) };
}
