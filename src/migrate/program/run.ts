import { App, type AppProps, Chart, Duration } from 'cdk8s';
import { type Call, type Commented, type Constant, type Expression, interpret, type Interpreter, LeftOut, type Member, type MethodCall, type Program } from './tree';
import * as index from '../../index';

const library = { ...index, Duration };

/** Is told which construct throws when it is made, by its path; the others are made all the same. */
type Thrown = (path: string, error: Error) => void;

/** The app that a program makes, before it is synthesized. */
export function run({ targets, charts }: Program, props?: AppProps, thrown: Thrown = (_, error) => { throw error; }): App {
  const app = new App(props);
  if (targets.length > 0) library.MeshTargets.of(app).add(...targets.map(target => new Values().of(target) as index.MeshTarget));
  for (const { id, namespace, target, statements } of charts) {
    const chart = new Chart(app, id, { namespace });
    const values = new Values();
    if (target !== undefined) library.MeshTargets.of(chart).add(values.of(target) as index.MeshTarget);
    for (const statement of statements.filter(({ leftOut }) => leftOut === undefined)) {
      const Construct = library[statement.construct] as unknown as new (scope: Chart, name: string, given: unknown) => unknown;
      try {
        new Construct(chart, statement.id, values.of(statement.props));
      } catch (error) {
        thrown(`${id}/${statement.id}`, error as Error);
      }
    }
  }
  return app;
}

/** What expressions of one chart are. A constant is one value, wherever it is used. */
class Values implements Interpreter<unknown> {
  private readonly constants = new Map<Constant, unknown>();

  public of(expression: Expression): unknown {
    return interpret(expression, this);
  }

  public data(value: string | number | boolean | undefined): unknown {
    return value;
  }

  public list(items: readonly Expression[]): unknown {
    return items.filter(item => !(item instanceof LeftOut)).map(item => this.of(item));
  }

  public object(fields: readonly (readonly [name: string, value: Expression])[]): unknown {
    return Object.fromEntries(fields.filter(([, value]) => !(value instanceof LeftOut)).map(([name, value]) => [name, this.of(value)]));
  }

  public call({ owner, method, args }: Call): unknown {
    return invoked(library[owner], method, this.list(args));
  }

  public member({ owner, name }: Member): unknown {
    return (library[owner] as unknown as { readonly [name: string]: unknown })[name];
  }

  public methodCall({ receiver, method, args }: MethodCall): unknown {
    return invoked(this.of(receiver), method, this.list(args));
  }

  public constant(constant: Constant): unknown {
    if (!this.constants.has(constant)) this.constants.set(constant, this.of(constant.value));
    return this.constants.get(constant);
  }

  public commented({ value }: Commented): unknown {
    return this.of(value);
  }

  public leftOut(): unknown {
    return undefined;
  }
}

function invoked(owner: unknown, method: string, args: unknown): unknown {
  return (owner as { readonly [name: string]: (...given: unknown[]) => unknown })[method](...args as unknown[]);
}
