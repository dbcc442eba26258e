import type { Edit } from '../../core/edit.js';
import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, Stage } from '../../dockerfile/model.js';
import { ownCommand, ownEntrypoint } from '../../dockerfile/privilege.js';
import { chainOf, instructionsOf, shippedStage } from '../../dockerfile/queries.js';
import { officialName } from '../../images/official.js';
import type { ShellCommand, ShellScript } from '../../shell/model.js';
import { lastingCommands, outputRedirects } from '../../shell/started.js';

export default defineRule({
  id: 'logs-in-container',
  severity: 'info',
  summary: 'A program must write its log to the standard output.',
  why: `
    A log in a file of the container stays there: no log driver and no collector sees it, nobody is warned, and it is gone with
    the container. Whoever breaks in can delete it too, what is written to the standard output is out of reach at once. And the
    file grows until the disk is full.

    \`tail -f\` beside the program hides it only: lines get lost, and the container lives on when the program has died. Let the
    program write to /dev/stdout, or make the file a link to it, as the image of nginx does.
  `,
  fixSafety: `
    Other programs may read the file. A program that writes to the standard output and to the file would now write both to one
    place.
  `,
  references: [
    'https://docs.docker.com/engine/logging/',
    'https://12factor.net/logs',
    'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html',
  ],
  standards: { cis: ['2.13'], nist: ['4.4.4'], cwe: ['CWE-778'] },
  equivalents: {},
  messages: {
    redirected: 'The log goes to {path} in the container, so nothing collects it. Write to the standard output.',
    option: 'The log goes to {path} in the container, so nothing collects it. Name /dev/stdout instead.',
    tail: 'tail shows a log that is kept in {path} in the container. Let the program write to the standard output.',
    volume: 'The volume {path} keeps logs that no log driver collects. Let the program write to the standard output.',
  },
  titles: { output: 'Write to the standard output' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || stage.windows) return [];
      let linked: readonly string[] | undefined;
      const isKept = (path: string): boolean => {
        linked ??= linkedPaths(stage);
        return !linked.some((it) => covers(path, it) || covers(it, path));
      };
      const scripts = [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => (it ? [it.script] : []));
      const written = scripts.flatMap((it) => writtenLogs(document, it, isKept));
      // A tail of the same file is part of the same mistake.
      const tails = written.length > 0 ? [] : scripts.flatMap((it) => shownLogs(it, isKept));
      return [...written, ...tails, ...volumes(stage, isKept)];
    },
  },

  examples: [
    {
      title: 'The output goes to a file',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY . /srv
        CMD mkdir -p /var/log/shop && python /srv/main.py «>> /var/log/shop/main.log» 2>&1
      `,
      expect: ['redirected'],
      fixed: `
        FROM python:3.13-slim
        COPY . /srv
        CMD mkdir -p /var/log/shop && python /srv/main.py
      `,
    },
    {
      title: 'A file named by an option',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY . /srv
        CMD ["gunicorn", "--access-logfile", «"/var/log/access.log"», «"--error-logfile=/srv/error.log"», "app:app"]
      `,
      expect: ['option', 'option'],
      fixed: null,
    },
    {
      title: 'tail beside a program in the background',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y cron
        CMD cron && tail -f «/var/log/cron.log»
      `,
      expect: ['tail'],
      fixed: null,
    },
    {
      title: 'In the background, with the file shown: one finding',
      in: 'dockerfile',
      bad: `
        FROM tomcat:11.0-jdk21
        ENTRYPOINT ["bash", "-c", "catalina.sh run «&> logs/catalina.out» & tail -F logs/catalina.out"]
      `,
      expect: ['redirected'],
      fixed: null,
    },
    {
      title: 'A volume for logs',
      in: 'dockerfile',
      bad: `
        FROM eclipse-temurin:21.0.4_7-jre
        VOLUME ["/data", «"/var/log/shop"»]
        VOLUME /data «/srv/logs/»
      `,
      expect: ['volume', 'volume'],
      fixed: null,
    },
    {
      title: 'Files that are links to the standard output',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN ln -sf /dev/stdout /var/log/shop/access.log && ln -sf /proc/1/fd/2 /var/log/shop/error.log
        VOLUME /var/log/shop
        CMD shop --log-file=/var/log/shop/access.log 2> /var/log/shop/error.log
      `,
    },
    {
      title: 'The links that the image of nginx has',
      in: 'dockerfile',
      good: `
        FROM nginx:1.29-alpine
        VOLUME /var/log/nginx
        CMD nginx && tail -f /var/log/nginx/access.log
      `,
    },
    {
      title: 'The standard output, and both places at once',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim
        ENTRYPOINT ["gunicorn", "--access-logfile", "-", "--error-logfile=/dev/stderr", "app:app"]
        CMD shop 2>&1 | tee -a /var/log/shop.log
      `,
    },
    {
      title: 'What is no log: a configuration, a result, an idle container',
      in: 'dockerfile',
      good: `
        FROM debian:13
        VOLUME /datalog /var/lib/shop/catalog
        ENTRYPOINT envsubst < /etc/shop.tmpl > /etc/shop.conf && report > /out/report.json
        CMD tail -f /dev/null
      `,
    },
    {
      title: 'A builder stage',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS build
        VOLUME /var/log
        FROM debian:13
        CMD ["shop"]
      `,
    },
  ],
});

/** A file or folder that by its name is for logs. */
function isLog(path: string): boolean {
  return /^\/var\/logs?(?:\/|$)|(?:^|\/)logs?\/[^/]+$|\.(?:log|out|err)$/.test(path) && !/^\/(?:dev|proc)\//.test(path);
}

function writtenLogs(document: DockerfileDocument, script: ShellScript, isKept: (path: string) => boolean) {
  return lastingCommands(script).flatMap((command) => {
    const [redirect] = outputRedirects(command).filter((it) => isLog(it.target.value) && isKept(it.target.value));
    const options = loggedTo(command).filter((it) => isKept(it.path));
    return [
      ...(redirect
        ? [
            {
              message: 'redirected' as const,
              data: { path: named(redirect.target.value) },
              range: redirect.range,
              // Without the redirection a tail of the file would have nothing to show.
              fixes: shownLogs(script, isKept).length > 0 ? [] : toOutput(document, command),
            },
          ]
        : []),
      ...options.map(({ path, range }) => ({ message: 'option' as const, data: { path: named(path) }, range })),
    ];
  });
}

/** Files named by options such as `--log-file=/var/log/x` or `--access-logfile /var/log/x`. */
function loggedTo({ words }: ShellCommand) {
  return words.flatMap(({ value, range }, index) => {
    const [, name = '', path] = /^--([\w.-]{0,60}?)(?:=(.*))?$/.exec(value) ?? [];
    if (!/log/i.test(name)) return [];
    const next = words[index + 1];
    const file = path === undefined ? next && { path: next.value, range: next.range } : { path, range };
    return file?.path.startsWith('/') && isLog(file.path) ? [file] : [];
  });
}

function shownLogs(script: ShellScript, isKept: (path: string) => boolean) {
  return lastingCommands(script).flatMap((command) => {
    const follows = command.words.some(({ value }) => /^-[a-zA-Z0-9]*[fF]|^--follow/.test(value));
    if (command.name !== 'tail' || !follows) return [];
    const file = command.words.slice(1).find(({ value }) => isLog(value) && isKept(value));
    return file ? [{ message: 'tail' as const, data: { path: named(file.value) }, range: file.range }] : [];
  });
}

function volumes(stage: Stage, isKept: (path: string) => boolean) {
  return instructionsOf(stage.instructions, 'VOLUME').flatMap(({ paths }) =>
    paths.flatMap(({ value, range }) => {
      const path = value.replace(/\/+$/, '');
      const logs = /^\/var\/logs?(?:\/|$)|\/logs?$/.test(path) && isKept(path);
      return logs ? [{ message: 'volume' as const, data: { path: named(path) }, range }] : [];
    }),
  );
}

/** Files of the image that are links to the standard output or error. */
function linkedPaths(stage: Stage): readonly string[] {
  const runs = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'RUN'));
  const own = runs.flatMap(({ script }) =>
    script.commands.flatMap(({ name, words }) =>
      name === 'ln' &&
      words.some((it) => /^\/dev\/(?:stdout|stderr|fd\/[12])$|^\/proc\/(?:1|self)\/fd\/[12]$/.test(it.value))
        ? words.flatMap((it) => (isLog(it.value) ? [it.value] : []))
        : [],
    ),
  );
  const official = stage.rootImage && officialName(stage.rootImage);
  // https://github.com/nginx/docker-nginx, https://github.com/docker-library/php (apache)
  const inherited =
    official === 'nginx'
      ? ['/var/log/nginx']
      : official === 'php' || official === 'wordpress'
        ? ['/var/log/apache2']
        : [];
  return [...own, ...inherited];
}

function covers(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Leaves out the redirections of both outputs. */
function toOutput({ text }: DockerfileDocument, command: ShellCommand): readonly Fix<'output'>[] {
  const edits = command.redirects
    .filter(
      ({ operator, descriptor }) => operator.startsWith('&>') || (operator.startsWith('>') && (descriptor ?? 1) <= 2),
    )
    .map((it): Edit => {
      const blanks = /[ \t]*$/.exec(text.slice(Math.max(0, it.range.start - 20), it.range.start))?.[0].length ?? 0;
      return { range: { start: it.range.start - blanks, end: it.range.end }, text: '' };
    });
  const clean = edits.every(({ range }) => /^[ \t]*[12]?&?>[^\n"]*$/.test(text.slice(range.start, range.end)));
  return clean && edits.length > 0 ? [{ title: 'output', applicability: 'manual', edits }] : [];
}

function named(path: string): string {
  return path.length > 40 || /[\n{}]/.test(path) ? 'a file' : path;
}
