import type { ComposeService } from '../../compose/model.js';
import { scriptOf } from '../../compose/queries.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import { ownCommand, ownEntrypoint } from '../../dockerfile/privilege.js';
import { shippedStage } from '../../dockerfile/queries.js';
import type { ShellScript } from '../../shell/model.js';
import { lastingCommands, outputRedirects } from '../../shell/started.js';

export default defineRule({
  id: 'silenced-output',
  severity: 'info',
  summary: 'What the program of a container writes must not be thrown away.',
  why: `
    The engine collects what the program writes to its standard output; that is the log of the container. With
    \`> /dev/null\` on the command that starts it there is none: failed logins, errors in a row and a restart after an attack
    leave no trace, and no log driver or collector can bring it back.

    A program that says too much has a level for it (\`--log-level warn\`). Steps that run before the program, tests in a
    condition and health checks may be silent.
  `,
  references: ['https://docs.docker.com/engine/logging/', 'https://12factor.net/logs'],
  standards: { cis: ['2.13'], nist: ['4.4.4'], cwe: ['CWE-778'] },
  equivalents: {},
  messages: {
    silenced:
      '{redirect} throws the output of the program away, so its log stays empty. Leave it out, or set a log level.',
  },

  check: {
    dockerfile(document) {
      const stage = document.text.includes(NOWHERE) ? shippedStage(document) : undefined;
      if (!stage || stage.windows) return [];
      return [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) =>
        it ? silenced(document.text, it.script).map((range) => found(document.text, range)) : [],
      );
    },
    compose(document) {
      if (!document.text.includes(NOWHERE)) return [];
      // A command that several services share is one mistake.
      const seen = new Set<number>();
      return document.services.flatMap((service) =>
        silencedIn(document.text, service).flatMap((range) => {
          if (seen.has(range.start)) return [];
          seen.add(range.start);
          return [found(document.text, range)];
        }),
      );
    },
  },

  examples: [
    {
      title: 'Output and errors thrown away',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY . /srv
        CMD python /srv/main.py «> /dev/null» 2>&1
      `,
      expect: ['silenced'],
      fixed: null,
    },
    {
      title: 'In a shell of the exec form, behind a step',
      in: 'dockerfile',
      bad: `
        FROM node:24.4-alpine
        COPY . /srv
        ENTRYPOINT ["sh", "-c", "mkdir -p /run/shop && exec node /srv/server.js «&>/dev/null»"]
      `,
      expect: ['silenced'],
      fixed: null,
    },
    {
      title: 'A program in the background',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        CMD nohup /usr/local/bin/agent «>/dev/null» 2>&1 & exec /usr/local/bin/shop
      `,
      expect: ['silenced'],
      fixed: null,
    },
    {
      title: 'The command of a service',
      in: 'compose',
      bad: `
        services:
          web:
            image: python:3.13-slim
            command: sh -c "python /srv/main.py «>/dev/null» 2>&1"
          worker:
            image: python:3.13-slim
            entrypoint: ["bash", "-c", "worker «1> /dev/null»"]
      `,
      expect: ['silenced', 'silenced'],
      fixed: null,
    },
    {
      title: 'A step that runs before the program',
      in: 'dockerfile',
      good: `
        FROM debian:13
        CMD command -v curl > /dev/null || exit 1; sysctl -p >/dev/null 2>&1 && exec /usr/local/bin/shop
      `,
    },
    {
      title: 'Only a condition, a substitution, a health check',
      in: 'dockerfile',
      good: `
        FROM debian:13
        HEALTHCHECK CMD curl -f http://localhost/ > /dev/null 2>&1 || exit 1
        CMD while ! nc -z db 5432 > /dev/null 2>&1; do sleep 1; done; exec shop --id "$(hostname 2>/dev/null)"
      `,
    },
    {
      title: 'Something that only waits, and errors alone',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ENTRYPOINT ["/entrypoint.sh"]
        CMD shop 2>/dev/null & tail -f /dev/null > /dev/null
      `,
    },
    {
      title: 'An argument in the exec form, and a command that no shell reads',
      in: 'compose',
      good: `
        services:
          web:
            image: shop:1.4
            command: ["shop", "--log", "> /dev/null"]
          worker:
            image: shop:1.4
            command: shop > /dev/null
            healthcheck:
              test: curl -f http://localhost > /dev/null
      `,
    },
    {
      title: 'A builder stage',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS probe
        CMD shop > /dev/null 2>&1
        FROM debian:13
        CMD ["shop"]
      `,
    },
  ],
});

const NOWHERE = '/dev/null';

/** Programs that say nothing of use: they only keep the container alive. */
const WAITERS: ReadonlySet<string> = new Set(['tail', 'sleep', 'wait', 'cat', 'read', 'true', 'pause', 'trap']);

function silenced(text: string, script: ShellScript): readonly Range[] {
  return lastingCommands(script).flatMap((command) => {
    if (WAITERS.has(command.name)) return [];
    const [redirect] = outputRedirects(command).filter((it) => it.target.value === NOWHERE);
    return redirect && text.slice(redirect.range.start, redirect.range.end).includes('>') ? [redirect.range] : [];
  });
}

function silencedIn(text: string, service: ComposeService): readonly Range[] {
  return (['entrypoint', 'command'] as const).flatMap((key) => {
    const entry = service.get(key);
    const script = entry && scriptOf(service, key);
    return script ? silenced(text, script) : [];
  });
}

function found(text: string, range: Range) {
  const redirect = text.slice(range.start, range.end).replace(/\s+/g, ' ');
  return { message: 'silenced', data: { redirect: redirect.length > 30 ? '> /dev/null' : redirect }, range } as const;
}
