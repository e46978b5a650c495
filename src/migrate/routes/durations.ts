import type { Duration } from 'cdk8s';
import { call, type Node } from '../program';

/** Milliseconds in the largest unit that has a whole number of them. */
export function durationWords(millis: number): Node<Duration> {
  if (millis === 0 || millis % 1000 !== 0) return call('Duration', 'millis', millis);
  return millis % 60_000 === 0 ? call('Duration', 'minutes', millis / 60_000) : call('Duration', 'seconds', millis / 1000);
}

/** A field for milliseconds, where there are any. */
export function withDuration<Name extends string>(name: Name, millis: number | undefined): { readonly [N in Name]?: Node<Duration> };
export function withDuration(name: string, millis: number | undefined): { readonly [name: string]: Node<Duration> } {
  return millis === undefined ? {} : { [name]: durationWords(millis) };
}
