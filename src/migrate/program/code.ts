import { type Comment, type Doc, type Group, type Item, layout, WIDTH } from './layout';
import { commentLines, fieldName, quoted } from './text';
import { type Call, Commented, type Constant, type Expression, interpret, type Interpreter, LeftOut, type Member, type MethodCall, type Statement } from './tree';

/** Expressions as code, where constants have these names. A constant without a name is written where it is used. */
export class Code implements Interpreter<Doc> {
  public constructor(private readonly names: ReadonlyMap<Constant, string>) {}

  public of(expression: Expression): Doc {
    return interpret(expression, this);
  }

  public statement({ construct, id, props }: Statement): Doc {
    return args(`new ${construct}(`, [{ comments: [], doc: 'this' }, ...[id, props].filter(arg => arg !== undefined).map(arg => this.item('', arg))]);
  }

  public data(value: string | number | boolean | undefined): Doc {
    if (typeof value === 'string') return quoted(value);
    return Object.is(value, -0) ? '-0' : String(value);
  }

  public list(items: readonly Expression[]): Doc {
    return bracketed('[', ']', false, items.map(item => this.item('', item)));
  }

  public object(fields: readonly (readonly [name: string, value: Expression])[]): Doc {
    return bracketed('{', '}', true, fields.map(([name, value]) => this.item(`${fieldName(name)}: `, value, name)));
  }

  public call({ owner, method, args: given }: Call): Doc {
    return args(`${owner}.${method}(`, given.map(arg => this.item('', arg)));
  }

  public member({ owner, name }: Member): Doc {
    return `${owner}.${name}`;
  }

  public methodCall({ receiver, method, args: given }: MethodCall): Doc {
    return [this.of(receiver), args(`.${method}(`, given.map(arg => this.item('', arg)))];
  }

  public constant(constant: Constant): Doc {
    return this.names.get(constant) ?? this.of(constant.value);
  }

  public commented({ value }: Commented): Doc {
    return this.of(value);
  }

  public leftOut({ value }: LeftOut): Doc {
    return this.of(value);
  }

  /** Behind the name of a field, if any. A field of the name of its value needs no colon. */
  private item(start: string, value: Expression, name?: string): Item {
    const doc = this.of(value);
    const written: Doc = doc === name ? doc : [start, doc];
    if (value instanceof LeftOut) return { comments: [todo(value.reason), commentedOut(written, ',')] };
    return { comments: value instanceof Commented ? [lines(value.comment)] : [], doc: written };
  }
}

/** What is left to do by hand. */
export function todo(reason: string): Comment {
  return lines(`TODO ${reason}`);
}

export function lines(text: string): Comment {
  return indent => commentLines(text, WIDTH - indent);
}

const SLASHES = '// ';

/** Code that is a comment. */
export function commentedOut(doc: Doc, end: string): Comment {
  return indent => {
    const inside = indent + SLASHES.length;
    const [first, ...others] = `${layout(doc, inside, 0, end.length)}${end}`.split('\n');
    return [first, ...others.map(line => line.slice(inside))].map(line => SLASHES + line);
  };
}

function args(open: string, items: readonly Item[]): Group {
  return { open, close: ')', items, isSpaced: false, hugs: true };
}

function bracketed(open: string, close: string, isSpaced: boolean, items: readonly Item[]): Group {
  return { open, close, items, isSpaced, hugs: false };
}
