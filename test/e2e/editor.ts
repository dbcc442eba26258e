import { rmSync } from 'node:fs';
import path from 'node:path';
import { packageExtension } from '../../scripts/package.js';
import { ROOT } from '../../scripts/run-tool.js';
import { startServer } from './session.js';

/** `npm run editor`: the packed extension in a VS Code that runs in the browser, on a copy of the examples. */

const { file } = await packageExtension();
const server = await startServer({ workspace: path.join(ROOT, 'examples'), vsix: file });
console.log(`\nVS Code with Seaworthy: http://${server.origin}/?folder=${encodeURIComponent(server.workspace)}`);
console.log('It works on a copy of examples/. Ctrl-C ends it.');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void server.stop().then(() => {
      rmSync(server.folder, { recursive: true, force: true, maxRetries: 3 });
      process.exit(0);
    });
  });
}
