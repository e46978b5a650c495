/// <reference path="./js-yaml.d.ts" />
import { FAILSAFE_SCHEMA, loadAll, type Schema, type State, Type, types, YAMLException } from 'js-yaml';
import { kubectlScalar } from './scalars';
import { isMap } from './values';

/** Why a text cannot be read. Its message is a sentence. */
export class Unreadable extends Error {
  public constructor(message: string, public readonly isTooMuch: boolean, public readonly line: number) {
    super(message);
  }
}

/** Levels that are parsed. What parses them recurses, and Node does not survive every overflow of its stack. */
const MAX_DEPTH = 500;

/** How much more than itself a text may stand for, by its aliases and merge keys. */
const MAX_GROWTH = 10;

/** What is wrong may be told with what is written there. */
const LONGEST_REASON = 200;

/** The values of the documents in a text, as kubectl reads them. What an alias stands for is one object, wherever it stands. */
export function parseYaml(text: string): unknown[] {
  const values = load(text);
  if (text.includes('*') && text.includes('&') && sizeOf(values) > MAX_GROWTH * text.length) {
    throw new Unreadable('its aliases stand for too much', true, 0);
  }
  return values;
}

/** A value, and the line that it begins on: for a field, that of its name. The first line is 0. */
export interface PlacedNode {
  readonly line: number;
  readonly fields?: ReadonlyMap<string, PlacedNode>;
  readonly items?: readonly PlacedNode[];
}

interface OpenNode {
  readonly line: number;
  readonly below: { readonly value: unknown; readonly node: PlacedNode }[];
  /** What it stands in. */
  readonly around?: OpenNode;
}

/** Where the values of a text stand, which `parseYaml` has read. It takes as long again. */
export function placesIn(text: string): PlacedNode[] {
  const stream: OpenNode = { line: 0, below: [] };
  let open = stream;
  load(text, (event, state) => {
    if (event === 'open') {
      open = { line: state.line, below: [], around: open };
      return;
    }
    const { line, below, around = stream } = open;
    around.below.push({ value: state.result, node: nodeOf(line, below, state) });
    open = around;
  });
  return stream.below.map(document => document.node);
}

function nodeOf(line: number, below: OpenNode['below'], { kind, result }: State): PlacedNode {
  const [only] = below;
  // What turns out to be no name of a field has been opened twice.
  if (below.length === 1 && only.value === result) return only.node;
  if (kind === 'mapping' && isMap(result)) return { line, fields: fieldsOf(result, below) };
  return kind === 'sequence' ? { line, items: below.map(({ node }) => node) } : { line };
}

/** Names of fields and their values take turns, but a name may stand without a value. */
function fieldsOf(map: { readonly [name: string]: unknown }, below: OpenNode['below']): Map<string, PlacedNode> {
  const fields = new Map<string, PlacedNode>();
  for (let i = 0; i < below.length; i++) {
    const name = String(below[i].value);
    const value = below[i + 1];
    const hasValue = value !== undefined && (!Object.hasOwn(map, name) || Object.is(map[name], value.value));
    if (Object.hasOwn(map, name)) fields.set(name, hasValue ? { ...value.node, line: below[i].node.line } : below[i].node);
    if (hasValue) i++;
  }
  return fields;
}

function load(text: string, listener?: (event: 'open' | 'close', state: State) => void): unknown[] {
  try {
    return loadAll(text, null, { schema: kubectl(), maxDepth: MAX_DEPTH, maxTotalMergeKeys: MAX_GROWTH * text.length, listener });
  } catch (error) {
    // Regular expressions of the parser overflow the stack, and texts grow too long for a string.
    if (error instanceof RangeError) throw new Unreadable('something in it is too long', true, 0);
    if (!(error instanceof YAMLException)) throw error;
    const { mark } = error;
    const reason = error.reason.length > LONGEST_REASON ? `${error.reason.slice(0, LONGEST_REASON)}…` : error.reason;
    const sentence = /maxDepth/.test(reason) ? 'it is nested too deeply' : /maxTotalMergeKeys/.test(reason) ? 'its merge keys stand for too much' : undefined;
    throw new Unreadable(sentence ?? reason, sentence !== undefined, mark?.line ?? 0);
  }
}

let schema: Schema | undefined;

/** Built when the first text is read. */
function kubectl(): Schema {
  schema ??= kubectlSchema();
  return schema;
}

/** Tags that it does not know say nothing to kubectl. */
function kubectlSchema(): Schema {
  // What stands on a line of its own behind its tag has been read before.
  const valueOf = (given: unknown) => given === null || typeof given === 'string' ? kubectlScalar(given ?? '') : given;
  const scalar = (tag: string, isOne: (value: unknown) => boolean) => new Type(`tag:yaml.org,2002:${tag}`, {
    kind: 'scalar', resolve: given => isOne(valueOf(given)), construct: valueOf,
  });
  const ignored = (['scalar', 'sequence', 'mapping'] as const).flatMap(kind => ['!', 'tag:'].map(start =>
    new Type(start, { kind, multi: true, construct: value => value })));
  return FAILSAFE_SCHEMA.extend({
    implicit: [types.merge, new Type('?', { kind: 'scalar', resolve: text => typeof text === 'string', construct: kubectlScalar })],
    explicit: [
      scalar('null', value => value === null),
      scalar('bool', value => typeof value === 'boolean'),
      scalar('int', Number.isInteger),
      scalar('float', value => typeof value === 'number'),
      new Type('tag:yaml.org,2002:binary', { kind: 'scalar', construct: text => Buffer.from(String(text ?? ''), 'base64').toString() }),
      ...ignored,
    ],
  });
}

/** How many values and characters there are, each as often as it stands somewhere; infinitely many in what holds itself. */
function sizeOf(root: unknown): number {
  const sizes = new Map<object, number>();
  const size = (value: unknown): number => {
    if (typeof value === 'string') return 1 + value.length;
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    sizes.set(value, Infinity);
    const all = Object.values(value).reduce<number>((sum, below) => sum + size(below), 1);
    sizes.set(value, all);
    return all;
  };
  return size(root);
}
