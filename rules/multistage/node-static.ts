import type { RunInstruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { versionsOf } from '../images/tags.js';
import { hasContext, readAt } from './context.js';
import { interpretation } from './interpreted.js';
import { isRefusal, type Plan, type Refusal } from './plan.js';
import { basename, joinPath, type Reading, shownCommand } from './reading.js';
import { isStarting } from './start.js';

/** A server of files that are all there is to a front end. */
export interface StaticServer {
  /** Absolute. */
  readonly folder: string;
  readonly port: number;
  /** Every path that is no file gets the first page. */
  readonly singlePage: boolean;
}

/** The front end that a server from npm hands out; undefined where something else is started. */
export function staticServer(reading: Reading): StaticServer | undefined {
  const { start } = reading;
  if (!start) return undefined;
  const folder = reading.folderAt(undefined);
  const direct = serverIn(start.words, folder);
  if (direct || !/^(?:npm|yarn)$/.test(start.command.name) || !hasContext(reading)) return direct;
  const name = start.words.slice(1).find((it) => !it.startsWith('-') && it !== 'run') ?? '';
  const script = new RegExp(`"${name.replace(/[^\w:-]/g, '')}"\\s*:\\s*"([^"\\\\]*)"`).exec(
    readAt(reading, `${folder ?? ''}/package.json`) ?? '',
  )?.[1];
  return script === undefined ? undefined : serverIn(script.split(/\s+/), folder);
}

/** `serve -s build -l 3000`, `npx http-server dist -p 8080` */
function serverIn(words: readonly string[], folder: string | undefined): StaticServer | undefined {
  const at = words.findIndex((it) => it === 'serve' || it === 'http-server');
  if (at < 0 || at > 2 || (at > 0 && !/^(?:npx|yarn|-y|--yes|bunx)$/.test(words[at - 1] ?? ''))) return undefined;
  const isServe = words[at] === 'serve';
  const rest = words.slice(at + 1);
  let port = isServe ? 3000 : 8080;
  let target: string | undefined;
  let singlePage = false;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    if (/^(?:-l|--listen|-p|--port)$/.test(word)) port = Number(/(\d+)$/.exec(rest[++index] ?? '')?.[1] ?? Number.NaN);
    else if (/^(?:--listen|--port|-l|-p)=?\d+$/.test(word)) port = Number(/(\d+)$/.exec(word)?.[1]);
    else if (word === '-s' || word === '--single') singlePage = isServe;
    else if (word.startsWith('-')) {
      if (!/^(?:-n|--no-clipboard|-L|--no-request-logging|-d-?|--silent|--no-port-switching|-c-1)$/.test(word))
        return undefined;
    } else if (target === undefined) target = word;
    else return undefined;
  }
  const path = target === undefined ? undefined : joinPath(folder, target);
  return path === undefined || path === '/' || !Number.isInteger(port) || port < 1024
    ? undefined
    : { folder: path, port, singlePage };
}

/** The newest nginx that runs without root: https://hub.docker.com/r/nginxinc/nginx-unprivileged has the tags of nginx. */
function nginxTag(): string {
  return `${
    versionsOf('nginx')
      .find((it) => it.aliases.includes('stable'))
      ?.heads.find((it) => /^\d+\.\d+$/.test(it)) ?? '1.30'
  }-alpine`;
}

/** `npm install -g serve` */
function onlyBrings({ script }: RunInstruction): boolean {
  return (
    script.commands.length > 0 &&
    script.commands.every(
      ({ words }) =>
        words.some((it) => it.value === '-g' || it.value === 'global') &&
        words.some((it) => /^(?:serve|http-server)(?:@|$)/.test(it.value)),
    )
  );
}

export function nodeStatic(reading: Reading, { folder, port, singlePage }: StaticServer): Plan | Refusal {
  const own = reading.folderAt(undefined);
  const folders = [own ?? folder, folder];
  const steps = interpretation(reading, {
    folders,
    isOwn: ({ command }) =>
      /^(?:npm|yarn|pnpm|npx|ng|vite|vue-cli-service|react-scripts|tsc|webpack|gatsby)$/.test(command.name),
  });
  if (isRefusal(steps)) return steps;
  const build = reading.work.findLast((it) => it.words.some((word) => word.startsWith('build')));
  if (!build) {
    const { command } = reading.start ?? {};
    const range = command?.range ?? reading.stage.from.range;
    return {
      refused: 'result',
      data: { command: command ? shownCommand(command) : 'npm', hint: '`RUN npm run build`' },
      range,
    };
  }
  const root = '/usr/share/nginx/html';
  const location = singlePage ? 'try_files $uri $uri/ /index.html;' : 'try_files $uri $uri/ $uri.html =404;';
  const { instructions } = reading.stage;
  // Settings of nginx in the file itself: the port stays what it was.
  const settings = [
    `COPY <<'EOF' /etc/nginx/conf.d/default.conf`,
    'server {',
    `    listen ${port};`,
    `    root ${root};`,
    `    location / { ${location} }`,
    '}',
    'EOF',
  ];
  return {
    base: { image: `nginxinc/nginx-unprivileged:${nginxTag()}`, shell: true, unprivileged: true },
    artefacts: [{ from: folder, to: root, folder: true }],
    last: steps.last,
    dropped: [
      ...steps.moved,
      ...instructionsOf(instructions, 'RUN').filter((run) => onlyBrings(run)),
      ...instructions.filter(
        (it) =>
          it.keyword === 'USER' ||
          (it.keyword === 'WORKDIR' && it.range.start > steps.last.range.end) ||
          (isStarting(it) && it.keyword !== 'HEALTHCHECK'),
      ),
    ],
    added: settings,
    workdir: false,
    buildVariables: /./,
    ships: basename(folder),
  };
}
