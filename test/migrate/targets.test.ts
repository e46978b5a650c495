import { MeshTargets } from '../../src';
import { print, run } from '../../src/migrate/program';
import { type TargetName, TARGET_NAMES, TARGETS, type TargetSettings } from '../../src/migrate/targets';

const ALL: Required<TargetSettings> = {
  trustDomain: 'example.org', consulNamespaces: 'SINGLE', consulDefault: 'deny', waypoint: 'gate', channel: 'EXPERIMENTAL',
};
const WORDS: Readonly<Record<keyof TargetSettings, string>> = {
  trustDomain: "trustDomain: 'example.org'",
  consulNamespaces: 'ConsulNamespaces.SINGLE',
  consulDefault: 'deniesByDefault: true',
  waypoint: "waypoint: 'gate'",
  channel: 'GatewayApiChannel.EXPERIMENTAL',
};
const SETTINGS = Object.keys(ALL) as (keyof TargetSettings)[];

const programOf = (name: TargetName, settings: TargetSettings) => ({ comments: [], charts: [], targets: [TARGETS[name].of(settings)] });

test.each(TARGET_NAMES)('%s goes by its name, and takes what it says that it takes', name => {
  const { takes, needs } = TARGETS[name];
  const program = programOf(name, ALL);
  const code = /\.add\([^;]*;/.exec(print(program))![0];

  expect(MeshTargets.of(run(program)).targets.map(({ id }) => id)).toEqual([name]);
  expect(SETTINGS.filter(setting => code.includes(WORDS[setting]))).toEqual(SETTINGS.filter(setting => takes.includes(setting)));
  const least = needs === undefined ? {} : { [needs]: ALL[needs] };
  expect(MeshTargets.of(run(programOf(name, least))).targets.map(({ id }) => id)).toEqual([name]);
});
