import { type Report, worstFirst } from './report';
import { comparedLine, sentenceOf, summary, titleOf } from './text';
import { ERRORS } from '../../errors/coded';
import type { Code } from '../../errors/codes';
import { proofLines, witnessLine } from '../prove';

/** A report for a pull request: the worst first. */
export function markdown({ from, to, documents, notices, byHand, totals, proofs = [], api, compared: worlds = [] }: Report): string {
  const rows = worstFirst(documents).map(document => {
    const becomes = document.becomes === undefined ? [] : [`→ ${escaped(document.becomes.join(', '))}`];
    const why = [...becomes, ...document.findings.map(finding => `${linked(finding.code)} ${escaped(sentenceOf(finding))}`)];
    return `| ${document.verdict} | ${escaped(titleOf(document))} | ${escaped(`${document.file}:${document.line}`)} | ${why.join('<br>')} |`;
  });
  const steps = byHand.flatMap(({ what, commands }, i) => [
    `${i + 1}. ${escaped(what)}`,
    ...commands.length === 0 ? [] : ['', '   ```sh', ...commands.map(command => `   ${command}`), '   ```', ''],
  ]);
  const compared = proofs.flatMap(proof => [...proofLines(proof), ...proof.witnesses.map(witness => witnessLine(proof, witness))])
    .map(line => `- ${escaped(line.trim())}`);
  const all = worlds.flatMap(one => [comparedLine(one), ...one.wider.map(change => `WIDER: ${change}`), ...one.narrower, ...one.otherwise]).map(line => `- ${escaped(line)}`);
  return [
    `## ${api ?? 'SMI'}: from ${from} to ${to.join(', ')}`,
    '',
    summary(totals, api),
    ...rows.length === 0 ? [] : ['', '| verdict | document | place | why |', '| --- | --- | --- | --- |', ...rows],
    ...notices.length === 0 ? [] : ['', ...notices.map(({ code, message, file, line }) =>
      `- ${file === undefined ? '' : `${escaped(`${file}:${line}`)}: `}${linked(code)} ${escaped(message)}`)],
    ...compared.length === 0 ? [] : ['', '### Requests compared', '', ...compared],
    ...all.length === 0 ? [] : ['', '### Compared, for every call', '', ...all],
    ...steps.length === 0 ? [] : ['', '### By hand, in this order', '', ...steps],
  ].map(line => `${line}\n`).join('');
}

function linked(code: Code): string {
  return `[${code}](${ERRORS}#${code.toLowerCase()})`;
}

/** Text that says nothing to Markdown, nor to the HTML in it. */
function escaped(text: string): string {
  return text.replace(/[\\|*_[\]<>&#~]/g, character => character === '<' ? '&lt;' : character === '>' ? '&gt;' : character === '&' ? '&amp;' : `\\${character}`)
    .replace(/\s+/g, ' ');
}
