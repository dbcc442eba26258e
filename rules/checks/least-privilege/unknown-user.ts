import { defineRule } from '../../core/rule.js';
import type { Spanned } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, Stage } from '../../dockerfile/model.js';
import { UNPRIVILEGED_USER } from '../../dockerfile/privilege.js';
import {
  chainOf,
  effectiveUser,
  expandAt,
  instructionsOf,
  isRootUser,
  shippedStage,
} from '../../dockerfile/queries.js';

export default defineRule({
  id: 'unknown-user',
  severity: 'error',
  summary: 'A USER given by name must exist in the image.',
  why: `
    A name is looked up in the image's own /etc/passwd when the container starts. On top of scratch there is no such file, and
    distroless images know root, nobody and nonroot only: the container does not start ("unable to find user"). The usual way
    out, found in a hurry, is to delete USER, and then the program runs as root.

    A number needs no account: \`USER 65532:65532\`. Left alone are stages that may bring the account, by a RUN or by what is
    copied to /etc or to /.
  `,
  fixSafety: `
    The number is a proposal: take the one that owns the files the program writes to.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#user',
    'https://github.com/GoogleContainerTools/distroless',
  ],
  standards: { cis: ['4.1'], nist: ['4.1.2'], owasp: ['RULE #2'], cwe: ['CWE-250'] },
  equivalents: { tally: ['named-identity-in-passwdless-stage'] },
  messages: {
    scratch: 'scratch has no user {name}, so the container does not start. Write a number, or copy an /etc/passwd.',
    distroless: '{image} has no user {name}, so the container does not start. Write a number such as 65532.',
    group: '{image} has no group {name}, so the container does not start. Write its number.',
  },
  titles: { number: 'Change it to USER {user}' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      const last = stage && effectiveUser(document, stage);
      const written = last?.instruction.user;
      const known = stage && accountsOf(stage);
      if (!last?.user.known || !written || !known || isRootUser(last.user.value)) return [];
      const [user = '', group = ''] = last.user.value.split(':');
      const unknown = [user, group].find((it) => !/^\d*$/.test(it) && !known.has(it));
      if (unknown === undefined || mayBringAccounts(document, stage)) return [];

      const image = stage.rootImage?.name ?? 'scratch';
      const message = unknown !== user ? 'group' : stage.fromScratch ? 'scratch' : 'distroless';
      const number = stage.fromScratch ? UNPRIVILEGED_USER : NONROOT;
      return [
        {
          message,
          data: message === 'scratch' ? { name: unknown } : { name: unknown, image },
          range: written.range,
          fixes: [
            {
              title: 'number',
              data: { user: number },
              applicability: 'manual',
              edits: [{ range: written.range, text: number }],
            },
          ],
        },
      ];
    },
  },

  examples: [
    {
      title: 'A name on top of scratch',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN adduser --system app && go build -o /shop .

        FROM scratch
        COPY --from=build /shop /shop
        COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
        USER «app»
        ENTRYPOINT ["/shop"]
      `,
      expect: ['scratch'],
      fixed: `
        FROM golang:1.25 AS build
        RUN adduser --system app && go build -o /shop .

        FROM scratch
        COPY --from=build /shop /shop
        COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
        USER 10001:10001
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'An account that distroless does not have',
      in: 'dockerfile',
      bad: `
        FROM gcr.io/distroless/static-debian12
        COPY shop /usr/local/bin/shop
        USER «app:app»
        ENTRYPOINT ["/usr/local/bin/shop"]
      `,
      expect: ['distroless'],
      fixed: `
        FROM gcr.io/distroless/static-debian12
        COPY shop /usr/local/bin/shop
        USER 65532:65532
        ENTRYPOINT ["/usr/local/bin/shop"]
      `,
    },
    {
      title: 'The value of a variable, set in the stage below',
      in: 'dockerfile',
      bad: `
        FROM scratch AS base
        ARG RUN_AS=shop
        USER «\${RUN_AS}»
        FROM base
        COPY --from=build /go/bin/shop /
        ENTRYPOINT ["/shop"]
      `,
      expect: ['scratch'],
      fixed: `
        FROM scratch AS base
        ARG RUN_AS=shop
        USER 10001:10001
        FROM base
        COPY --from=build /go/bin/shop /
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'A group by name',
      in: 'dockerfile',
      bad: `
        FROM scratch
        COPY shop /shop
        USER «65532:shop»
        ENTRYPOINT ["/shop"]
      `,
      expect: ['group'],
      fixed: `
        FROM scratch
        COPY shop /shop
        USER 10001:10001
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'A number',
      in: 'dockerfile',
      good: `
        FROM scratch
        COPY shop /shop
        USER 65532:65532
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'Accounts that distroless has',
      in: 'dockerfile',
      good: `
        FROM gcr.io/distroless/base-debian12
        COPY shop /shop
        USER nonroot:nonroot
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'The accounts are copied',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS build
        RUN useradd --uid 10001 shop
        FROM scratch
        COPY --from=build /etc/passwd /etc/group /etc/
        COPY --from=build /shop /shop
        USER shop
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'A heredoc with the account',
      in: 'dockerfile',
      good: `
        FROM scratch
        COPY <<EOF /etc/passwd
        shop:x:10001:10001::/:/shop
        EOF
        COPY shop /shop
        USER shop
      `,
    },
    {
      title: 'A whole file system that may hold the account',
      in: 'dockerfile',
      good: `
        FROM scratch
        ADD rootfs.tar.xz /
        USER app
        CMD ["/bin/sh"]
      `,
    },
    {
      title: 'A folder whose content goes to /',
      in: 'dockerfile',
      good: `
        FROM gcr.io/distroless/static-debian12
        COPY --from=build /out /
        USER app
      `,
    },
    {
      title: 'A step that creates it, with the shell of a debug image',
      in: 'dockerfile',
      good: `
        FROM gcr.io/distroless/base-debian12:debug
        RUN ["/busybox/sh", "-c", "adduser -D app"]
        USER app
      `,
    },
    {
      title: 'A name that the build decides, and images with accounts of their own',
      in: 'dockerfile',
      good: `
        FROM scratch AS files
        ARG RUN_AS
        USER $RUN_AS
        FROM node:24.4
        USER node
      `,
    },
    {
      title: 'Root, which is judged by another rule',
      in: 'dockerfile',
      good: `
        FROM scratch
        COPY shop /shop
        USER root
      `,
    },
  ],
});

/** The user and group named nonroot of every distroless image. */
const NONROOT = '65532:65532';

const NO_ACCOUNTS: ReadonlySet<string> = new Set();

/** https://github.com/GoogleContainerTools/distroless/blob/main/common/variables.bzl and the groups beside it. */
const DISTROLESS: ReadonlySet<string> = new Set(['root', 'nobody', 'nonroot', 'tty', 'staff']);

/** All accounts of the image the stage is built on; absent where they are not known. */
function accountsOf(stage: Stage): ReadonlySet<string> | undefined {
  if (stage.windows) return undefined;
  if (stage.fromScratch) return NO_ACCOUNTS;
  const image = stage.rootImage;
  if (!image || image.unknown.has('path') || image.unknown.has('registry')) return undefined;
  return image.registry === 'gcr.io' && image.path.startsWith('distroless/') ? DISTROLESS : undefined;
}

function mayBringAccounts(document: DockerfileDocument, stage: Stage): boolean {
  return chainOf(stage).some(
    ({ instructions }) =>
      instructions.some((it) => it.keyword === 'RUN' || it.keyword === 'UNKNOWN') ||
      instructionsOf(instructions, 'COPY', 'ADD').some((it) => mayWriteAccounts(document, it)),
  );
}

/** Whether the instruction may write /etc/passwd or /etc/group: by name, or with a folder or an archive. */
function mayWriteAccounts(document: DockerfileDocument, copy: CopyInstruction): boolean {
  const { value, known } = expandAt(document, copy.destination?.value ?? '', copy.range.start);
  if ([value, ...copy.sources.map((it) => it.value)].some((it) => /passwd|group/.test(it))) return true;
  if (!known || !value.startsWith('/')) return !known || /^\.*\/*$|\.\.|^etc\b/.test(value);
  if (/^\/+(?:\.?\/*)$/.test(value)) return copy.sources.length === 0 || !copy.sources.every(isOneFile);
  if (value.includes('..')) return true;
  return /^\/+etc\/*$/.test(value) && !copy.sources.every(isOneFile);
}

/** A program or a file with an extension, which is no folder and no archive. */
function isOneFile({ value }: Spanned): boolean {
  if (/[*?[$]|\.(?:t[a-z]{2}|tar(?:\.\w+)?|gz|xz|bz2|zst)$/.test(value)) return false;
  return /(?:^|\/)s?bin\/[^/]+$|\/[\w-]+\.[a-z]{1,5}$|^[\w-]+\.[a-z]{1,5}$/.test(value);
}
