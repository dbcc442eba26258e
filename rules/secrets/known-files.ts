import type { CheckContext } from '../core/rule.js';
import type { CopyInstruction, DockerfileDocument } from '../dockerfile/model.js';
import { expandAt } from '../dockerfile/queries.js';
import { joinPath } from '../project/build-links.js';
import { cleanSource, contextsOf } from '../project/context.js';
import { secretFileThere } from './file-secrets.js';

/** Whether the file that COPY takes is there to be read, and holds no credential. */
export function isKnownHarmless(
  document: DockerfileDocument,
  { project, config }: CheckContext,
  copy: CopyInstruction,
  source: string,
): boolean {
  const { value, known } = expandAt(document, source, copy.range.start);
  if (!known || copy.from) return false;
  return contextsOf(document, project, config).some(({ folder }) => {
    const path = joinPath(folder, cleanSource(value));
    const text = project.read(path);
    return text !== undefined && text.trim() !== '' && secretFileThere(path, () => text) === undefined;
  });
}
