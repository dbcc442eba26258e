import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { chainOf, expandAt, instructionsOf, shippedStage, stageNamed } from '../../dockerfile/queries.js';

export default defineRule({
  id: 'filesystem-copied',
  severity: 'warning',
  summary: 'A shipped stage must copy what it needs from another one, not its whole file system.',
  why: `
    \`COPY --from=build / /\` brings everything along that the other stage was kept apart for: compilers, package managers,
    sources, caches, and the secrets that a step left in a file. An intruder finds it all.

    Name the paths that the program needs. What was collected in a stage on scratch may be copied as a whole.
  `,
  fixSafety: `
    Leaves a blank: put the path of what the program needs in place of PATH_OF_THE_PROGRAM, twice, and add a COPY for each other
    path. Libraries that are not found at the start are missing ones.
  `,
  references: [
    'https://docs.docker.com/build/building/multi-stage/',
    'https://docs.docker.com/reference/dockerfile/#copy---from',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { hadolint: ['DL3067'] },
  messages: {
    whole: 'All of {from} is copied, build tools and left-over files too. Copy the paths that the program needs.',
    image: 'All of the image {from} is copied, whatever it holds one day. Copy the paths that the program needs.',
  },
  titles: { path: 'Copy one path in its place' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage) return [];
      return chainOf(stage).flatMap((current) =>
        instructionsOf(current.instructions, 'COPY').flatMap(({ from, sources, destination, range, onbuild, json }) => {
          const [source] = sources;
          if (!from || !source || onbuild || sources.length !== 1 || !destination) return [];
          if (!isRoot(source.value) || !isRoot(destination.value)) return [];
          const named = stageNamed(document, expandAt(document, from.value, range.start).value, current);
          const image = named ? named.instructions.length === 0 && named.rootImage?.path : from.value;
          if (named?.fromScratch || (image && TO_BE_COPIED.test(image))) return [];
          // Another image may be nothing but files; on scratch, layers may be joined on purpose.
          const unsure = !named || named.instructions.length === 0 || current.fromScratch;
          const paths = { start: source.range.start, end: destination.range.end };
          const fix: Fix<'path'> = {
            title: 'path',
            applicability: 'manual',
            edits: [{ range: paths, text: '/PATH_OF_THE_PROGRAM /PATH_OF_THE_PROGRAM' }],
          };
          return [
            {
              message: named ? ('whole' as const) : ('image' as const),
              data: { from: from.value },
              range: paths,
              // Layers that are joined on scratch are wanted as a whole.
              fixes: json || current.fromScratch ? [] : [fix],
              ...(unsure ? { confidence: 'low' as const } : {}),
            },
          ];
        }),
      );
    },
  },

  examples: [
    {
      title: 'Everything of a build stage',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN go install example.com/shop@v1.2.0

        FROM debian:13.1-slim
        COPY --from=build «/ /»
        USER 10001
        CMD ["shop"]
      `,
      expect: ['whole'],
      fixed: `
        FROM golang:1.25 AS build
        RUN go install example.com/shop@v1.2.0

        FROM debian:13.1-slim
        COPY --from=build /PATH_OF_THE_PROGRAM /PATH_OF_THE_PROGRAM
        USER 10001
        CMD ["shop"]
      `,
    },
    {
      title: 'Layers joined on scratch',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22 AS system
        RUN apk add --no-cache libpq

        FROM scratch
        COPY --from=system «/ /»
        USER 10001
      `,
      expect: ['whole'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Everything of an image',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        COPY --from=registry.example.com/tools:1.4.2 «/ /»
        USER 10001
      `,
      expect: ['image'],
      confidence: 'low',
      fixed: `
        FROM debian:13.1-slim
        COPY --from=registry.example.com/tools:1.4.2 /PATH_OF_THE_PROGRAM /PATH_OF_THE_PROGRAM
        USER 10001
      `,
    },
    {
      title: 'An image that is made to be copied as a whole',
      in: 'dockerfile',
      good: `
        FROM tonistiigi/xx:1.6.1 AS xx
        FROM golang:1.25-alpine
        COPY --from=xx / /
        COPY --from=docker.io/tonistiigi/xx:1.6.1 / /
      `,
    },
    {
      title: 'A path, and files collected on scratch',
      in: 'dockerfile',
      good: `
        FROM golang:1.25 AS build
        RUN go install example.com/shop@v1.2.0

        FROM scratch AS files
        COPY --from=build /go/bin/shop /usr/local/bin/shop

        FROM debian:13.1-slim
        COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
        COPY --from=files / /
        USER 10001
      `,
    },
  ],
});

/** Cross-compilation scripts on scratch: https://github.com/tonistiigi/xx tells to copy all of them. */
const TO_BE_COPIED = /(?:^|\/)tonistiigi\/xx(?:[:@]|$)/;

function isRoot(path: string): boolean {
  return /^\/+(?:\.\/?|\*)?$/.test(path);
}
