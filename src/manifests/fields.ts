import type { Path, Place, Readable } from './documents';
import { isMap, isWhole } from './values';

/** Something that a reader has to say of a place in a manifest. */
export interface Finding {
  readonly place: FieldPlace;
  readonly message: string;
  /** Whether what depends on it is unknown; otherwise it is read by the assumption that the message states. */
  readonly isUnknown: boolean;
}

/** Where a field stands. */
export interface FieldPlace extends Place {
  /** As it is written in messages: `spec.rules[0].name`; empty for the whole. */
  readonly path: string;
}

/** A place, for people. */
export function placeWords({ file, line, path }: FieldPlace): string {
  return `${file}:${line}${path === '' ? '' : `, ${path}`}`;
}

/** What is said of a place, where its object is named already. */
export function atField({ path }: FieldPlace, said: string): string {
  return path === '' ? said : `${path}: ${said}`;
}

/**
 * A value of a manifest, and the way to what stands in it. It remembers what was asked for: what nobody asked for is a finding, and so is
 * what is not of the type that it was asked for as. Lines are looked for when they are asked for.
 */
export class Fields {
  /** The manifest of a document, of which nothing is asked for yet. */
  public static of(file: string, { manifest, lineOf }: Readable): Fields {
    return new Fields(manifest, { file, lineOf });
  }

  /** What was asked for in it, the last first: each leads to the next one. Most values have nothing in them, or little. */
  private asked?: Fields;
  private beside?: Fields;
  private askedByStep?: Map<string | number, Fields>;
  /** Whether all that stands in it is known. */
  private isTaken = false;
  private areTaken?: (name: string) => boolean;

  private constructor(
    private readonly value: unknown, private readonly source: Source, private readonly within?: Fields, private readonly step?: string | number,
  ) {}

  /** Whether there is a value. For Kubernetes, null is none. */
  public get isSaid(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  public get isList(): boolean {
    return Array.isArray(this.value);
  }

  public get place(): FieldPlace {
    return new PlaceOf(this.source.file, this.source.lineOf, this.way());
  }

  /** A field, whether it is there or not. */
  public field(name: string): Fields {
    const map = this.map();
    return map !== undefined && Object.hasOwn(map, name) ? this.ask(name, map[name]) : this.below(name, undefined);
  }

  /** All fields there are, in order. */
  public fields(): (readonly [name: string, value: Fields])[] {
    return Object.entries(this.map() ?? {}).map(([name, value]) => [name, this.ask(name, value)] as const);
  }

  /** The items of a list; none, where there is no list. */
  public items(): Fields[] {
    if (!this.isSaid) return [];
    if (!Array.isArray(this.value)) {
      this.refuse('a list');
      return [];
    }
    return this.value.map((item, i) => this.ask(i, item));
  }

  /** The fields, where each is a text; undefined otherwise. */
  public texts(): Readonly<Record<string, string>> | undefined {
    const map = this.map() ?? {};
    for (const name in map) if (typeof map[name] !== 'string') return undefined;
    this.isTaken = true;
    return map as Readonly<Record<string, string>>;
  }

  /** A text. A whole number stands for its digits, as nothing else can be meant. */
  public text(): string | undefined {
    this.isTaken = true;
    if (!this.isSaid) return undefined;
    if (typeof this.value === 'string') return this.value;
    if (!isWhole(this.value)) return this.refuse('a text');
    this.assume(`it is a number, and read as the text '${this.value}'`);
    return String(this.value);
  }

  /** A whole number; a text may stand for it. */
  public integer(): number | undefined {
    this.isTaken = true;
    if (!this.isSaid) return undefined;
    if (isWhole(this.value)) return this.value;
    if (typeof this.value !== 'string' || !/^(?:0|[1-9][0-9]{0,14})$/.test(this.value)) return this.refuse('a whole number');
    return Number(this.value);
  }

  /** The value as it is, with all that stands in it. */
  public take(): unknown {
    this.isTaken = true;
    return this.value ?? undefined;
  }

  /** The same of the fields with some names. */
  public takeFields(areTaken: (name: string) => boolean): void {
    this.areTaken = areTaken;
  }

  /** Forgets what was asked for, of what nobody will ask what is left: most of memory would be that of Services and workloads. */
  public forget(): void {
    this.asked = undefined;
    this.askedByStep = undefined;
  }

  /** What depends on this is unknown. The message says why. */
  public doubt(message: string): undefined {
    this.say(message, true);
    return undefined;
  }

  /** This is read by an assumption, which the message states. */
  public assume(message: string): void {
    this.say(message, false);
  }

  /** All that there is to say of the manifest, what nobody asked for included; in the order in which it stands there. */
  public findings(): readonly Finding[] {
    const unread: Finding[] = [];
    this.addUnread(unread);
    return [...this.said(), ...unread];
  }

  /** What was said of the manifest by those who asked for its fields. */
  public said(): readonly Finding[] {
    return this.source.said === undefined ? [] : [...this.source.said.values()];
  }

  /** What is not understood of it, and of what stands in it. To be asked when all else has been. */
  public doubts(): readonly Finding[] {
    const unread: Finding[] = [];
    this.addUnread(unread);
    const way = written(this.way());
    const isBelow = ({ path }: FieldPlace) => way === '' || (path.startsWith(way) && ['', '.', '['].includes(path.charAt(way.length)));
    return [...this.said().filter(({ place, isUnknown }) => isUnknown && isBelow(place)), ...unread];
  }

  private addUnread(findings: Finding[]): void {
    const { value } = this;
    if (this.isTaken || value === undefined || value === null) return;
    if (Array.isArray(value)) {
      value.forEach((item, i) => this.addUnreadBelow(i, item, findings));
    } else if (isMap(value)) {
      for (const name in value) if (this.areTaken?.(name) !== true) this.addUnreadBelow(name, value[name], findings);
    } else {
      findings.push({ place: this.place, message: UNKNOWN, isUnknown: true });
    }
  }

  private addUnreadBelow(step: string | number, value: unknown, findings: Finding[]): void {
    const asked = this.known(step);
    if (asked !== undefined) asked.addUnread(findings);
    else if (value !== undefined && value !== null) findings.push({ place: this.below(step, value).place, message: UNKNOWN, isUnknown: true });
  }

  private ask(step: string | number, value: unknown): Fields {
    const known = this.known(step);
    if (known !== undefined) return known;
    const field = this.below(step, value);
    field.beside = this.asked;
    this.asked = field;
    this.askedByStep?.set(step, field);
    return field;
  }

  private known(step: string | number): Fields | undefined {
    if (this.askedByStep !== undefined) return this.askedByStep.get(step);
    let steps = 0;
    for (let one = this.asked; one !== undefined; one = one.beside) {
      if (one.step === step) return one;
      if (++steps > MOST_STEPS) this.askedByStep = this.byStep();
    }
    return undefined;
  }

  private byStep(): Map<string | number, Fields> {
    const all = new Map<string | number, Fields>();
    for (let one = this.asked; one?.step !== undefined; one = one.beside) all.set(one.step, one);
    return all;
  }

  private below(step: string | number, value: unknown): Fields {
    return new Fields(value, this.source, this, step);
  }

  private way(): Path {
    const path = [];
    for (let field: Fields | undefined = this; field?.step !== undefined; field = field.within) path.push(field.step);
    return path.reverse();
  }

  private map(): { readonly [name: string]: unknown } | undefined {
    if (!this.isSaid) return undefined;
    if (isMap(this.value)) return this.value;
    return this.refuse('an object');
  }

  private refuse(wanted: string): undefined {
    this.isTaken = true;
    return this.doubt(`it must be ${wanted}`);
  }

  private say(message: string, isUnknown: boolean): void {
    const { place } = this;
    const key = `${place.path} ${message}`;
    this.source.said ??= new Map();
    if (!this.source.said.has(key)) this.source.said.set(key, { place, message, isUnknown });
  }
}

const UNKNOWN = 'it is not known here';

/** Fields that are looked through one after the other. */
const MOST_STEPS = 8;

interface Source {
  readonly file: string;
  readonly lineOf: (path: Path) => number;
  /** By place and message. Of most manifests, nothing is to be said. */
  said?: Map<string, Finding>;
}

/** Looked for when it is asked for. It outlives what is read, so it holds nothing of that. */
class PlaceOf implements FieldPlace {
  public constructor(public readonly file: string, private readonly lineOf: (path: Path) => number, private readonly way: Path) {}

  public get line(): number {
    return this.lineOf(this.way);
  }

  public get path(): string {
    return written(this.way);
  }

  public toJSON(): FieldPlace {
    const { file, line, path } = this;
    return { file, line, path };
  }
}

function written(path: Path): string {
  return path.reduce<string>((text, step) => typeof step === 'number' ? `${text}[${step}]`
    : /^[\w$-]+$/.test(step) ? `${text}${text === '' ? '' : '.'}${step}` : `${text}['${step}']`, '');
}
