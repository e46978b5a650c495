import type { Command } from './command';
import { documentsOf, unreadObjectWords, unreadWords } from './documents';
import { explain, filesAmong } from './explain/explain';
import { departureJson, jsonOf } from './explain/json';
import { departureText, textOf } from './explain/text';
import { Arguments, COMMON, Misuse } from './options';
import { withProgress } from './progress';
import type { Departure, Journey } from '../meaning/journey';
import { DEFAULT_NAMESPACE } from '../reading/cluster/cluster';
import { READ_MESHES } from '../reading/mesh';
import { worldOf } from '../reading/world';

const OPTIONS = {
  ...COMMON, from: {}, to: {}, header: { isList: true, short: 'H' }, host: {}, claims: {}, mesh: {}, unmeshed: { isSwitch: true }, namespace: {}, output: {},
} as const;

/** `cdk8s-mesh explain` */
export const EXPLAIN: Command = {
  usage: `Usage: cdk8s-mesh explain --from CLIENT --to [NS/]SERVICE:PORT [options] FILE... 'GET /path'

Says whether a request gets through, step by step: which route takes it, where it is sent, and which policies let it leave and
arrive, each with its object, its line and its field. No cluster is asked.
FILE is YAML or JSON with any number of documents, or a folder with such files; - is the standard input. All of them are one
world, whichever APIs they are of: give the Services and workloads too. A port that speaks no HTTP needs no request.

--from CLIENT    the ServiceAccount of a pod (shop/web), its labels (shop/app=web,tier=front), gateway or gateway:NS/NAME for
                 what comes in by a Gateway, outside or outside:ADDRESS for what comes from outside the cluster past any gateway
--to SERVICE     the port of the Service that is called: shop/cart:8080; or of something outside the cluster, by its host or its
                 address: api.example.com:443, tcp://192.0.2.7:5432. There, HTTP is spoken with a request, TLS at port 443, and TCP otherwise
-H NAME:VALUE    a header of the request; may be given several times
--host HOST      of the request, or the server name of a port for TLS; otherwise it is that of the Service
--claims JSON    of a valid token that the request has
--mesh MESH      that reads the manifests: ${READ_MESHES.join(', ')}; what meshes read differently is
                 unknown without it
--unmeshed       the client is in no mesh; without it, pods are taken to be in the mesh
--namespace NS   of documents, and in the options, where none is said; otherwise it is 'default'
--output FORM    text or json

-h, --help  shows this
--version   shows the version of the package

Exits with 0 if the request gets through to all pods that it may be sent to, with 1 if it is denied at some of them, with 3 if nobody
knows, and with 2 for a usage that is not this one.
`,
  run: args => {
    const given = new Arguments(args, OPTIONS);
    const isJson = given.word('output', ['text', 'json']) === 'json';
    const mesh = given.word('mesh', READ_MESHES);
    const namespace = given.text('namespace') ?? DEFAULT_NAMESPACE;
    const files = filesAmong(given.operands);
    if (files.length === 0) throw new Misuse('there is no file to read');
    const [host, claims] = [given.text('host'), given.text('claims')];
    const read = withProgress(doing => documentsOf(files, doing));
    const unreadDocuments = read.unread.map(unreadWords);
    unreadDocuments.forEach(line => process.stderr.write(`${line}\n`));
    const { unreadHere, answer } = withProgress(doing => {
      doing('making out what they mean');
      const world = worldOf(read.documents, namespace, mesh);
      const said = explain(world, {
        from: given.text('from'),
        to: given.text('to'),
        operands: given.operands,
        headers: given.texts('header'),
        namespace,
        isUnmeshed: given.has('unmeshed'),
        ...(host !== undefined && { host }),
        ...(claims !== undefined && { claims }),
      });
      return { unreadHere: world.unreadFor(namespacesOn(said.answer), isByGateway(said.answer)).map(unreadObjectWords), answer: said };
    });
    const { answer: said, outsideTheMesh, isClientThere } = answer;
    const unread = [...unreadDocuments, ...unreadHere];
    // What cannot be read may say anything.
    const outcome = unread.length > 0 ? 'unknown' : said.outcome;
    if (isJson) {
      process.stdout.write(`${JSON.stringify({ ...'errand' in said ? jsonOf(said) : departureJson(said), outcome, outsideTheMesh: outsideTheMesh?.outcome, isClientThere, unread }, undefined, 2)}\n`);
    } else {
      process.stdout.write('errand' in said ? textOf(said, outcome) : departureText(said, outcome));
      if (!isClientThere) process.stdout.write('\nNo workload in the files is such a client: of it, only what --from says is known.\n');
      if (outsideTheMesh !== undefined) process.stdout.write(`\nThe client is taken to be in the mesh. Outside of it, this is ${outsideTheMesh.outcome}: say --unmeshed if it is not.\n`);
      if (unread.length > 0) process.stdout.write(`\nBy what is read, this is ${said.outcome}; ${unread.length === 1 ? 'a document is' : `${unread.length} documents are`} not read, and may change that.\n`);
    }
    unreadHere.forEach(line => process.stderr.write(`${line}\n`));
    return EXITS[outcome];
  },
};

function isByGateway(answer: Journey | Departure): boolean {
  return 'errand' in answer && answer.errand.gateway !== undefined;
}

/** The namespaces that a call meets. */
function namespacesOn(answer: Journey | Departure): ReadonlySet<string> {
  if (!('errand' in answer)) return new Set(answer.client.kind === 'pod' ? [answer.client.namespace] : []);
  const { errand: { client, to }, legs } = answer;
  return new Set([...client.kind === 'pod' ? [client.namespace] : [], to.namespace, ...legs.map(({ backend }) => backend.namespace)]);
}

const EXITS = { allowed: 0, denied: 1, unknown: 3 } as const;
