import { told } from '../../errors/coded';
import type { MeshTarget } from '../../index';
import { type Node, type ProgramChart, run, type Statement } from '../program';

/** What targets say to a construct. */
export interface Answer {
  /** Why one refuses it, in its own words; absent where all take it. */
  readonly refused?: string;
  /** What they warn of. */
  readonly warnings: readonly string[];
}

/** What targets say to the constructs of a program, before it is written. */
export class Refusals {
  private readonly known = new Map<string, string | undefined>();

  public constructor(private readonly targets: readonly Node<MeshTarget>[]) {}

  /** Why a target refuses a statement that stands alone, or with nothing but what it cannot do without; undefined where all take it. */
  public alone(namespace: string, statement: Statement, needs: readonly Statement[] = []): string | undefined {
    const { construct, id, props } = statement;
    const key = JSON.stringify([namespace, construct, id, props, needs]);
    if (!this.known.has(key)) {
      this.known.set(key, this.together([{ id: 'alone', namespace, statements: [statement, ...needs] }]).get(`alone/${id}`)?.refused);
    }
    return this.known.get(key);
  }

  /** What each target says by itself. */
  public each(): readonly { readonly target: Node<MeshTarget>; readonly refusals: Refusals }[] {
    return this.targets.map(target => ({ target, refusals: new Refusals([target]) }));
  }

  /** What targets say to statements that stand together, by the ids of their charts and their own, where they say anything. */
  public together(charts: readonly ProgramChart[]): ReadonlyMap<string, Answer> {
    const answers = new Map<string, Answer>();
    const say = (path: string, more: Partial<Answer>) => {
      // What is said of an object is said of its construct.
      const key = path.split('/').slice(0, 2).join('/');
      const { refused, warnings: others = [] } = answers.get(key) ?? {};
      const all = [...new Set([...others, ...more.warnings ?? []])];
      answers.set(key, { warnings: all, ...(refused ?? more.refused) !== undefined && { refused: refused ?? more.refused } });
    };
    for (const target of this.targets) {
      told({ warn: (path, text) => say(path, { warnings: [worded(text)] }), asksOthers: false }, () => {
        const refuse = (path: string, message: string) => say(path, { refused: worded(message) });
        const own = charts.filter(chart => chart.target === undefined || chart.target === target).map(chart => ({ ...chart, target: undefined }));
        const app = run({ comments: [], targets: [target], charts: own }, undefined, (path, { message }) => refuse(path, message));
        for (const { node } of app.node.findAll()) node.validate().forEach(message => refuse(node.path, message));
      });
    }
    return answers;
  }
}

/** A message without the path of what is made to ask for it, and without the advice that is taken: it is left out. */
function worded(message: string): string {
  return message.replace(/^\[[^\]]*\] /, '').replace(/ See https:\S+$/, '').replace(/ (?:Or leave|Leave) it out\.$/, '');
}
