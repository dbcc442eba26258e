import type { ShellWord } from './model.js';

/** An option of a command line: `--name=value`, `--name value`, `-n value`, `-nvalue`; bundled short ones apart. */
export interface Option {
  /** With its dashes. */
  readonly name: string;
  readonly value?: string;
  /** The word that the option is written in. */
  readonly word: ShellWord;
  /** The value with its place. */
  readonly valueWord?: ShellWord;
}

export interface Arguments {
  readonly options: readonly Option[];
  readonly operands: readonly ShellWord[];
}

export interface OptionStyle {
  /** Options that take the next word when no value is attached: `-o`, `--output`. */
  readonly values: ReadonlySet<string>;
  /** `-long` is one option, not a bundle of short ones: go, PowerShell, find. */
  readonly singleDash?: boolean;
  /** Everything from the first operand on belongs to another program: npx. */
  readonly untilOperand?: boolean;
}

/** Sorts the arguments of a command line into options and operands. */
export function readArguments(words: readonly ShellWord[], style: OptionStyle): Arguments {
  const options: Option[] = [];
  const operands: ShellWord[] = [];
  let index = 0;
  const next = (name: string, word: ShellWord): void => {
    const valueWord = style.values.has(name) ? words[index + 1] : undefined;
    if (!valueWord) {
      options.push({ name, word });
      return;
    }
    index++;
    options.push({ name, value: valueWord.value, word, valueWord });
  };
  for (; index < words.length; index++) {
    const word = words[index];
    if (!word) break;
    const { value } = word;
    if (value === '--') {
      operands.push(...words.slice(index + 1));
      break;
    }
    if (!value.startsWith('-') || value === '-') {
      if (style.untilOperand) {
        operands.push(...words.slice(index));
        break;
      }
      operands.push(word);
      continue;
    }
    const equals = value.indexOf('=');
    if (value.startsWith('--') || style.singleDash) {
      if (equals < 0) next(value, word);
      else options.push(attached(value.slice(0, equals), word, equals + 1));
      continue;
    }
    for (let letter = 1; letter < value.length; letter++) {
      const name = `-${value[letter]}`;
      const rest = letter + 1;
      if (value[rest] === '=') {
        options.push(attached(name, word, rest + 1));
        break;
      }
      if (!style.values.has(name)) {
        options.push({ name, word });
        continue;
      }
      if (rest < value.length) options.push(attached(name, word, rest));
      else next(name, word);
      break;
    }
  }
  return { options, operands };
}

function attached(name: string, word: ShellWord, from: number): Option {
  const valueWord = tail(word, from);
  return { name, value: valueWord.value, word, valueWord };
}

/** The word from character `from` of its value on. Its range is exact where the word is written without quotes. */
export function tail(word: ShellWord, from: number): ShellWord {
  const { start, end } = word.range;
  const plain = end - start === word.value.length;
  return {
    value: word.value.slice(from),
    range: plain ? { start: start + from, end } : word.range,
    literal: word.literal,
  };
}

/** The value of the last of the options named. */
export function lastValue(options: readonly Option[], ...names: readonly string[]): ShellWord | undefined {
  let found: ShellWord | undefined;
  for (const option of options) if (option.valueWord && names.includes(option.name)) found = option.valueWord;
  return found;
}

export function hasOption(options: readonly Option[], ...names: readonly string[]): boolean {
  return options.some((it) => names.includes(it.name));
}

const MAX_BRACES = 64;

/** `a{b,c}d` as Bash expands it; the word itself when there is nothing to expand. */
export function expandBraces(value: string): readonly string[] {
  if (!value.includes('{')) return [value];
  let done = [''];
  let rest = value;
  for (;;) {
    const group = /\{([^{}$,]*(?:,[^{}$,]*)+)\}/.exec(rest);
    if (!group?.[1]) break;
    const before = rest.slice(0, group.index);
    const choices = group[1].split(',');
    if (done.length * choices.length > MAX_BRACES || before.endsWith('$')) break;
    done = done.flatMap((it) => choices.map((choice) => it + before + choice));
    rest = rest.slice(group.index + group[0].length);
  }
  return done.map((it) => it + rest);
}
