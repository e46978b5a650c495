type Words = Readonly<Record<string, string>>;

/** What stands at an object, and at its namespace. */
export interface Marks {
  readonly labels: Words;
  readonly annotations: Words;
  readonly namespaceLabels: Words;
  readonly namespaceAnnotations: Words;
}

const PLACES: Readonly<Record<keyof Marks, string>> = {
  labels: 'the label', annotations: 'the annotation', namespaceLabels: 'the label of the namespace', namespaceAnnotations: 'the annotation of the namespace',
};

export interface Mark {
  readonly value: string;
  /** In words. */
  readonly by: string;
}

/** What one of these places says, the first that says anything. */
export function mark(marks: Marks, key: string, ...places: readonly (keyof Marks)[]): Mark | undefined {
  const place = places.find(one => Object.hasOwn(marks[one], key));
  if (place === undefined) return undefined;
  const value = String(marks[place][key]).trim();
  return { value, by: `${PLACES[place]} '${key}: ${value}'` };
}

/** What Go takes for a boolean (`strconv.ParseBool`). */
export const isTrue = (value: string) => ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
export const isFalse = (value: string) => ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value);
