import type { Duration } from 'cdk8s';
import type * as library from '../../index';

type Library = typeof library & { readonly Duration: typeof Duration };

/** What a program may import: from the library, and durations from cdk8s. */
export type LibraryName = keyof Library & string;

/** A value of a program. Plain values stand for themselves; a field without a value is not written. */
export type Expression = string | number | boolean | undefined | readonly Expression[] | Fields | Node;

export interface Fields {
  readonly [name: string]: Expression;
}

/** A value that is more than data; evaluated, it is a T. */
export abstract class Node<T = unknown> {
  declare protected readonly result?: T;

  public abstract by<R>(interpreter: Interpreter<R>): R;
}

/** A call of a static method: `HttpMatch.of({ … })`. */
export class Call<T = unknown> extends Node<T> {
  public constructor(public readonly owner: LibraryName, public readonly method: string, public readonly args: readonly Expression[]) {
    super();
  }

  public by<R>(interpreter: Interpreter<R>): R {
    return interpreter.call(this);
  }
}

/** A member of an enum: `MeshProtocol.TCP`. */
export class Member<T = unknown> extends Node<T> {
  public constructor(public readonly owner: LibraryName, public readonly name: string) {
    super();
  }

  public by<R>(interpreter: Interpreter<R>): R {
    return interpreter.member(this);
  }
}

/** A call of a method of a value: `cart.variant('cart-v1')`. */
export class MethodCall<T = unknown> extends Node<T> {
  public constructor(public readonly receiver: Node, public readonly method: string, public readonly args: readonly Expression[]) {
    super();
  }

  public by<R>(interpreter: Interpreter<R>): R {
    return interpreter.methodCall(this);
  }
}

/** A value that may stand in several places. It is written where it is used, unless it is used twice or has a name of its own. */
export class Constant<T = unknown> extends Node<T> {
  public constructor(public readonly name: string, public readonly value: Expression, public readonly options: ConstantOptions) {
    super();
  }

  public by<R>(interpreter: Interpreter<R>): R {
    return interpreter.constant(this);
  }
}

export interface ConstantOptions {
  /** A line above it; what follows with the same comment shares the line. */
  readonly comment?: string;
  /** Whether people know it by its name, so that it keeps the name although it is used once. */
  readonly isNamed?: boolean;
}

/** A value with a line above it. It is an item of a list, or the value of a field. */
export class Commented<T = unknown> extends Node<T> {
  public constructor(public readonly comment: string, public readonly value: Expression) {
    super();
  }

  public by<R>(interpreter: Interpreter<R>): R {
    return interpreter.commented(this);
  }
}

/** A value that no target may be given: the program has it as a comment. It is an item of a list, or the value of a field. */
export class LeftOut extends Node<undefined> {
  public constructor(public readonly reason: string, public readonly value: Expression) {
    super();
  }

  public by<R>(interpreter: Interpreter<R>): R {
    return interpreter.leftOut(this);
  }
}

/** A construct of a chart. */
export interface Statement {
  readonly construct: LibraryName;
  readonly id: string;
  readonly props: Expression;
  /** Lines above it. */
  readonly comments: readonly string[];
  /** Why it is a comment only. */
  readonly leftOut?: string;
}

export interface ProgramChart {
  readonly id: string;
  /** Absent where that of whoever applies it is meant. */
  readonly namespace?: string;
  /** The only target that it is for, one of those of the program; absent where it is for all of them. */
  readonly target?: Node<library.MeshTarget>;
  readonly statements: readonly Statement[];
}

/** A program that synthesizes charts to targets. The constants that it needs follow from what the charts refer to. */
export interface Program {
  /** Lines above it. */
  readonly comments: readonly string[];
  readonly targets: readonly Node<library.MeshTarget>[];
  readonly charts: readonly ProgramChart[];
}

/** What becomes of each form of expressions. */
export interface Interpreter<R> {
  data(value: string | number | boolean | undefined): R;
  list(items: readonly Expression[]): R;
  /** Fields that have a value. */
  object(fields: readonly (readonly [name: string, value: Exclude<Expression, undefined>])[]): R;
  call(node: Call): R;
  member(node: Member): R;
  methodCall(node: MethodCall): R;
  constant(node: Constant): R;
  commented(node: Commented): R;
  leftOut(node: LeftOut): R;
}

export function interpret<R>(expression: Expression, by: Interpreter<R>): R {
  if (expression instanceof Node) return expression.by(by);
  if (typeof expression !== 'object') return by.data(expression);
  if (isList(expression)) return by.list(expression);
  return by.object(Object.entries(expression).filter((field): field is [string, Exclude<Expression, undefined>] => field[1] !== undefined));
}

function isList(expression: Fields | readonly Expression[]): expression is readonly Expression[] {
  return Array.isArray(expression);
}

/** What can be written for a T: data for data, and nodes for everything. Types are those of the library: a renamed prop does not compile. */
export type Written<T> = Node<T> | Data<T>;

type Data<T> =
  T extends string ? (string extends T ? string : never)
    : T extends number ? (number extends T ? number : never)
      : T extends boolean | undefined ? T
        : T extends readonly (infer Item)[] ? readonly (Written<Item> | LeftOut)[]
          : T extends Instance ? never
            : T extends object ? { readonly [Field in keyof T]: Written<T[Field]> } : never;

/** What only the library makes: values of its classes, except those that have static methods only. */
type Instance = {
  [Name in keyof Library]: Library[Name] extends { readonly prototype: infer One } ? ({} extends One ? never : One) : never
}[keyof Library];

type Args<F> = F extends (...args: infer A) => unknown ? { readonly [I in keyof A]: Written<A[I]> } : never;
type Props<C> = C extends new (scope: any, id: string, props: infer P) => unknown ? Data<P> : never;
type Result<F> = F extends (...args: never[]) => infer R ? R : never;

export function call<Owner extends LibraryName, Method extends keyof Library[Owner] & string>(
  owner: Owner, method: Method, ...args: Args<Library[Owner][Method]>
): Call<Result<Library[Owner][Method]>> {
  return new Call(owner, method, args.map(expressionOf));
}

export function member<Owner extends LibraryName, Name extends keyof Library[Owner] & string>(
  owner: Owner, name: Name,
): Member<Library[Owner][Name]> {
  return new Member(owner, name);
}

export function methodCall<T, Method extends keyof T & string>(
  receiver: Node<T>, method: Method, ...args: Args<T[Method]>
): MethodCall<Result<T[Method]>> {
  return new MethodCall(receiver, method, args.map(expressionOf));
}

export function constant<T>(name: string, value: Node<T>, options: ConstantOptions = {}): Constant<T> {
  return new Constant(name, value, options);
}

export function commented<T>(comment: string, value: Written<T>): Commented<T> {
  return new Commented(comment, expressionOf(value));
}

/** A value that stands in the program as a comment only, with the reason. */
export function withheld<T>(reason: string, value: Written<T>): LeftOut {
  return new LeftOut(reason, expressionOf(value));
}

/** A construct, with lines above it. */
export function construct<Name extends LibraryName>(
  name: Name, id: string, props: Props<Library[Name]>, ...comments: string[]
): Statement {
  return { construct: name, id, props: expressionOf(props), comments };
}

/** Whatever is written for a T is an expression, which the compiler does not see before it knows the T. */
function expressionOf<T>(written: Written<T>): Expression {
  return written as Expression;
}
