import type { Condition } from '../../meaning/condition';
import type { Edge, Rule } from '../../reading/map/graph';
import { conditionWords } from '../words/conditions';

/** What an edge says, in as few words as a picture has room for. */
export function labelOf({ kind, port, count, reach, rules }: Edge): string {
  switch (kind) {
    case 'calls': return `${port}${reach === 'some' ? ': some requests' : reach === 'unknown' ? ': not known' : ''}`;
    case 'leaves': return portsOf(rules).join(', ');
    case 'count': return String(count);
    case 'enters': return hostsOf(rules).join(', ');
    case 'share': return [...new Set(rules.map(({ percent = 100, when }) => `${percent}%${when === undefined ? '' : ' of some'}`))].join(', ');
  }
}

function hostsOf(rules: readonly Rule[]): string[] {
  const hosts = [...new Set(rules.flatMap(({ host }) => host ?? []))];
  return hosts.length > 2 ? [...hosts.slice(0, 2), `${hosts.length - 2} more`] : hosts;
}

function portsOf(rules: readonly Rule[]): string[] {
  const ports = [...new Set(rules.flatMap(({ when }) => when === undefined ? [] : portsIn(when)))];
  return ports.length > 2 ? [...ports.slice(0, 2), `${ports.length - 2} more`] : ports;
}

function portsIn(condition: Condition): string[] {
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.flatMap(portsIn);
    case 'toPort': return [condition.first === condition.last ? String(condition.first) : `${condition.first}-${condition.last}`];
    default: return [];
  }
}

/** What a rule of an edge says, and where. */
export function ruleOf({ when, percent, host, source }: Rule): { readonly what: string; readonly by?: string } {
  const what = [
    ...percent === undefined ? [] : [`${percent}%`],
    ...host === undefined ? [] : [`host ${host}`],
    ...when !== undefined ? [conditionWords(when)] : percent === undefined && host === undefined ? ['everything'] : [],
  ].join(' of ');
  if (source === undefined) return { what };
  const { kind, namespace, name, place: { file, line } } = source;
  return { what, by: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}, ${file}:${line}` };
}
