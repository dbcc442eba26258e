import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server.js';

/** Over whatever the command line names: `--stdio`, `--node-ipc`, `--pipe=NAME` or `--socket=PORT`. */
const connection = createConnection(ProposedFeatures.all);
// A client that refuses one of our requests must not end the server.
process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
serve(connection);
