#!/usr/bin/env node
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { sentences, validate } from './validate';
import { coded } from '../errors/coded';
import type { Channel } from '../validation';

const USAGE = `Usage: cdk8s-mesh validate [--output text|json] [--channel standard|experimental] FILE...

Checks manifests as an API server does: against the schemas of their CRDs, and the CEL rules in them. All that are given
are held against each other, as the manifests of one cluster.
FILE is YAML or JSON with any number of documents, or a folder with such files; - is the standard input. Kinds that are
not known are skipped.

--output    for people, or for programs
--channel   of Gateway API that the cluster has; without it, what only the experimental one accepts is a warning
-h, --help  shows this
--version   shows the version of the package

Exits with 1 if a manifest is invalid or cannot be read, and with 2 for a usage that is not this one.
`;

/** Runs the command line, and returns the code to exit with. */
function main(args: string[]): number {
  const options = parsed(args);
  if ('shown' in options) {
    process.stdout.write(options.shown);
    return 0;
  }
  if ('misused' in options) {
    process.stderr.write(`error ${coded({ code: 'MESH6001', sentence: options.misused })}\n\n${USAGE}`);
    return 2;
  }
  const counts = { valid: 0, invalid: 0, skipped: 0, broken: 0 };
  const outcomes = [];
  for (const { manifest, ...outcome } of validate(options.files, options.channel)) {
    counts[outcome.status]++;
    if (options.isJson) {
      outcomes.push(outcome);
    } else {
      sentences({ manifest, ...outcome }).forEach(sentence => process.stdout.write(`${sentence}\n`));
    }
  }
  process.stdout.write(options.isJson
    ? `${JSON.stringify({ counts, documents: outcomes }, undefined, 2)}\n`
    : `${counts.valid} valid, ${counts.invalid} invalid, ${counts.broken} broken, ${counts.skipped} skipped\n`);
  return counts.invalid + counts.broken > 0 ? 1 : 0;
}

/** As it stands in the package.json above, whether compiled or not. */
function versionOfPackage(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).version;
  }
  return 'unknown';
}

interface Options {
  readonly files: readonly string[];
  readonly channel?: Channel;
  readonly isJson: boolean;
}

function parsed(args: string[]): Options | { readonly misused: string } | { readonly shown: string } {
  try {
    const { values, positionals: [command, ...files] } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        output: { type: 'string', default: 'text' }, channel: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' },
      },
    });
    const { output, channel, help, version } = values;
    if (help) return { shown: USAGE };
    if (version) return { shown: `${versionOfPackage()}\n` };
    if (command !== 'validate') return { misused: command === undefined ? 'there is no command' : `there is no command '${command}'` };
    if (files.length === 0) return { misused: 'there is no file to validate' };
    if (output !== 'text' && output !== 'json') return { misused: `there is no output '${output}'` };
    if (channel !== undefined && channel !== 'standard' && channel !== 'experimental') return { misused: `there is no channel '${channel}'` };
    return { files, channel, isJson: output === 'json' };
  } catch (error) {
    return { misused: (error as Error).message };
  }
}

process.exitCode = main(process.argv.slice(2));
