import type { ApiObject, App } from 'cdk8s';
import { Chart, YamlOutputType } from 'cdk8s';

/** Objects that cdk8s would write into one file, each over the one before. */
export interface Overwritten {
  readonly file: string;
  readonly objects: readonly ApiObject[];
}

/** An object, as it is written. */
export interface Written {
  readonly object: ApiObject;
  readonly manifest: any;
}

/**
 * Where cdk8s names a file after the kind and the name of the one object in it, which are the same for several objects: in
 * other charts, and so for other targets; in other namespaces; or of other groups of APIs.
 */
export function overwritten({ yamlOutputType, outputFileExtension }: App, written: readonly Written[]): Overwritten[] {
  const folderOf: Partial<Record<YamlOutputType, (object: ApiObject) => string>> = {
    [YamlOutputType.FILE_PER_RESOURCE]: () => '',
    [YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE]: object => `${Chart.of(object).node.path}/`,
  };
  const folder = folderOf[yamlOutputType];
  if (folder === undefined) {
    return [];
  }
  const files = new Map<string, ApiObject[]>();
  for (const { object, manifest: { kind, metadata } } of written) {
    const file = `${folder(object)}${`${kind}.${metadata?.name}`.replace(/[^0-9a-zA-Z-_.]/g, '')}${outputFileExtension}`;
    files.set(file, [...files.get(file) ?? [], object]);
  }
  return [...files].filter(([, objects]) => objects.length > 1).map(([file, objects]) => ({ file, objects }));
}

/** What writes all of them. */
export function outputTypeFor(all: readonly Overwritten[]): YamlOutputType {
  const inOneChart = all.some(({ objects }) => new Set(objects.map(object => Chart.of(object))).size < objects.length);
  return inOneChart ? YamlOutputType.FILE_PER_CHART : YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE;
}
