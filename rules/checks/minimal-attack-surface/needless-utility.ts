import { defineRule } from '../../core/rule.js';
import { dropPackage } from '../../dockerfile/drop-package.js';
import { isForPeople, programsUsed, startsForPeople } from '../../dockerfile/purpose.js';
import { installedPackages, instructionsOf, shippedChain, shippedStage } from '../../dockerfile/queries.js';
import { isUtility, SYSTEM_PACKAGES } from '../../shell/package-kinds.js';

export default defineRule({
  id: 'needless-utility',
  severity: 'info',
  profile: 'strict',
  summary: 'A shipped image must not carry editors, manuals and other tools for people.',
  why: `
    Nobody should work inside a container: what is changed there is gone with it. Editors, pagers, manuals and \`sudo\` serve an
    intruder instead, several of them start a shell or write files with somebody else's rights, and each is one more package
    that scanners report and somebody has to update.

    To look into a running container, start a second one with the tools beside it: \`docker debug\`, \`kubectl debug\`.
  `,
  fixSafety: `
    A script that calls the program no longer finds it. What this file itself runs has been looked at; scripts that are copied
    into the image have not.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages',
    'https://docs.docker.com/reference/cli/docker/debug/',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: {},
  messages: {
    utility:
      '{package} is in the shipped image, where only an intruder uses it. Leave it out, debug from a second container.',
  },
  titles: {
    drop: 'Do not install {package}',
    dropRun: 'Delete the RUN that installs {package}',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage) || startsForPeople(stage)) return [];
      const used = programsUsed(stage);
      const built = new Set(
        shippedChain(document)
          .flatMap((it) => instructionsOf(it.instructions, 'RUN'))
          .flatMap((it) => it.script.commands)
          .flatMap((it) => [it.name, ...it.wrappers]),
      );
      return installedPackages(stage).flatMap((installed) => {
        if (!SYSTEM_PACKAGES.has(installed.install.manager) || installed.run.onbuild) return [];
        return installed.install.packages.flatMap((it) => {
          // What the sudo rules of the file allow is passwordless-sudo's business.
          if (it.name === 'sudo' && document.text.includes('sudoers')) return [];
          if (!isUtility(it.name) || programsOf(it.name).some((one) => used.has(one) || built.has(one))) return [];
          const fix = dropPackage(document, installed, it);
          return [
            { message: 'utility' as const, data: { package: it.name }, range: it.word.range, fixes: fix ? [fix] : [] },
          ];
        });
      });
    },
  },

  examples: [
    {
      title: 'An editor and a pager',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates «vim» «less» \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
      expect: ['utility', 'utility'],
      fixed: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Nothing else is installed',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache «nano»
        USER 10001
      `,
      expect: ['utility'],
      fixed: `
        FROM alpine:3.22
        USER 10001
      `,
    },
    {
      title: 'The program is used',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends tree zsh && rm -rf /var/lib/apt/lists/*
        RUN tree -J /srv > /srv/index.json
        USER 10001
        ENTRYPOINT ["zsh", "/usr/local/bin/run.zsh"]
      `,
    },
    {
      title: 'A stage that is not shipped, or removed again',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS docs
        RUN apt-get update && apt-get install -y man-db && rm -rf /var/lib/apt/lists/*
        FROM alpine:3.22
        RUN apk add --no-cache tree && apk del tree
        USER 10001
      `,
    },
    {
      title: 'An image to work in',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y vim && rm -rf /var/lib/apt/lists/*
        USER 10001
        CMD ["bash"]
      `,
    },
  ],
});

/** `vim-tiny` brings `vim`, `man-db` brings `man`. */
function programsOf(name: string): readonly string[] {
  return [name, name.replace(/-.*$/, '')];
}
