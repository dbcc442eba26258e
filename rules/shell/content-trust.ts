import type { Range } from '../core/text.js';
import type { ShellCommand, ShellWord } from './model.js';

/** A place where a program is told not to ask who signed an image. */
export interface SkippedSignature {
  /** `trust`: Docker's own check, which is off anyhow where nothing asks for it. `verify`: a check that the command is there for. */
  readonly kind: 'trust' | 'verify';
  /** As written: `--disable-content-trust`, `DOCKER_CONTENT_TRUST=0`. */
  readonly written: string;
  readonly range: Range;
  /** The command is still whole without it. */
  readonly removable: boolean;
  /** A key of one's own is checked in any case. */
  readonly hasKey: boolean;
}

/** Most texts hold none of it, and reading them as commands costs more. */
export function mayTrustAnything(text: string): boolean {
  return /content[-_]trust|insecure-ignore|check-claims|-regexp|trustpolicy/i.test(text);
}

/** Whether a value of DOCKER_CONTENT_TRUST means no: what Docker reads as false (https://pkg.go.dev/strconv#ParseBool). */
export function switchesTrustOff(name: string, value: string): boolean {
  return name === 'DOCKER_CONTENT_TRUST' && /^(?:0|f|F|false|FALSE|False)$/.test(value);
}

/** What a command does to the signatures of images. */
export function skippedSignatures({ name, words, assignments }: ShellCommand): readonly SkippedSignature[] {
  const assigned = assignments.flatMap(({ name: variable, value }) =>
    value && switchesTrustOff(variable.value, value.value)
      ? [
          trust(
            `DOCKER_CONTENT_TRUST=${value.value}`,
            { start: variable.range.start, end: value.range.end },
            name !== '',
          ),
        ]
      : [],
  );
  if (EXPORTS.has(name))
    return words.flatMap((word) => {
      const [, variable = '', value = ''] = /^(\w+)=(.*)$/.exec(word.value) ?? [];
      return switchesTrustOff(variable, value) ? [trust(word.value, word.range, words.length > 2)] : [];
    });
  if (name === 'docker')
    return [
      ...assigned,
      ...words.flatMap((it) =>
        /^--disable-content-trust(?:=(?:1|t|true))?$/i.test(it.value) ? [trust(it.value, it.range, true)] : [],
      ),
    ];
  return name === 'cosign' ? [...assigned, ...cosign(words)] : assigned;
}

const EXPORTS = new Set(['export', 'declare', 'typeset', 'set', 'setx']);

function trust(written: string, range: Range, removable: boolean): SkippedSignature {
  return { kind: 'trust', written, range, removable, hasKey: false };
}

/** https://docs.sigstore.dev/cosign/verifying/verify/ */
function cosign(words: readonly ShellWord[]): readonly SkippedSignature[] {
  if (!words.slice(1, 4).some((it) => /^verify(?:-|$)/.test(it.value))) return [];
  const hasKey = words.some((it) => /^--key(?:=|$)/.test(it.value));
  return words.flatMap((word, index): readonly SkippedSignature[] => {
    const next = words[index + 1];
    const isAnybody = /^--certificate-(?:identity|oidc-issuer)-regexp(?:=|$)/.test(word.value);
    if (isAnybody) {
      const [, option = '', attached] = /^([\w-]+)(?:=(.*))?$/.exec(word.value) ?? [];
      const pattern = attached ?? next?.value ?? '';
      if (!/^\^?\.[*+]\$?$/.test(pattern)) return [];
      const end = attached === undefined && next ? next.range.end : word.range.end;
      const range = { start: word.range.start, end };
      return [{ kind: 'verify', written: `${option} ${pattern}`, range, removable: false, hasKey: false }];
    }
    return /^--(?:insecure-ignore-(?:tlog|sct)(?:=(?:true|1|t))?|check-claims=(?:false|0|f))$/i.test(word.value)
      ? [{ kind: 'verify', written: word.value, range: word.range, removable: true, hasKey }]
      : [];
  });
}

/** The level in a trust policy of Notation that accepts unsigned images, as an offset in the text and what is there. */
export function weakPolicy(path: string, source: string): { readonly start: number; readonly end: number } | undefined {
  if (!/trustpolicy[\w.]*\.json$/i.test(path)) return undefined;
  const found = /"level"[ \t\r\n]{0,40}:[ \t\r\n]{0,40}"(skip|audit)"/.exec(source);
  return found ? { start: found.index, end: found.index + found[0].length } : undefined;
}
