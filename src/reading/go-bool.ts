const SAID: ReadonlyMap<string | undefined, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map(text => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map(text => [text, false] as const),
]);

/** What Go takes a text for (`strconv.ParseBool`); undefined where it is none of these. */
export function goBool(text: string | undefined): boolean | undefined {
  return SAID.get(text);
}
