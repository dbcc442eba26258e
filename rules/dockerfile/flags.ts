import type { Range } from '../core/text.js';
import { type Joined, rangeIn } from './joined.js';
import type { Flag, Mount } from './model.js';
import type { FlagWord } from './words.js';

/** A `--name=value` word as a flag. */
export function readFlag(joined: Joined, word: FlagWord): Flag {
  const range = rangeIn(joined, word.start, word.end);
  const equals = word.value.indexOf('=');
  if (equals < 0) return { name: word.value.slice(2), range };
  const written = joined.text.indexOf('=', word.start) + 1;
  const start = written > word.start && written <= word.end ? written : word.start;
  // An empty value stands where the flag ends, not behind the continuation that may follow.
  const valueRange = start < word.end ? rangeIn(joined, start, word.end) : { start: range.end, end: range.end };
  return {
    name: word.value.slice(2, equals),
    value: { value: word.value.slice(equals + 1), range: valueRange },
    range,
  };
}

/** The mounts that RUN's flags ask for. */
export function mountsOf(file: string, flags: readonly Flag[]): readonly Mount[] {
  return flags.flatMap((flag) => (flag.name === 'mount' && flag.value ? [readMount(file, flag)] : []));
}

function readMount(file: string, flag: Flag): Mount {
  const value = flag.value?.value ?? '';
  const whole = flag.value?.range ?? flag.range;
  // Offsets in the value are those of the file unless quotes, escapes or a continuation stand in it.
  const exact = file.slice(whole.start, whole.end) === value;
  const options = fieldsOf(value).map(({ text, start, end }) => {
    const equals = text.indexOf('=');
    const range: Range = exact ? { start: whole.start + start, end: whole.start + end } : whole;
    if (equals < 0) return { name: text.toLowerCase(), range };
    return { name: text.slice(0, equals).toLowerCase(), value: text.slice(equals + 1), range };
  });
  const type = options.find((it) => it.name === 'type' && it.value !== undefined)?.value;
  return { type: type?.toLowerCase() ?? 'bind', options, range: flag.range };
}

/** The fields of a comma-separated record; a field in double quotes may hold commas. */
function fieldsOf(record: string): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  const fields: { text: string; start: number; end: number }[] = [];
  for (let start = 0; start <= record.length; ) {
    const quoted = record[start] === '"' ? closingQuote(record, start) : undefined;
    const comma = record.indexOf(',', quoted ?? start);
    const end = comma < 0 ? record.length : comma;
    const text = record.slice(start, end);
    fields.push({ text: quoted === undefined ? text : text.slice(1, -1).replaceAll('""', '"'), start, end });
    start = end + 1;
  }
  return fields;
}

function closingQuote(record: string, open: number): number | undefined {
  for (let offset = open + 1; offset < record.length; offset++) {
    if (record[offset] !== '"') continue;
    if (record[offset + 1] !== '"')
      return record[offset + 1] === ',' || offset + 1 === record.length ? offset + 1 : undefined;
    offset++;
  }
  return undefined;
}
