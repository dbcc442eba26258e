/** The variables whose values a value of ENV holds: not those that it only asks about, as `${TOKEN:+yes}` does. */
export function storedVariables(value: string): readonly string[] {
  return [...value.matchAll(/\$(\{?)([A-Za-z_]\w*)(:?\+)?/g)].flatMap(([, brace, name = '', plus]) =>
    brace === '{' && plus !== undefined ? [] : [name],
  );
}
