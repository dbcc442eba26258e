import type { Edit } from '../core/edit.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';

/** A word of a git command that is an address with a login, as it is written. */
export interface AddressWithLogin {
  readonly word: ShellWord;
  readonly scheme: string;
  readonly login: string;
  readonly host: string;
  readonly path: string;
}

/** The address with a login that `git clone` and the like are given; undefined where there is none or it is quoted oddly. */
export function gitAddress({ text }: DockerfileDocument, { name, words }: ShellCommand): AddressWithLogin | undefined {
  if (name !== 'git' || !words.slice(1, 6).some((it) => /^(?:clone|fetch|pull|ls-remote)$/.test(it.value)))
    return undefined;
  for (const word of words) {
    const written = text.slice(word.range.start, word.range.end).replace(/^"(.*)"$/, '$1');
    const match = /^(https?):\/\/([^\s@'"\\/]{1,300})@([\w.:-]{1,200})(\/[^\s'"\\]{0,500})$/.exec(written);
    const [, scheme, login, host, path] = match ?? [];
    if (scheme !== undefined && login !== undefined && host !== undefined && path !== undefined)
      return { word, scheme, login, host, path };
  }
  return undefined;
}

/** Gives git the login for this command alone: what stands in the address stays in the clone. */
export function loginApart(
  { words }: ShellCommand,
  { word, scheme, host, path }: AddressWithLogin,
  login: string,
): readonly Edit[] {
  const [git] = words;
  if (!git) return [];
  const { end } = git.range;
  const setting = ` -c url."${scheme}://${login}@${host}/".insteadOf=${scheme}://${host}/`;
  return [
    { range: { start: end, end }, text: setting },
    { range: word.range, text: `${scheme}://${host}${path}` },
  ];
}
