import type { Command } from './command';
import { Arguments, COMMON, Misuse } from './options';
import { sentences, validate } from './validate';

/** `cdk8s-mesh validate` */
export const VALIDATE: Command = {
  usage: `Usage: cdk8s-mesh validate [--output text|json] [--channel standard|experimental] FILE...

Checks manifests as an API server does: against the schemas of their CRDs, and the CEL rules in them. All that are given
are held against each other, as the manifests of one cluster.
FILE is YAML or JSON with any number of documents, or a folder with such files; - is the standard input. Kinds that are
not known are skipped.

--output    for people, or for programs
--channel   of Gateway API that the cluster has; without it, what only the experimental one accepts is a warning
-h, --help  shows this
--version   shows the version of the package

Exits with 1 if a manifest is invalid or cannot be read, and with 2 for a usage that is not this one.
`,
  run: args => {
    const given = new Arguments(args, { ...COMMON, output: {}, channel: {} });
    const isJson = given.word('output', ['text', 'json']) === 'json';
    const channel = given.word('channel', ['standard', 'experimental']);
    if (given.operands.length === 0) throw new Misuse('there is no file to validate');
    const counts = { valid: 0, invalid: 0, skipped: 0, broken: 0 };
    const outcomes = [];
    for (const { manifest, ...outcome } of validate(given.operands, channel)) {
      counts[outcome.status]++;
      if (isJson) {
        outcomes.push(outcome);
      } else {
        sentences({ manifest, ...outcome }).forEach(sentence => process.stdout.write(`${sentence}\n`));
      }
    }
    process.stdout.write(isJson
      ? `${JSON.stringify({ counts, documents: outcomes }, undefined, 2)}\n`
      : `${counts.valid} valid, ${counts.invalid} invalid, ${counts.broken} broken, ${counts.skipped} skipped\n`);
    return counts.invalid + counts.broken > 0 ? 1 : 0;
  },
};
