import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

/** What an argument or a property takes, as its declaration says. */
export type Type =
  | { readonly kind: 'text' | 'number' | 'boolean' }
  | { readonly kind: 'enum' | 'class' | 'struct'; readonly name: string }
  | { readonly kind: 'list' | 'map'; readonly of: Type };

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly optional: boolean;
  /** Whether it takes all arguments that are left. */
  readonly rest: boolean;
}

/** Something that a user calls: a factory, a method of an instance, or a constructor. */
export interface Call {
  readonly name: string;
  readonly of: string;
  readonly kind: 'static' | 'method' | 'constructor';
  readonly parameters: readonly Field[];
}

/** The public surface, read from the sources: what src/index.ts exports, and what it is given. */
export class Surface {
  public readonly calls: readonly Call[];
  /** Classes that users make with no `new`. */
  public readonly unmakable: readonly string[];
  /** Interfaces whose properties users write. */
  public readonly structs: readonly string[];

  private readonly exported = new Map<string, ts.Declaration>();
  private readonly foreign = new Map<string, ts.Declaration>();

  constructor() {
    const index = path.join(__dirname, '../src/index.ts');
    for (const statement of parse(index).statements) {
      if (!ts.isExportDeclaration(statement)) continue;
      const file = parse(path.join(path.dirname(index), `${(statement.moduleSpecifier as ts.StringLiteral).text}.ts`));
      const names = statement.exportClause as ts.NamedExports | undefined;
      const chosen = names?.elements.map(({ name }) => name.text);
      declarationsOf(file).forEach(declaration => {
        const { text } = declaration.name as ts.Identifier;
        if (isExported(declaration) && (chosen === undefined || chosen.includes(text))) this.exported.set(text, declaration);
      });
    }
    const cdk8s = parse(require.resolve('cdk8s/lib/metadata.d.ts'));
    declarationsOf(cdk8s).forEach(declaration => this.foreign.set((declaration.name as ts.Identifier).text, declaration));
    const classes = [...this.exported.values()].filter(ts.isClassDeclaration);
    this.calls = classes.flatMap(declaration => this.callsOf(declaration));
    this.structs = [...this.exported].filter(([, declaration]) => ts.isInterfaceDeclaration(declaration)).map(([name]) => name);
    this.unmakable = classes.filter(declaration => !isMakable(declaration)).map(({ name }) => name!.text);
  }

  public fieldsOf(struct: string): readonly Field[] {
    const declaration = (this.exported.get(struct) ?? this.foreign.get(struct)) as ts.InterfaceDeclaration;
    const inherited = (declaration.heritageClauses ?? []).flatMap(({ types }) => types)
      .flatMap(({ expression }) => this.fieldsOf((expression as ts.Identifier).text));
    return [...inherited, ...declaration.members.filter(ts.isPropertySignature).map(member => this.field(member))];
  }

  private callsOf(declaration: ts.ClassDeclaration): Call[] {
    const of = declaration.name!.text;
    return declaration.members.flatMap((member): Call[] => {
      if (ts.isConstructorDeclaration(member)) {
        return isMakable(declaration) ? [{ of, kind: 'constructor', name: `new ${of}`, parameters: member.parameters.map(p => this.field(p)) }] : [];
      }
      const name = ts.isMethodDeclaration(member) ? (member.name as ts.Identifier).text : '_';
      if (!ts.isMethodDeclaration(member) || isHidden(member) || name.startsWith('_')) return [];
      const kind = has(member, ts.SyntaxKind.StaticKeyword) ? 'static' : 'method';
      return [{ of, kind, name: `${of}.${name}`, parameters: member.parameters.map(p => this.field(p)) }];
    });
  }

  private field(declared: ts.ParameterDeclaration | ts.PropertySignature): Field {
    const { name, type, questionToken, initializer } = declared as ts.ParameterDeclaration;
    const isRest = ts.isParameter(declared) && declared.dotDotDotToken !== undefined;
    return {
      name: (name as ts.Identifier).text,
      type: type === undefined ? { kind: ts.isNumericLiteral(initializer!) ? 'number' : 'text' } : this.type(type),
      optional: questionToken !== undefined || initializer !== undefined || isRest,
      rest: isRest,
    };
  }

  private type(node: ts.TypeNode): Type {
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword: return { kind: 'text' };
      case ts.SyntaxKind.NumberKeyword: return { kind: 'number' };
      case ts.SyntaxKind.BooleanKeyword: return { kind: 'boolean' };
    }
    if (ts.isArrayTypeNode(node)) return { kind: 'list', of: this.type(node.elementType) };
    if (ts.isTypeLiteralNode(node)) return { kind: 'map', of: this.type((node.members[0] as ts.IndexSignatureDeclaration).type) };
    if (ts.isTypeReferenceNode(node)) {
      const name = (node.typeName as ts.Identifier).text;
      const declaration = this.exported.get(name) ?? this.foreign.get(name);
      if (declaration !== undefined && ts.isInterfaceDeclaration(declaration)) return { kind: 'struct', name };
      return { kind: declaration !== undefined && ts.isEnumDeclaration(declaration) ? 'enum' : 'class', name };
    }
    throw new Error(`the surface has the type ${node.getText()}, which the tests of it do not know`);
  }
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

type Declared = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.EnumDeclaration;

function declarationsOf(file: ts.SourceFile): Declared[] {
  return file.statements.filter((s): s is Declared => ts.isClassDeclaration(s) || ts.isInterfaceDeclaration(s) || ts.isEnumDeclaration(s));
}

function isExported(declaration: Declared): boolean {
  return has(declaration, ts.SyntaxKind.ExportKeyword);
}

function isMakable(declaration: ts.ClassDeclaration): boolean {
  const constructor = declaration.members.find(ts.isConstructorDeclaration);
  return !has(declaration, ts.SyntaxKind.AbstractKeyword) && (constructor === undefined || !isHidden(constructor));
}

function isHidden(member: ts.ClassElement): boolean {
  return has(member, ts.SyntaxKind.PrivateKeyword) || has(member, ts.SyntaxKind.ProtectedKeyword);
}

function has(node: ts.Node, keyword: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === keyword);
}
