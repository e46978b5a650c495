import type { IConstruct } from 'constructs';
import { flatMap } from '../model/lists';

/**
 * The line of the user's code that made a construct, if someone has asked constructs to record it, in brackets behind a
 * sentence. That of the first of several that has one.
 */
export function withLine(sentence: string, ...constructs: readonly IConstruct[]): string {
  for (const { node } of constructs) {
    const frames = flatMap(node.metadata, ({ trace }) => trace ?? []);
    const line = frames.find(frame => !/node_modules|node:/.test(frame))?.trim();
    if (line !== undefined) return `${sentence} (${line})`;
  }
  return sentence;
}
