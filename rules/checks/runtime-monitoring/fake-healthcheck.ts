import type { ComposeNode } from '../../compose/model.js';
import { asList, asMap, asScalar, imageOf, isTrue, scriptOf, textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { HealthcheckInstruction, Stage } from '../../dockerfile/model.js';
import { chainOf, instructionsOf, shippedStage } from '../../dockerfile/queries.js';
import { officialName } from '../../images/official.js';
import type { ImageReference } from '../../images/reference.js';
import type { ShellCommand, ShellScript } from '../../shell/model.js';

export default defineRule({
  id: 'fake-healthcheck',
  severity: 'warning',
  summary: 'A health check must be able to tell a dead program from a living one.',
  why: `
    A health check is what an orchestrator goes by when it restarts a container, takes it out of the load balancer or waits for it to
    start. One that always succeeds, such as \`exit 0\` or \`… || true\`, keeps a hung or taken-over program in service, and whoever looks
    at the state sees nothing.

    One that calls a program which is not in the image always fails, so the container is never healthy and sooner or later the
    check is switched off. A check that is switched off on purpose is told as information.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#healthcheck',
    'https://docs.docker.com/reference/compose-file/services/#healthcheck',
  ],
  standards: { cis: ['4.6', '5.27'], nist: ['4.4.4'], cwe: ['CWE-754'] },
  equivalents: {},
  messages: {
    always: 'This check succeeds whatever the program does, so a dead one counts as healthy. Ask the program itself.',
    swallowed:
      '"{end}" makes the check succeed when it fails, so a dead program counts as healthy. End it with exit 1.',
    disabled: 'The health check is switched off, so nothing notices a program that hangs. Write one that asks it.',
    noTool: '{tool} is not in {image} and is not installed, so this check always fails. Install it or use another way.',
    noShell:
      'There is no shell in {image}, so this check always fails. Write it in JSON form, for a program of the image.',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      const check = stage && lastCheck(stage);
      if (!stage || !check) return [];
      const { range } = check;
      if (check.none) return [{ message: 'disabled', range, severity: 'info' }];
      if (stage.windows) return [];
      const fake = fakeIn(check.script);
      if (fake) return [{ ...fake, range }];
      const image = stage.rootImage;
      if (check.form === 'shell' && hasNoShell(stage) && !bringsPrograms(stage))
        return [{ message: 'noShell', data: { image: stage.fromScratch ? 'scratch' : (image?.name ?? '') }, range }];
      const tool = toolOf(check.script);
      if (!image || !tool || !lacks(image, tool) || mentions(stage, tool)) return [];
      const installs = chainOf(stage).some((it) =>
        instructionsOf(it.instructions, 'RUN').some((run) => run.facts.installs.length > 0),
      );
      // A package may bring it along.
      return [{ message: 'noTool', data: { tool, image: image.name }, range, ...(installs ? LOW : {}) }];
    },

    compose(document) {
      return document.services.flatMap((service): readonly Finding<Message, never, never>[] => {
        const entry = service.get('healthcheck');
        const health = asMap(entry?.value);
        if (!entry || !health) return [];
        const test = health.get('test');
        const off = isTrue(health.get('disable')?.value);
        const inherited = entry.inherited || entry.value.inherited;
        const range = placeIn(service, {
          range: (off ? health.get('disable') : test)?.range ?? entry.range,
          inherited,
        });
        if (off || isNone(test?.value)) return [{ message: 'disabled', range, severity: 'info' }];
        const script = scriptOf(service, 'healthcheck');
        if (!script) return [];
        const fake = fakeIn(script);
        if (fake) return [{ ...fake, range }];
        const image = imageOf(service);
        const tool = toolOf(script);
        const starts = [textOf(service.get('command'))?.value, textOf(service.get('entrypoint'))?.value];
        if (!image || service.get('build') || !tool || !lacks(image, tool)) return [];
        if (
          service.get('volumes') ||
          service.get('command')?.value.kind === 'list' ||
          starts.some((it) => it?.includes(tool))
        )
          return [];
        return [{ message: 'noTool', data: { tool, image: image.name }, range }];
      });
    },
  },

  examples: [
    {
      title: 'A check that always succeeds',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY . /srv
        «HEALTHCHECK --interval=30s CMD exit 0»
        CMD ["python", "/srv/main.py"]
      `,
      expect: ['always'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'A failure that is swallowed',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        COPY shop /usr/local/bin/
        «HEALTHCHECK CMD wget -qO- http://localhost:8080/health || exit 0»
        CMD ["shop"]
      `,
      expect: ['swallowed'],
      fixed: null,
    },
    {
      title: 'Switched off',
      in: 'dockerfile',
      bad: `
        FROM registry.example.com/base/java:21.0.4
        «HEALTHCHECK NONE»
        CMD ["java", "-jar", "/shop.jar"]
      `,
      expect: ['disabled'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'A program that is not in the image',
      in: 'dockerfile',
      bad: `
        FROM node:24.4-alpine
        COPY . /srv
        «HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1»
        CMD ["node", "/srv/server.js"]
      `,
      expect: ['noTool'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'A program that only another package may have brought',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends shop && rm -rf /var/lib/apt/lists/*
        «HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1»
        CMD ["shop"]
      `,
      expect: ['noTool'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A check for a shell in an image without one',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /shop /shop
        «HEALTHCHECK CMD /shop health || exit 1»
        ENTRYPOINT ["/shop"]
      `,
      expect: ['noShell'],
      fixed: null,
    },
    {
      title: 'Checks that ask the program',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
        HEALTHCHECK CMD true
        HEALTHCHECK CMD curl -f http://localhost:8080/ && exit 0 || exit 1
      `,
    },
    {
      title: 'Several steps of which one may fail',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        HEALTHCHECK CMD if ! pgrep shop; then exit 1; fi; exit 0
      `,
    },
    {
      title: 'A check in JSON form without a shell',
      in: 'dockerfile',
      good: `
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY shop /shop
        HEALTHCHECK CMD ["/shop", "health"]
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'A check of a builder stage',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22 AS test
        HEALTHCHECK CMD true
        FROM alpine:3.22
        COPY --from=test /etc/hosts /etc/
      `,
    },
    {
      title: 'Services whose check cannot fail',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            healthcheck:
              «test: ["CMD", "true"]»
          api:
            image: registry.example.com/shop/api:3.2.1
            healthcheck:
              «test: curl -f http://localhost:8080/ || true»
              interval: 10s
          queue:
            image: debian:13.1-slim
            healthcheck:
              «test: ["CMD", "curl", "-f", "http://localhost:15672/"]»
      `,
      expect: ['always', 'swallowed', 'noTool'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Services whose check is switched off',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            healthcheck:
              «disable: true»
          api:
            image: registry.example.com/shop/api:3.2.1
            healthcheck:
              «test: ["NONE"]»
      `,
      expect: ['disabled', 'disabled'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'Services that are asked',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            healthcheck:
              test: ["CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"]
          database:
            image: postgres:17.5
            healthcheck:
              test: ["CMD", "pg_isready", "-U", "shop"]
          worker:
            build: worker
            healthcheck:
              interval: 1m
      `,
    },
  ],
});

type Message = 'always' | 'swallowed' | 'disabled' | 'noTool' | 'noShell';

const LOW = { confidence: 'low' } as const;

function lastCheck(stage: Stage): HealthcheckInstruction | undefined {
  return chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, 'HEALTHCHECK'))
    .findLast((it) => !it.onbuild);
}

function isNone(node: ComposeNode | undefined): boolean {
  return asScalar(asList(node)?.items[0])?.text === 'NONE';
}

/** What cannot fail, as the end of a check. */
function fakeIn({ commands, complete }: ShellScript) {
  const top = commands.filter((it) => it.parent?.kind !== 'substitution' && it.parent?.kind !== 'process');
  const last = top.at(-1);
  if (!last || !complete || !succeeds(last) || last.conditional) return undefined;
  if (top.every(succeeds)) return { message: 'always' as const };
  const end = last.words.map((it) => it.value).join(' ');
  if (last.joinedBy === '||') return { message: 'swallowed' as const, data: { end: `|| ${end}` } };
  // An earlier command may leave the script.
  const leaves = top.some((it) => !succeeds(it) && (it.name === 'exit' || it.name === 'set' || it.name === 'kill'));
  return last.joinedBy === ';' && !leaves ? { message: 'swallowed' as const, data: { end: `; ${end}` } } : undefined;
}

function succeeds({ name, words, pipedFrom }: ShellCommand): boolean {
  if (pipedFrom) return false;
  if (name === 'exit') return words[1]?.value === '0';
  return name === 'true' || name === ':' || (name === 'echo' && !words.some((it) => it.value.includes('$(')));
}

/** The one program that the check makes its request with. */
function toolOf({ commands }: ShellScript): 'curl' | 'wget' | undefined {
  const names = new Set(commands.filter((it) => it.name !== 'exit').map((it) => it.name));
  if (commands.some((it) => it.conditional)) return undefined;
  if (names.has('curl') === names.has('wget')) return undefined;
  return names.has('curl') ? 'curl' : 'wget';
}

/** Images with neither, by their Dockerfiles in https://github.com/docker-library; BusyBox, and so Alpine, has wget. */
function lacks(image: ImageReference, tool: 'curl' | 'wget'): boolean {
  const name = officialName(image);
  if (name === undefined || image.unknown.has('tag')) return false;
  const tag = image.tag?.value ?? '';
  if (name === 'alpine' || name === 'busybox') return tool === 'curl';
  if (name === 'debian' || name === 'ubuntu') return true;
  if (name !== 'node' && name !== 'python' && name !== 'ruby') return false;
  return tag.includes('slim') || (tool === 'curl' && tag.includes('alpine'));
}

/** Whether a step of the stage names the tool, or runs or copies what nobody can look into. */
function mentions(stage: Stage, tool: string): boolean {
  return chainOf(stage).some(({ instructions }) =>
    instructions.some((it) => {
      if (it.keyword === 'COPY' || it.keyword === 'ADD')
        return /\/s?bin\b|^\/$|curl|wget|\.tar/.test(
          `${it.destination?.value ?? ''} ${it.sources.map((one) => one.value).join(' ')}`,
        );
      if (it.keyword !== 'RUN') return false;
      const text = [...it.args, ...it.heredocs.map((one) => one.content)].join('\n');
      return (
        text.includes(tool) ||
        /\.sh\b|\.\/|\.deb\b|\bmake\b|\bbrew\b/.test(text) ||
        it.mounts.some((one) => one.type === 'bind')
      );
    }),
  );
}

function hasNoShell({ fromScratch, rootImage }: Stage): boolean {
  if (fromScratch) return true;
  if (!rootImage?.name.startsWith('gcr.io/distroless/') || rootImage.unknown.has('tag')) return false;
  return rootImage.tag !== undefined && !/debug/.test(rootImage.tag.value);
}

/** Whether the stage copies what may be a shell: a folder of programs, BusyBox, a root file system. */
function bringsPrograms(stage: Stage): boolean {
  return chainOf(stage).some(({ instructions }) =>
    instructionsOf(instructions, 'COPY', 'ADD').some((it) =>
      /(?:^|\s|\/)(?:s?bin|busybox|(?:ba|da|a)?sh)\b|^\/?\s|\.tar|rootfs/.test(
        `${it.destination?.value ?? ''} ${it.sources.map((one) => one.value).join(' ')}`,
      ),
    ),
  );
}
