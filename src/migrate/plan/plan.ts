import { noteBeside } from './beside';
import { chartsOf } from './charts';
import { planEnforced } from './enforced';
import { type Notice, Notices } from './notices';
import type { PlanOptions } from './options';
import type { Planning } from './planned';
import { giveToReferred } from './referred';
import { Refusals } from './refusals';
import { Services } from './services';
import { planSplits } from './splits';
import { type Judged, Verdicts } from './verdicts';
import { splitMeaning } from '../../dialects/smi/read/divisions';
import { READINGS } from '../../dialects/smi/read/readings';
import type { SmiDocument } from '../../dialects/smi/read/tree';
import type { SmiWorld } from '../../dialects/smi/read/world';
import type { Program } from '../program';
import type { World } from '../world';

export interface Plan {
  readonly program: Program;
  /** What became of each document, in their order. */
  readonly judged: readonly Judged[];
  /** What is to be said beside that. */
  readonly notices: readonly Notice[];
}

/**
 * The program that says what SMI meant to the mesh that read it, and nothing more: what it cannot say, or what nobody knows, stands in it as
 * a comment at most.
 */
export function plan(documents: readonly SmiDocument[], smi: SmiWorld, beside: World, options: PlanOptions): Plan {
  const verdicts = new Verdicts(object => smi.namespaceOf(object));
  for (const document of documents) {
    if (document.kind === undefined) verdicts.give(document, 'noPart', document.findings[0].message);
    else if (smi.unknown(document) !== undefined) verdicts.give(document, 'unreadable', smi.unknown(document));
  }
  const planning: Planning = {
    smi, beside, services: new Services(beside, options), refusals: new Refusals(options.targets), verdicts, notices: new Notices(),
  };
  const planned = [...planEnforced(documents, planning, options), ...planSplits(splitMeaning(smi, READINGS[options.from]), planning, options)];
  const charts = chartsOf(planned, planning.refusals);
  for (const target of smi.targets) giveToReferred(target, planning);
  noteBeside(planning);
  return { program: { comments: [], targets: options.targets, charts }, judged: verdicts.all(documents), notices: planning.notices.all };
}
