import type { Analysis } from '../rules/core/analyze.js';
import { createRegistry } from '../workspace/registry.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';

/** Images of one run: a file that names thousands must not keep it busy for hours. */
const MAX_IMAGES = 500;

/** What registries said in this run. */
export interface Digests {
  readonly known: ReadonlyMap<string, string>;
  /** Asks for what the findings lack, each image once. False: there was nothing left to ask for. */
  readonly ask: (analysis: Analysis) => Promise<boolean>;
}

/** @param complain about an image, or about the option itself. */
export function createDigests({ io, say }: Session, complain: (subject: string, message: string) => void): Digests {
  const registry = createRegistry({ signal: io.signal });
  const known = new Map<string, string>();
  const asked = new Set<string>();
  let isFull = false;

  return {
    known,
    ask: async ({ findings }) => {
      const lacking = new Set(findings.flatMap((it) => it.digestOf ?? []));
      const images = [...lacking].filter((it) => !asked.has(it));
      const room = MAX_IMAGES - asked.size;
      if (images.length > room && !isFull) {
        isFull = true;
        complain('--ask-registry', say(TEXTS.tooManyImages, { limit: String(MAX_IMAGES) }));
      }
      const answers = await Promise.all(
        images.slice(0, room).map(async (image) => {
          asked.add(image);
          return { image, answer: await registry.digestOf(image) };
        }),
      );
      for (const { image, answer } of answers) {
        if ('digest' in answer) known.set(image, answer.digest);
        else if (!io.signal.aborted) complain(image, say(answer.problem.template, answer.problem.data));
      }
      return answers.length > 0;
    },
  };
}
