import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { environmentOf as environmentVariables, scriptOf, volumesOf } from '../../compose/queries.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { type Expanded, type Range, UNKNOWN } from '../../core/text.js';
import type { DockerfileDocument, Pair, Stage } from '../../dockerfile/model.js';
import { startCommands } from '../../dockerfile/privilege.js';
import { isForPeople, startsForPeople } from '../../dockerfile/purpose.js';
import { chainOf, environmentOf, instructionsOf, shippedStage } from '../../dockerfile/queries.js';
import type { ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'debug-mode',
  severity: 'info',
  summary: 'A shipped image must not start its program in a mode for development.',
  why: `
    Frameworks are generous to developers: in that mode they show source code, settings and variables on the page of an error,
    offer a console on it, switch checks off, or reload code from disk. A debugger that listens lets whoever reaches its port
    run any code in the program.

    An image is the same everywhere, so what is set in it is set in production too. Give the variable to the container that
    you develop with, in a compose file or with \`docker run --env\`, and let the image be the one for production.
  `,
  fixSafety: `
    The program behaves as in production: it logs less, keeps templates in a cache, may want settings that development does not
    need, or connects to another database.
  `,
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html',
    'https://flask.palletsprojects.com/en/stable/debugging/',
    'https://docs.docker.com/reference/dockerfile/#env',
  ],
  standards: { nist: ['4.1.2'], cwe: ['CWE-489', 'CWE-215'] },
  equivalents: {},
  messages: {
    environment: '{variable}={value} makes the shipped program run as in development. Set it where you develop only.',
    debug: '{variable}={value} makes the shipped program show its insides. Set it where you develop only.',
    service:
      '{variable}={value} makes service "{service}" run as in development. Keep that in a compose file for development.',
    debugger:
      '{option} lets whoever reaches the port run any code in the program. Start the debugger where you develop only.',
  },
  titles: { set: 'Set {variable} to {value}', drop: 'Take {option} out' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage) || startsForPeople(stage)) return [];
      return [...variables(document, stage), ...debuggersIn(startCommands(stage))];
    },

    compose(document, { project }) {
      if (project.path !== undefined && FOR_DEVELOPMENT.test(project.path)) return [];
      const own = document.services.filter((it) => !mountsSources(document, it));
      // What one anchor gives to several services is said once.
      const debuggers = new Map(own.flatMap(debuggersOf).map((it) => [it.range.start, it]));
      return [...own.flatMap(inService), ...debuggers.values()];
    },
  },

  examples: [
    {
      title: 'A variable of a service',
      in: 'compose',
      path: 'compose.yaml',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            environment:
              NODE_ENV: «development»
          admin:
            image: registry.example.com/shop/admin:3.2.1
            environment:
              - FLASK_DEBUG=«1»
      `,
      expect: ['service', 'service'],
      severity: 'info',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            environment:
              NODE_ENV: production
          admin:
            image: registry.example.com/shop/admin:3.2.1
            environment:
              - FLASK_DEBUG=0
      `,
    },
    {
      title: 'A debugger that listens in a service',
      in: 'compose',
      path: 'compose.yaml',
      bad: `
        services:
          shop:
            image: registry.example.com/shop/shop:3.2.1
            environment:
              «JAVA_TOOL_OPTIONS: "-Xmx1g -agentlib:jdwp=transport=dt_socket,server=y,address=*:5005"»
          web:
            image: registry.example.com/shop/web:3.2.1
            command: ["node", "«--inspect=0.0.0.0:9229»", "server.js"]
      `,
      expect: ['debugger', 'debugger'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'A debugger that an anchor gives to several services',
      in: 'compose',
      path: 'compose.yaml',
      bad: `
        x-node: &node
          image: registry.example.com/shop/web:3.2.1
          command: [node, «--inspect=0.0.0.0:9229», server.js]
        services:
          web:
            <<: *node
          api:
            <<: *node
      `,
      expect: ['debugger'],
      fixed: null,
    },
    {
      title: 'A debugger for this machine alone, and options of other kinds',
      in: 'compose',
      path: 'compose.yaml',
      good: `
        services:
          shop:
            image: registry.example.com/shop/shop:3.2.1
            environment:
              JAVA_OPTS: "-Xmx1g"
          web:
            image: registry.example.com/shop/web:3.2.1
            command: node --inspect=127.0.0.1:9229 server.js
      `,
    },
    {
      title: 'A compose file for development',
      in: 'compose',
      path: 'compose.override.yaml',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            environment:
              NODE_ENV: development
      `,
    },
    {
      title: 'A service that runs the sources of the folder, and one in production',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            volumes: [".:/app"]
            environment:
              NODE_ENV: development
          api:
            image: registry.example.com/shop/api:3.2.1
            environment:
              NODE_ENV: production
              FLASK_DEBUG: \${DEBUG:-0}
      `,
    },
    {
      title: 'Variables that frameworks know',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ENV «NODE_ENV=development» PORT=80
        ENV «FLASK_DEBUG 1»
        ENV «ASPNETCORE_ENVIRONMENT="Development"»
        CMD ["node", "server.js"]
      `,
      expect: ['environment', 'debug', 'environment'],
      fixed: `
        FROM node:22-slim
        ENV NODE_ENV=production PORT=80
        ENV FLASK_DEBUG 0
        ENV ASPNETCORE_ENVIRONMENT="Production"
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A debugger that listens',
      in: 'dockerfile',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx512m «-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005»"
        CMD ["java", "-jar", "/srv/shop.jar"]
      `,
      expect: ['debugger'],
      fixed: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx512m"
        CMD ["java", "-jar", "/srv/shop.jar"]
      `,
    },
    {
      title: 'A debugger on the command line',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        CMD ["node", «"--inspect=0.0.0.0:9229"», "server.js"]
      `,
      expect: ['debugger'],
      fixed: null,
    },
    {
      title: 'A default that the build can change',
      in: 'dockerfile',
      bad: `
        FROM ruby:3.4-slim
        ARG environment=development
        ENV «RAILS_ENV=$environment»
        CMD ["puma"]
      `,
      expect: ['environment'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Production, switched off, or for the container alone',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        ENV NODE_ENV=production FLASK_DEBUG=0 XDEBUG_MODE=off NODE_OPTIONS=--max-old-space-size=512
        CMD ["node", "--inspect=127.0.0.1:9229", "server.js"]
      `,
    },
    {
      title: 'Filters of logs, and other programs of that name',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        ENV DEBUG=express:* LIBGL_DEBUG=verbose DEBUG_PORT=1
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'Set anew further down',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        ENV NODE_ENV=development
        RUN npm ci && npm test && npm prune --omit=dev
        ENV NODE_ENV=production
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A stage that is not shipped, and a value of the build alone',
      in: 'dockerfile',
      good: `
        FROM node:22-slim AS test
        ENV NODE_ENV=development
        RUN npm ci && npm test
        FROM node:22-slim
        ARG DEBUG=1
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'An image to develop with',
      in: 'dockerfile',
      good: `
        FROM node:22-slim AS dev
        ENV NODE_ENV=development
        CMD ["nodemon", "server.js"]
      `,
    },
  ],
});

type Found = readonly Finding<'environment' | 'debug' | 'debugger', 'set' | 'drop', never>[];

/** Variables by which frameworks tell development from production, and what the latter is called. */
const ENVIRONMENTS: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  FLASK_ENV: 'production',
  RAILS_ENV: 'production',
  RACK_ENV: 'production',
  APP_ENV: 'production',
  SYMFONY_ENV: 'prod',
  MIX_ENV: 'prod',
  CI_ENVIRONMENT: 'production',
  LARAVEL_ENV: 'production',
  YII_ENV: 'prod',
  ROCKET_ENV: 'production',
  ASPNETCORE_ENVIRONMENT: 'Production',
  DOTNET_ENVIRONMENT: 'Production',
};

const DEBUG_SWITCHES = new Set(
  'DEBUG FLASK_DEBUG DJANGO_DEBUG APP_DEBUG YII_DEBUG WP_DEBUG WORDPRESS_DEBUG DEBUG_MODE ENABLE_DEBUG DEBUG_ENABLED SYMFONY_DEBUG QUART_DEBUG WEB2PY_DEBUG'.split(
    ' ',
  ),
);

/** Options that make the run time of a language listen for a debugger, up to the next blank. */
const DEBUGGER = /(?:^|\s)(-agentlib:jdwp\S*|-Xrunjdwp\S*|--inspect(?:-brk|-wait)?(?:=\S*)?)(?=\s|$)/;
const OPTIONS = /(?:^|_)(?:OPTS?|OPTIONS|ARGS|FLAGS)$/;

/** Names that say so, and the file that compose adds by itself where one develops. */
const FOR_DEVELOPMENT =
  /(?:^|[./_-])(?:dev|devel|develop|development|local|debug|tests?|testing|ci|e2e|override|devcontainer|examples?|demo)(?:[./_-]|$)/i;

/** The code of the folder in place of that in the image: somebody works on it. */
function mountsSources(document: ComposeDocument, service: ComposeService): boolean {
  return volumesOf(service, document).some(
    (it) => it.type === 'bind' && !it.readOnly && /^\.{1,2}(?:\/|$)/.test(it.source?.value ?? ''),
  );
}

function inService(service: ComposeService): readonly Finding<'service', 'set', never>[] {
  return environmentVariables(service).flatMap(({ name, value, inherited }) => {
    const instead = value?.literal === true ? replacementFor(name.value, value.value) : undefined;
    if (!value || inherited || instead === undefined) return [];
    const data = { variable: name.value, value: value.value };
    const isExact = value.range.end - value.range.start === value.value.length;
    return [
      {
        message: 'service',
        data: { ...data, service: service.name.value },
        range: value.range,
        fixes: isExact
          ? [
              {
                title: 'set',
                data: { variable: name.value, value: instead },
                applicability: 'unsafe',
                edits: [{ range: value.range, text: instead }],
              },
            ]
          : [],
      },
    ];
  });
}

/** Of the variables that are handed on as options, and of the commands. */
function debuggersOf(service: ComposeService): Found {
  const handedOn = environmentVariables(service).flatMap(({ name, value, range, inherited }) => {
    const option = OPTIONS.test(name.value) && value && DEBUGGER.exec(value.value.slice(0, 5000))?.[1];
    if (!option || inherited || isOfHostAlone(option)) return [];
    return [{ message: 'debugger' as const, data: { option: shortened(option) }, range }];
  });
  const scripts = (['entrypoint', 'command'] as const).flatMap((it) => scriptOf(service, it) ?? []);
  return [...handedOn, ...debuggersIn(scripts.flatMap((it) => it.commands))];
}

function variables(document: DockerfileDocument, stage: Stage): Found {
  const pairs = chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, 'ENV'))
    .filter((it) => !it.onbuild)
    .flatMap((it) => it.pairs);
  if (pairs.length === 0) return [];
  const latest = new Map(pairs.map((it) => [it.name.value, it]));
  const candidates = [...latest.values()].filter(({ name, value }) => value && isOfInterest(name.value));
  if (candidates.length === 0) return [];
  const values = environmentOf(document, stage);
  return candidates.flatMap((pair) => {
    const value = values.get(pair.name.value);
    return value && !value.value.includes(UNKNOWN) ? judged(document, pair, value) : [];
  });
}

function isOfInterest(name: string): boolean {
  return Object.hasOwn(ENVIRONMENTS, name) || DEBUG_SWITCHES.has(name) || name === 'XDEBUG_MODE' || OPTIONS.test(name);
}

function judged(document: DockerfileDocument, pair: Pair, { value, literal }: Expanded): Found {
  const variable = pair.name.value;
  const confidence = literal ? ('high' as const) : ('low' as const);
  const instead = replacementFor(variable, value);
  if (instead !== undefined) {
    const message = Object.hasOwn(ENVIRONMENTS, variable) ? ('environment' as const) : ('debug' as const);
    const fix = literal ? setTo(pair, instead) : undefined;
    return [{ message, data: { variable, value }, range: pair.range, confidence, fixes: fix ? [fix] : [] }];
  }
  const option = OPTIONS.test(variable) ? DEBUGGER.exec(value.slice(0, 5000))?.[1] : undefined;
  if (option === undefined || isOfHostAlone(option)) return [];
  const range = placeOf(document, pair, option);
  const fix = range && takeOut(document, pair, range, option);
  const data = { option: shortened(option) };
  return [{ message: 'debugger' as const, data, range: range ?? pair.range, confidence, fixes: fix ? [fix] : [] }];
}

/** The value for production where this one is for development. */
function replacementFor(variable: string, value: string): string | undefined {
  const plain = value.trim().toLowerCase();
  if (Object.hasOwn(ENVIRONMENTS, variable)) {
    if (plain !== 'development' && plain !== 'dev') return undefined;
    // Symfony and Laravel share the name, and each has the short or the long word for both.
    return variable === 'APP_ENV' && plain === 'dev' ? 'prod' : ENVIRONMENTS[variable];
  }
  if (variable === 'XDEBUG_MODE') return /\b(?:debug|develop)\b/.test(plain) ? 'off' : undefined;
  if (!DEBUG_SWITCHES.has(variable) || !/^(?:1|true|on|yes)$/.test(plain)) return undefined;
  return plain === '1' ? '0' : 'false';
}

function setTo({ name, value }: Pair, instead: string): Fix<'set'> | undefined {
  if (!value) return undefined;
  const quoted = value.range.end - value.range.start === value.value.length + 2 ? 1 : 0;
  if (value.range.end - value.range.start !== value.value.length + 2 * quoted) return undefined;
  const range = { start: value.range.start + quoted, end: value.range.end - quoted };
  return {
    title: 'set',
    data: { variable: name.value, value: instead },
    applicability: 'unsafe',
    edits: [{ range, text: instead }],
  };
}

/** Only programs in the same container reach it; Node.js listens there when no address is named. */
function isOfHostAlone(option: string): boolean {
  if (/^--inspect[a-z-]*(?:=\d*)?$/.test(option)) return true;
  return /(?:address=|--inspect\S*=)(?:127\.\d|localhost|\[?::1)/.test(option);
}

function placeOf({ text }: DockerfileDocument, { value }: Pair, option: string): Range | undefined {
  if (!value) return undefined;
  const start = text.slice(value.range.start, value.range.end).indexOf(option);
  return start < 0 ? undefined : { start: value.range.start + start, end: value.range.start + start + option.length };
}

function takeOut(
  { text }: DockerfileDocument,
  { value }: Pair,
  { start, end }: Range,
  option: string,
): Fix<'drop'> | undefined {
  // Without quotes an empty value would be left.
  if (!value || !/^["']/.test(text.slice(value.range.start, value.range.start + 1))) return undefined;
  const before = text[start - 1] === ' ' ? 1 : 0;
  const after = before === 0 && text[end] === ' ' ? 1 : 0;
  return {
    title: 'drop',
    data: { option: shortened(option) },
    applicability: 'unsafe',
    edits: [{ range: { start: start - before, end: end + after }, text: '' }],
  };
}

function debuggersIn(commands: readonly ShellCommand[]): Found {
  return commands.flatMap((command) => {
    if (!/^(?:java|node|tini|dumb-init|nodejs)$/.test(command.name)) return [];
    return command.words.slice(1).flatMap((word) => {
      const option = DEBUGGER.exec(word.value.slice(0, 1000))?.[1];
      if (option === undefined || option.length !== word.value.length || isOfHostAlone(option)) return [];
      return [{ message: 'debugger' as const, data: { option: shortened(option) }, range: word.range }];
    });
  });
}

function shortened(option: string): string {
  return /^(?:-agentlib:jdwp|-Xrunjdwp|--inspect[a-z-]{0,6})/.exec(option)?.[0] ?? option.slice(0, 30);
}
