import { Arguments, COMMON, Misuse, oneOf } from './options';
import { SMI_MESHES, type SmiMesh } from '../dialects/smi/read/meshes';
import { messageOf } from '../errors/message-of';
import { MeshService } from '../index';
import type { MigrateOptions } from '../migrate/migrate';
import type { StatedPort } from '../migrate/plan';
import type { MoveOptions } from '../migrate/policies/move';
import { type OldMesh, OLD_MESHES } from '../migrate/policies/old-meshes';
import { run } from '../migrate/program';
import { FORMS, type Form } from '../migrate/report';
import { TARGET_NAMES, TARGETS, type TargetSettings } from '../migrate/targets';

/** The command line of `cdk8s-mesh migrate`, read. */
export interface MigrateFlags {
  /** Absent where the files are to tell. */
  readonly from?: SmiMesh | OldMesh;
  readonly options: Omit<MigrateOptions, 'from'> & Omit<MoveOptions, 'from'>;
  /** Those of the options given that only SMI has, and those that only policies of meshes have. */
  readonly only: { readonly smi: readonly string[]; readonly policies: readonly string[] };
  readonly files: readonly string[];
  /** The words that decide what the manifests mean and become, in a steady order. */
  readonly meaning: readonly string[];
  /** Where to write; `-` is the standard output. */
  readonly manifests?: string;
  readonly program?: string;
  readonly report?: string;
  readonly form: Form;
  readonly isStrict: boolean;
  readonly isPartial: boolean;
  /** How many requests are compared for each target, if any are. */
  readonly proved?: number;
}

const OPTIONS = {
  ...COMMON,
  'from': {},
  'to': { isList: true },
  'namespace': {},
  'port': { isList: true },
  'pods': { isList: true },
  'enforced': {},
  'unsaid': {},
  'gateway-class': {},
  'mesh-namespaces': { isList: true },
  'trust-domain': {},
  'consul-namespaces': {},
  'consul-default': {},
  'waypoint': {},
  'channel': {},
  'manifests': {},
  'program': {},
  'report': {},
  'output': {},
  'strict': { isSwitch: true },
  'partial': { isSwitch: true },
  'prove': { isSwitch: true },
  'requests': {},
} as const;

const MEANING = [
  'from',
  'to',
  'namespace',
  'port',
  'pods',
  'enforced',
  'unsaid',
  'gateway-class',
  'mesh-namespaces',
  'trust-domain',
  'consul-namespaces',
  'consul-default',
  'waypoint',
  'channel',
] as const satisfies readonly (keyof typeof OPTIONS)[];

type Given = Arguments<keyof typeof OPTIONS>;

/** The flags of the settings of targets. */
const SETTINGS: { readonly [Setting in keyof TargetSettings]-?: keyof typeof OPTIONS } = {
  trustDomain: 'trust-domain',
  consulNamespaces: 'consul-namespaces',
  consulDefault: 'consul-default',
  waypoint: 'waypoint',
  channel: 'channel',
};

const PROTOCOLS = ['HTTP', 'GRPC', 'TCP', 'TLS', 'UDP'] as const;

export function migrateFlags(args: readonly string[]): MigrateFlags {
  const given: Given = new Arguments(args, OPTIONS);
  const from = given.word('from', FROM);
  const targets = [...new Set(given.texts('to').map(text => oneOf('--to', text, TARGET_NAMES)))];
  if (targets.length === 0) throw new Misuse(`'--to' is missing. It is one of ${TARGET_NAMES.join(', ')}`);
  if (given.operands.length === 0) throw new Misuse('there is no file to migrate; - is the standard input');
  const enforced = given.word('enforced', ['yes', 'no']);
  const namespaces = given.texts('mesh-namespaces').flatMap(text => text.split(','));
  [...namespaces, ...given.texts('namespace')].forEach(checkNamespace);
  const unsaid = given.word('unsaid', ['allow', 'deny']);
  const gatewayClass = given.text('gateway-class');
  const options: MigrateFlags['options'] = {
    targets,
    namespace: given.text('namespace'),
    isEnforced: enforced === undefined ? undefined : enforced === 'yes',
    ports: portsOf(given.texts('port')),
    pods: podsOf(given.texts('pods')),
    meshNamespaces: namespaces.length === 0 ? undefined : namespaces,
    ...unsaid !== undefined && { unsaid: `${unsaid === 'allow' ? 'allowed' : 'denied'}` as const },
    ...gatewayClass !== undefined && { gatewayClass },
    ...settingsOf(given),
  };
  checkSettings(options);
  if (given.has('requests') && !given.has('prove')) throw new Misuse("'--requests' is how many '--prove' compares, which is not given");
  const to = { program: given.text('program'), report: given.text('report') };
  const manifests = given.text('manifests') ?? (to.program === undefined ? '-' : undefined);
  const written = [manifests, to.program, to.report].filter(file => file !== undefined);
  if (new Set(written).size < written.length) throw new Misuse('\'--manifests\', \'--program\' and \'--report\' are written to different places');
  const said = (names: readonly (keyof typeof OPTIONS)[]) => names.filter(name => given.has(name)).map(name => `--${name}`);
  return {
    ...from !== undefined && { from },
    options,
    only: { smi: said(['port', 'pods', 'enforced', 'mesh-namespaces', 'prove', 'requests']), policies: said(['unsaid', 'gateway-class']) },
    files: given.operands,
    meaning: MEANING.flatMap(name => (name === 'to' ? targets : [...given.texts(name)].sort()).flatMap(text => [`--${name}`, text])),
    manifests,
    ...to,
    form: given.word('output', Object.keys(FORMS) as Form[]) ?? 'text',
    isStrict: given.has('strict'),
    isPartial: given.has('partial'),
    ...given.has('prove') && { proved: requestsOf(given.text('requests')) },
  };
}

/** Whose manifests are migrated. */
const FROM = [...new Set([...SMI_MESHES, ...Object.keys(OLD_MESHES) as OldMesh[]])];

const REQUESTS = '10000';

function requestsOf(text = REQUESTS): number {
  if (!/^[1-9][0-9]{0,7}$/.test(text)) throw new Misuse(`'--requests ${text}' is no number of requests`);
  return Number(text);
}

function checkNamespace(namespace: string): void {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) throw new Misuse(`'${namespace}' is not the name of a namespace`);
}

const CONSUL_NAMESPACES = { mirrored: 'MIRRORED', single: 'SINGLE' } as const;
const CHANNELS = { standard: 'STANDARD', experimental: 'EXPERIMENTAL' } as const;

function settingsOf(given: Given): TargetSettings {
  const consul = given.word('consul-namespaces', ['mirrored', 'single']);
  const channel = given.word('channel', ['standard', 'experimental']);
  return {
    trustDomain: given.text('trust-domain'),
    consulNamespaces: consul && CONSUL_NAMESPACES[consul],
    consulDefault: given.word('consul-default', ['allow', 'deny']),
    waypoint: given.text('waypoint'),
    channel: channel && CHANNELS[channel],
  };
}

const EXAMPLES: { readonly [Setting in keyof TargetSettings]?: string } = {
  trustDomain: "'--trust-domain', that of its MeshIdentity, such as default.zone-1.mesh.local",
  consulNamespaces: "'--consul-namespaces', mirrored or single: what the namespaces of Kubernetes are in Consul",
};

/** A setting that none of the targets takes would be passed over, and one that is missing would be a guess. */
function checkSettings(options: MigrateFlags['options']): void {
  const kinds = options.targets.map(name => [name, TARGETS[name]] as const);
  for (const setting of Object.keys(SETTINGS) as (keyof TargetSettings)[]) {
    if (options[setting] !== undefined && !kinds.some(([, { takes }]) => takes.includes(setting))) {
      const takers = TARGET_NAMES.filter(name => TARGETS[name].takes.includes(setting));
      throw new Misuse(`'--${SETTINGS[setting]}' is for ${takers.join(', ')}, and none of these is among the targets`);
    }
  }
  for (const [name, { needs }] of kinds) {
    if (needs !== undefined && options[needs] === undefined) throw new Misuse(`'--to ${name}' needs ${EXAMPLES[needs]}`);
  }
  for (const [name, { of }] of kinds) tried(`--to ${name}`, () => run({ comments: [], charts: [], targets: [of(options)] }));
}

/** Tries a value, so that what the library throws is said of the option. */
function tried(option: string, make: () => unknown): void {
  try {
    make();
  } catch (error) {
    throw new Misuse(`'${option}': ${messageOf(error).replace(/^\[[^\]]*\] MESH\d+: /, '').replace(/ See https:\S+$/, '')}`);
  }
}

/** `cart=8080/GRPC`, by the Service; several of one Service are all its ports. */
function portsOf(texts: readonly string[]): ReadonlyMap<string, readonly StatedPort[]> {
  const ports = new Map<string, StatedPort[]>();
  for (const text of texts) {
    const [, service, number, protocol] = /^([^=]+)=([0-9]{1,5})(?:\/(\w+))?$/.exec(text) ?? [];
    if (service === undefined) throw new Misuse(`'--port ${text}' is not like cart=8080, shop/cart=8080/GRPC, or *=80`);
    const port = Number(number);
    if (port < 1 || port > 65535) throw new Misuse(`'--port ${text}': there is no port ${port}`);
    const word = protocol === undefined ? undefined : oneOf(`--port ${text}`, protocol.toUpperCase(), PROTOCOLS);
    ports.set(service, [...ports.get(service) ?? [], { port, ...word !== undefined && { protocol: word } }]);
  }
  return ports;
}

/** `cart=app=cart,tier=web`, by the ServiceAccount. */
function podsOf(texts: readonly string[]): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const pods = new Map<string, Readonly<Record<string, string>>>();
  for (const text of texts) {
    const [, account, pairs] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const labels = pairs?.split(',').map(pair => pair.split('='));
    if (labels === undefined || labels.some(pair => pair.length !== 2)) throw new Misuse(`'--pods ${text}' is not like cart=app=cart,tier=web`);
    if (pods.has(account)) throw new Misuse(`the pods of '${account}' are given twice`);
    const podSelector = Object.fromEntries(labels.map(([label, value]) => [label, value]));
    tried(`--pods ${text}`, () => MeshService.of('a', { port: 80, podSelector }));
    pods.set(account, podSelector);
  }
  return pods;
}
