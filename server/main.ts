import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './server.js';

/** Over whatever the command line names: `--stdio`, `--node-ipc`, `--pipe=NAME` or `--socket=PORT`. */
serve(createConnection(ProposedFeatures.all));
