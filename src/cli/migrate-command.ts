import * as path from 'node:path';
import type { Command } from './command';
import { differenceLine, unsureLine } from './diff/report';
import { type MigrateFlags, migrateFlags } from './migrate-flags';
import { sourceOf } from './migrate-source';
import { written } from './output';
import { withProgress } from './progress';
import { filesOf, type Manifest, manifestsOf, type Unread } from './reading';
import { versionOfPackage } from './version';
import type { SmiMesh } from '../dialects/smi/read/meshes';
import { READINGS } from '../dialects/smi/read/readings';
import { messageOf } from '../errors/message-of';
import { documentsIn } from '../manifests/documents';
import { shell } from '../migrate/by-hand/step';
import { manifestsOf as synthesized, streamed, streamOf } from '../migrate/manifests';
import { migrate, type Migration } from '../migrate/migrate';
import { movePolicies } from '../migrate/policies/move';
import { type OldMesh, OLD_MESHES } from '../migrate/policies/old-meshes';
import { print, type Program } from '../migrate/program';
import { type Proof, prove } from '../migrate/prove';
import { FORMS, isWhole, report, reportOfMove, type Unread as Unreadable } from '../migrate/report';

/** `cdk8s-mesh migrate` */
export const MIGRATE: Command = {
  usage: `Usage: cdk8s-mesh migrate --from MESH --to TARGET [--to TARGET]... [options] FILE...

Makes a program of this library, and manifests for a new mesh, of manifests of SMI, or of the policies and routes of a mesh.
Nothing is let in that was not before: what cannot be said, or is not certain, is left out, and the report says so. No cluster
is asked.
FILE is YAML or JSON with any number of documents, or a folder with such files; - is the standard input. All of them are one
world: with the Services, ServiceAccounts, workloads, and the MeshConfig, ports, protocols, labels and probes are known.

--from MESH      of SMI, the mesh that read it: osm, linkerd, nginx, traefik, consul, istio-adapter, or spec for the specification.
                 Of policies, the mesh: istio, istio-ambient, linkerd, consul, kuma, cilium or network-policy; without it, the
                 files tell
--to TARGET      istio, istio-ambient, linkerd, consul, kuma, cilium, gateway-api or network-policy; may be given several times

What is written:
--manifests DIR  the manifests, as the program writes them: a file for each namespace and target. - is the standard output,
                 where those of several targets stand behind a comment with the name of each; it is the default without
                 --program
--program FILE   the program in TypeScript; - is the standard output
--report FILE    what became of each document; otherwise it goes to the standard error
--output FORM    of the report: text, json or markdown
--partial        writes manifests although something in them is narrower or missing

What is not in the files:
--namespace NS             of documents that have none

The same, of SMI:
--port SVC=N[/PROTO]       a port of a Service that is not there, with HTTP, GRPC, TCP, TLS or UDP; SVC may be shop/cart, or *
--pods SA=k=v,...          labels of the pods of a ServiceAccount whose workload is not there
--enforced yes|no          whether TrafficTargets were enforced; otherwise the MeshConfig says it, or it is assumed
--mesh-namespaces NS,...   all namespaces that were in the mesh: what nothing allows is denied there. Otherwise those with SMI,
                           and those that are marked as members
--prove                    compares what becomes of 10000 requests before and afterwards, for each target, and reports what
                           differs. What becomes of policies and routes is compared in any case, for every request
--requests N               compares as many

The same, of policies of Linkerd, Consul and Kuma:
--unsaid allow|deny        what the installation does with calls of which no policy speaks

What is written:
--gateway-class NAME       the GatewayClass of the new gateways: what comes in by Gateways from outside the cluster is written
                           as SharedGateways and Exposures. Without it, gateways and their routes are not carried over

Of targets:
--trust-domain D                     of istio, istio-ambient; kuma needs it
--consul-namespaces mirrored|single  consul needs it
--consul-default allow|deny          of consul, for calls that no intention names: it asks for tokens only where it denies these
--waypoint NAME                      of istio-ambient
--channel standard|experimental      of Gateway API

--strict    counts what is assumed as a loss
-h, --help  shows this
--version   shows the version of the package

Exits with 0 if everything means the same afterwards; with 1 if something is narrower, not said, owned by a controller or cannot be
read: manifests are then written only with --partial, the program always; and with 2 for a usage that is not this one. Of policies,
what would let in more than before is never written.
`,
  run: args => {
    const flags = migrateFlags(args);
    const made = withProgress(doing => make(flags, doing));
    return write(flags, made);
  },
};

interface Made {
  readonly program: string;
  /** The files by their names; absent where no manifests are to be written. */
  readonly manifests?: ReadonlyMap<string, string>;
  readonly report: string;
  readonly isWhole: boolean;
  /** Why there are no manifests of the program. */
  readonly failure?: string;
}

/** All that is written, before any of it is. */
function make(flags: MigrateFlags, doing: (what: string) => void): Made {
  const { manifests, unread } = readAll(flags.files, doing);
  const source = sourceOf(flags, manifests);
  doing('making a plan');
  const facts = { version: versionOfPackage(), unread, read: manifests.length };
  return source.type === 'smi' ? ofSmi(source.from, flags, manifests, facts, doing) : ofPolicies(source.from, flags, manifests, facts, doing);
}

interface Facts {
  readonly version: string;
  readonly unread: readonly Unreadable[];
  readonly read: number;
}

function ofSmi(from: SmiMesh, flags: MigrateFlags, manifests: readonly Manifest[], facts: Facts, doing: (what: string) => void): Made {
  const { isStrict, isPartial, form } = flags;
  const migration = migrate(manifests, { ...flags.options, from });
  const program = { ...migration.program, comments: commentsOf(flags, `manifests of SMI, as ${READINGS[from].title} read them`, from) };
  const isWritten = flags.manifests !== undefined && (isPartial || isWhole(report(migration, facts), isStrict));
  doing('writing manifests');
  const output = isWritten || flags.proved !== undefined ? tried(() => synthesized(program)) : {};
  const proofs = flags.proved === undefined || output.manifests === undefined ? undefined
    : proofsOf(flags.proved, manifests, migration, output.manifests, doing);
  const made = report(migration, { ...facts, proofs });
  const whole = isWhole(made, isStrict);
  return {
    program: print(program),
    ...isWritten && (whole || isPartial) ? output : { failure: output.failure },
    report: FORMS[form](made),
    isWhole: whole,
  };
}

const TOLD = { difference: differenceLine, unsure: unsureLine };

/** Policies are compared with what they become, and what lets in more is never written. */
function ofPolicies(from: OldMesh, flags: MigrateFlags, manifests: readonly Manifest[], facts: Facts, doing: (what: string) => void): Made {
  const { isStrict, isPartial, form } = flags;
  doing('comparing the policies with what becomes of them');
  const moved = movePolicies(manifests, { ...flags.options, from }, TOLD);
  const program: Program = { ...moved.program, comments: commentsOf(flags, `policies of ${OLD_MESHES[from].title}`, from) };
  const made = reportOfMove(moved, TOLD, facts);
  const whole = isWhole(made, isStrict);
  const isWritten = flags.manifests !== undefined && !moved.isWider && (whole || isPartial);
  return {
    program: print(program),
    ...isWritten ? tried(() => synthesized(program)) : {},
    ...moved.isWider && { failure: 'it would let in more than before' },
    report: FORMS[form](made),
    isWhole: whole,
  };
}

/** The manifests of a program. The plan has asked the targets before, so a refusal here means that the plan is wrong. */
function tried(synthesize: () => ReadonlyMap<string, string>): Pick<Made, 'manifests' | 'failure'> {
  try {
    return { manifests: synthesize() };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

const SEED = 1;

/** Compares what becomes of requests before the migration and by the written manifests, for each target. */
function proofsOf(
  requests: number, manifests: readonly Manifest[], migration: Migration, files: ReadonlyMap<string, string>, doing: (what: string) => void,
): Proof[] {
  const { targets } = migration.options;
  return targets.map(target => {
    doing(`comparing ${requests} requests for ${target}`);
    const after = [...documentsIn(target, streamOf(target, files, targets))].map(({ content }) => {
      if ('broken' in content) throw new Error(content.broken);
      return content.manifest;
    });
    return prove(manifests, migration, target, after, { requests, seed: SEED });
  });
}

interface ReadAll {
  readonly manifests: readonly Manifest[];
  readonly unread: readonly Unread[];
}

function readAll(args: readonly string[], doing: (what: string) => void): ReadAll {
  const { files, unread } = filesOf(args);
  const manifests: Manifest[] = [];
  const broken: Unread[] = [];
  for (const [i, file] of files.entries()) {
    doing(`reading ${i + 1} of ${files.length} files`);
    for (const read of manifestsOf(file)) {
      if ('unread' in read) broken.push(read);
      else manifests.push(read);
    }
  }
  return { manifests, unread: [...unread, ...broken] };
}

/** The comment that says from which arguments a program is made; their order does not change it. */
function commentsOf({ files, meaning }: MigrateFlags, what: string, from: string): string[] {
  const operands = [...new Set(files)].sort();
  const more = operands.length > MANY ? ` and ${operands.length - MANY} more` : '';
  const said = meaning.includes('--from') ? meaning : ['--from', from, ...meaning];
  return [`Made from ${what}:`, `${shell('cdk8s-mesh', 'migrate', ...said, ...operands.slice(0, MANY))}${more}`];
}

const MANY = 20;

function write({ options, manifests, program, report: place }: MigrateFlags, made: Made): number {
  const failures: string[] = [];
  const put = (file: string, text: string) => {
    const failure = file === '-' ? void process.stdout.write(text) : written(file, text);
    if (failure !== undefined) failures.push(failure);
  };
  if (program !== undefined) put(program, made.program);
  if (manifests === '-' && made.manifests !== undefined) put('-', streamed(made.manifests, options.targets));
  else if (manifests !== undefined) made.manifests?.forEach((text, file) => put(path.join(manifests, file), text));
  if (place !== undefined) put(place, made.report);
  else process.stderr.write(made.report);
  if (!made.isWhole && place !== undefined) process.stderr.write(`Not everything means the same afterwards${place === '-' ? '' : `: see ${place}`}.\n`);
  if (made.failure !== undefined) {
    failures.push(`No manifests are written, as the program is refused: ${made.failure}\n`);
  } else if (manifests !== undefined && made.manifests === undefined) {
    process.stderr.write('No manifests are written: --partial writes them although something is lost.\n');
  }
  failures.forEach(failure => process.stderr.write(failure));
  return made.isWhole && failures.length === 0 ? 0 : 1;
}
