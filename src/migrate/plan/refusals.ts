import type { MeshTarget } from '../../index';
import { type Node, type ProgramChart, run, type Statement } from '../program';

/** What targets say to the constructs of a program, before it is written. */
export class Refusals {
  public constructor(private readonly targets: readonly Node<MeshTarget>[]) {}

  /** Why a target refuses a statement that stands alone, in its own words; undefined where all take it. */
  public alone(namespace: string, statement: Statement): string | undefined {
    return this.targets.map(target => messagesOf(target, [{ id: 'alone', namespace, statements: [statement] }])[0])
      .find(message => message !== undefined)?.text;
  }

  /** The statements that targets refuse beside the others, by their ids in their charts, with the reason. */
  public together(charts: readonly ProgramChart[]): ReadonlyMap<string, string> {
    const all = this.targets.flatMap(target => messagesOf(target, charts));
    return new Map([...all].reverse().map(({ path, text }) => [path, text]));
  }
}

interface Message {
  /** Of the construct. */
  readonly path: string;
  readonly text: string;
}

function messagesOf(target: Node<MeshTarget>, charts: readonly ProgramChart[]): Message[] {
  try {
    const app = run({ comments: [], targets: [target], charts });
    return app.node.findAll().flatMap(({ node }) => node.validate().map(text => ({ path: node.path, text: worded(text) })));
  } catch (error) {
    return [{ path: '', text: worded((error as Error).message) }];
  }
}

/** A message without the path of what is made to ask for it. */
function worded(message: string): string {
  return message.replace(/^\[[^\]]*\] /, '').replace(/ See https:\S+$/, '');
}
