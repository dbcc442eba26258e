import type { Project } from '../core/project.js';
import type { PipelineDocument } from './model.js';

type Answer<V> = (document: PipelineDocument, project: Project, folder: string) => V;

/**
 * The same function of a pipeline and the scripts that it calls, which computes its answer once as long as those are the same.
 * Every file of a repository may ask about every pipeline. `folder`: where scripts are called from.
 */
export function rememberedReading<V>(compute: Answer<V>): Answer<V> {
  const answers = new WeakMap<
    PipelineDocument,
    { readonly folder: string; readonly texts: ReadonlyMap<string, string | undefined>; readonly value: V }
  >();
  return (document, project, folder) => {
    const known = answers.get(document);
    // Asking again makes the judged file depend on the scripts, too.
    if (known?.folder === folder && [...known.texts].every(([path, text]) => project.read(path) === text))
      return known.value;
    const texts = new Map<string, string | undefined>();
    const read: Project['read'] = (path) => {
      const text = project.read(path);
      texts.set(path, text);
      return text;
    };
    const value = compute(document, { ...project, read }, folder);
    answers.set(document, { folder, texts, value });
    return value;
  };
}
