import { isMainThread, parentPort } from 'node:worker_threads';
import { createConnection, PortMessageReader, PortMessageWriter, ProposedFeatures } from 'vscode-languageserver/node';
import { serveIndex } from './index-server.js';
import { serve } from './server.js';

/**
 * Over whatever the command line names: `--stdio`, `--node-ipc`, `--pipe=NAME` or `--socket=PORT`. The same file runs as
 * a thread of that process and judges the workspace there.
 */
const connection =
  isMainThread || !parentPort
    ? createConnection(ProposedFeatures.all)
    : createConnection(ProposedFeatures.all, new PortMessageReader(parentPort), new PortMessageWriter(parentPort));
// A client that refuses one of our requests must not end the server.
process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
if (isMainThread) serve(connection, import.meta.filename);
else serveIndex(connection);
