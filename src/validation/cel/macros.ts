import { own } from './names';
import { Optional, type Environment } from './package';
import { put } from '../normal';

/** What a macro of the package is made of: it is checked once, and run with its arguments not yet evaluated. */
interface Macro {
  readonly async: false;
  typeCheck(checker: any, macro: any, context: any): unknown;
  evaluate(evaluator: any, macro: any, context: any): unknown;
}

/** The macros of Kubernetes' CEL that the package lacks, and `has`, whose own takes names only. */
export function registerMacros(environment: Environment): void {
  environment.registerFunction(`${own('has')}(ast): bool`, has as any);
  register(environment, 'optional.optMap(ast, ast): optional<dyn>', 1,
    (value: any, run) => value.hasValue() ? Optional.of(run(value.value())) : value);
  register(environment, 'optional.optFlatMap(ast, ast): optional<dyn>', 1, (value: any, run) => value.hasValue() ? run(value.value()) : value);
  for (const type of ['list', 'map']) {
    register(environment, `${type}.all(ast, ast, ast): bool`, 2, (value, run) => entries(value).every(([key, item]) => run(key, item)));
    register(environment, `${type}.exists(ast, ast, ast): bool`, 2, (value, run) => entries(value).some(([key, item]) => run(key, item)));
    for (const name of ['existsOne', 'exists_one']) {
      const one = (value: unknown, run: Run) => entries(value).filter(([key, item]) => run(key, item)).length === 1;
      register(environment, `${type}.${name}(ast, ast, ast): bool`, 2, one);
    }
    register(environment, `${type}.transformList(ast, ast, ast): list`, 2, (value, run) => entries(value).map(([key, item]) => run(key, item)));
    register(environment, `${type}.transformMap(ast, ast, ast): map`, 2, (value, run) => {
      const map: Record<string, unknown> = {};
      for (const [key, item] of entries(value)) put(map, String(key), run(key, item));
      return map;
    });
  }
}

function entries(value: any): [unknown, unknown][] {
  if (value instanceof Map) return [...value];
  return Array.isArray(value) ? value.map((item, i): [unknown, unknown] => [BigInt(i), item]) : Object.keys(value).map(key => [key, value[key]]);
}

type Run = (...values: any[]) => any;

/** A macro whose first arguments are names of variables, and whose last one is run with values for them. */
function register(environment: Environment, signature: string, names: number, apply: (receiver: unknown, run: Run) => unknown): void {
  environment.registerFunction(signature, (({ args, receiver }: any): Macro => {
    const variables: string[] = args.slice(0, names).map((name: any) => {
      if (name.op !== 'id') throw new Error(`${signature} takes names of variables`);
      return name.args;
    });
    const body = args[names];
    const scopes: any[] = [];
    const returned = signature.split(': ')[1];
    return {
      typeCheck(checker, _, context) {
        checker.check(receiver, context);
        variables.forEach((name, i) => scopes[i] = (scopes[i - 1] ?? context).forkWithVariable(name, checker.getType('dyn')));
        checker.check(body, scopes[names - 1]);
        return checker.getType(returned);
      },
      evaluate(evaluator, _, context) {
        return apply(evaluator.run(receiver, context), (...values) => {
          const inner = values.reduce((outer, value, i) => scopes[i].reuse(outer).setIterValue(value, evaluator), context);
          return evaluator.run(body, inner);
        });
      },
      async: false,
    };
  }) as any);
}

function has({ args: [selection] }: any): Macro {
  return {
    typeCheck(checker, _, context) {
      if (selection.op !== '.') throw new Error('has() takes a field');
      checker.check(selection.args[0], context);
      return checker.getType('bool');
    },
    evaluate(evaluator, _, context) {
      const holder = evaluator.run(selection.args[0], context);
      if (holder === null || typeof holder !== 'object' || Array.isArray(holder)) throw new Error(`no such key: ${selection.args[1]}`);
      return holder instanceof Map ? holder.has(selection.args[1]) : Object.hasOwn(holder, selection.args[1]);
    },
    async: false,
  };
}
