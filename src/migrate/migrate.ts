import { apart } from './apart';
import { type Judged, type Notice, plan, type PlanOptions } from './plan';
import type { Program } from './program';
import { type TargetName, TARGETS, type TargetSettings, traitsOf } from './targets';
import { World } from './world';
import { readSmi } from '../dialects/smi/read';
import type { SmiDocument } from '../dialects/smi/read/tree';
import { SmiWorld } from '../dialects/smi/read/world';
import type { Document } from '../manifests/documents';

export interface MigrateOptions extends Omit<PlanOptions, 'targets'>, TargetSettings {
  readonly targets: readonly TargetName[];
  /** Of objects that do not say theirs. */
  readonly namespace?: string;
}

/** What SMI in some manifests becomes. */
export interface Migration {
  readonly options: MigrateOptions;
  /** All of SMI, in the order in which it was read. */
  readonly documents: readonly SmiDocument[];
  readonly smi: SmiWorld;
  /** What stands beside it. */
  readonly beside: World;
  readonly program: Program;
  /** What became of each document, in their order. */
  readonly judged: readonly Judged[];
  /** What is to be said beside that. */
  readonly notices: readonly Notice[];
  /** The name of a target of the program. */
  readonly targetOf: (target: Program['targets'][number]) => TargetName;
}

/** Migrates the SMI in some manifests, which are one world. Those that are broken say nothing. */
export function migrate(manifests: Iterable<Document>, options: MigrateOptions): Migration {
  const all = [...manifests];
  const documents = all.flatMap(({ file, content }) => 'broken' in content ? [] : readSmi(file, content) ?? []);
  const smi = new SmiWorld(documents, options.namespace);
  const beside = new World(all, { mesh: options.from, namespace: options.namespace });
  const targets = options.targets.map(name => TARGETS[name].of(options));
  const { program, ...planned } = plan(documents, smi, beside, { ...options, ...traitsOf(options.targets, options), targets });
  const targetOf = (target: Program['targets'][number]) => options.targets[targets.indexOf(target)];
  return { options, documents, smi, beside, targetOf, ...planned, program: { ...program, charts: apart(program.charts, options.targets, targetOf) } };
}
